"""The project file: what `gatecrash run` runs without being told, and what a pipeline makes of the verdicts."""
