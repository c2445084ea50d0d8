"""How much longer a run of pytest that has no experiments takes with the plugin than without it."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from measure import Figure, in_turns, median_difference, show

ROUNDS = 15


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        test = Path(folder) / "test_nothing.py"
        test.write_text("def test_nothing():\n    pass\n")
        pytest = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            folder,
            "-c",
            "/dev/null",
        ]
        took = in_turns(
            {"without": [*pytest, "-p", "no:gatecrash", str(test)], "with": [*pytest, str(test)]},
            ROUNDS,
        )
    without = statistics.median(took["without"])
    more = median_difference(took, "with", "without")
    show(
        [
            Figure("`pytest` of one empty test", f"{without * 1000:.0f} ms", "", None),
            Figure("the plugin beyond it", f"{more * 1000:.0f} ms", "< 200 ms", more < 0.2),
        ]
    )


if __name__ == "__main__":
    main()
