"""Running experiments: system up, traffic without a gap, faults in and out, and a journal of all that happened."""
