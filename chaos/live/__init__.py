"""A live system: it stands behind its proxies, and is broken, mended and visited on demand. No plan, and no verdict."""
