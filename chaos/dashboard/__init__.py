"""The live dashboard: a page that shows a standing system, and breaks and mends it while somebody looks on."""
