"""Compose files: read as they are written, and made into services of ours."""
