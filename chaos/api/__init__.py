"""The front door for Python: systems that stand, faults that are blocks of code, users, and experiments."""
