"""Files that are written for somebody to go on with: what they say, the comments beside it, and their text."""
