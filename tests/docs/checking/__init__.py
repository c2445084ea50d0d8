"""What README and docs show, held against what is there: one module for each kind of block."""
