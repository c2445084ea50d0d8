PATIENCE_S: float | None = 0.15
