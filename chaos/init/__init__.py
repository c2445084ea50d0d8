"""A first system and a first experiment for an app: found out, asked for, written down."""
