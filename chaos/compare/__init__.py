"""A run beside earlier ones: what got worse or better, and what chance alone explains."""
