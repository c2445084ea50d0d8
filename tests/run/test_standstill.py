"""A machine that slept and a process that was stopped are noticed; wall clocks are nobody's business."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import chaos
from chaos.run.standstill import Standstill

CASES: dict[str, tuple[float, float, str | None]] = {
    "all went on": (0.1, 0.1, None),
    "a busy machine": (3.0, 3.0, None),
    "stopped, as by Ctrl-Z": (7.0, 7.0, "stood still for 7s"),
    "asleep": (0.1, 3600.1, "slept for 3600s"),
    "asleep and busy": (4.0, 64.0, "slept for 60s"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_happened_between_two_looks(case: str) -> None:
    passed_s, boot_s, said = CASES[case]
    now, boot = [10.0], [500.0]
    standstill = Standstill(lambda: now[0], lambda: boot[0])
    assert standstill.look() is None
    now[0] += passed_s
    boot[0] += boot_s
    found = standstill.look()
    assert (found is None) == (said is None)
    assert said is None or said in str(found)
    assert standstill.look() is None, "it is said once"


def test_no_duration_comes_from_the_wall_clock() -> None:
    """Clocks are set while experiments run. A page's own clock has to be met with it, the age of a file, and an engine
    that is asked for what a container has printed since.
    """
    folder = Path(chaos.__file__).parent
    allowed = {"journeys/browser/visit.py", "doctor/unfinished.py", "backends/docker/attached.py"}
    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        if re.search(r"\btime\.time(_ns)?\(", path.read_text())
    }
    assert found <= allowed
