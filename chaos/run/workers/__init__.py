"""Who runs the experiments of a run: this process, or processes beside it that each run one at a time."""
