"""The gate, end to end: a run that passed, and a pipeline that is stopped all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

PROJECT = """
experiments = ["experiments"]
[gate]
required = ["*"]
fail_on_worse = true
"""


@pytest.fixture
def passed_in_part(gatecrash: Any) -> Any:
    """Of two experiments that the gate requires, one was run, and passed."""
    gatecrash.write("gatecrash.toml", PROJECT)
    gatecrash.write("experiments/other.yaml", (gatecrash.folder / "experiments" / "store_down.yaml").read_text())
    done = gatecrash("run", "-k", "store_down", "--report", "out")
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert "the gate fails: other is required, and was not run" in done.stdout
    assert done.returncode == 1
    return gatecrash


@pytest.mark.system
def test_a_gate_that_fails_ends_with_1_then_and_in_every_report(passed_in_part: Any) -> None:
    gatecrash = passed_in_part
    (gatecrash.folder / "gatecrash.toml").unlink()  # the run is judged by what was asked of it then
    again = gatecrash("report")
    assert (again.returncode, "other is required" in again.stdout) == (1, True)
    results = gatecrash.results()
    assert (results["exit_code"], results["gate"]["exit_code"]) == (1, 1)

    results["run"] = "yesterday"
    (experiment,) = results["experiments"]
    (reading,) = (each for each in experiment["tallies"] if (each["journey"], each["phase"]) == ("read", "during"))
    assert reading["degraded"] > 20 > reading["served"], "the store is down, and this is said"
    reading["served"], reading["degraded"] = reading["degraded"], reading["served"]
    gatecrash.write("kept/yesterday.json", json.dumps(results))
    beside = gatecrash("report", "--against", "kept", "--format", "json")
    document = json.loads(beside.stdout)
    assert document["comparison"]["against"] == ["yesterday"]
    (compared,) = document["comparison"]["experiments"]
    assert (compared["standing"], compared["why"], compared["runs"]) == ("compared", "", 1)
    assert [(each["figure"], each["of"], each["change"]) for each in compared["differences"]] == [
        ("served", "read", "worse")
    ], "in everything else it is the same run"
    assert [(each["kind"], each["fails"]) for each in document["gate"]["objections"]] == [
        ("required", True),
        ("worse", True),
    ]
    assert not gatecrash.left_over()
