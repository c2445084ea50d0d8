"""Lesson 4: how long the app waits for a service behind it."""

PATIENCE_S: float | None = None
"""Seconds; None: for ever."""
