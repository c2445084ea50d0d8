"""The gate: what a pipeline asks of a run beyond its verdicts. Pure; the day is handed in."""
