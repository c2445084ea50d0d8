"""Undoing as plain data: what was recorded before an act, and who performs it, whatever became of the runner.

Standard library only: the guardian imports this, and must stay small and start at once.
"""
