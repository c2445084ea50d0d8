"""The append-only event log of one experiment's run: the evidence from which every verdict and report is derived."""
