"""What one user does, and what became of it."""
