"""How long the command takes to start, against a bare interpreter, and to validate all experiments."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from measure import Figure, in_turns, median_difference, show

ROUNDS = 15
GATECRASH = str(Path(sys.executable).with_name("gatecrash"))


def main() -> None:
    took = in_turns(
        {
            "bare": [sys.executable, "-c", "pass"],
            "version": [GATECRASH, "--version"],
            "help": [GATECRASH, "--help"],
            "validate": [GATECRASH, "validate"],
        },
        ROUNDS,
    )
    version = median_difference(took, "version", "bare")
    help_page = median_difference(took, "help", "bare")
    validate = statistics.median(took["validate"])
    show(
        [
            Figure("`python -c pass`", f"{statistics.median(took['bare']) * 1000:.0f} ms", "", None),
            Figure("`gatecrash --version` beyond it", f"{version * 1000:.0f} ms", "<= 120 ms", version <= 0.12),
            Figure("`gatecrash --help` beyond it", f"{help_page * 1000:.0f} ms", "", None),
            Figure("`gatecrash validate`, all experiments", f"{validate * 1000:.0f} ms", "<= 600 ms", validate <= 0.6),
        ]
    )


if __name__ == "__main__":
    main()
