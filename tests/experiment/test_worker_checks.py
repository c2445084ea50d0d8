"""Two journeys whose workers would come to the same port."""

from __future__ import annotations

from typing import Any

import pytest

OPEN = "    user: known\n    rate: 20/s"
SAVE = "  save:\n    rate: 20/s"
TRAFFIC = "traffic: {{engine: locust, users: 5, workers: {}}}"
SAID = "the workers of open come to port {} already; give each journey a port of its own"


@pytest.mark.parametrize(
    ("workers_of_open", "workers_of_save", "problems"),
    [
        (
            "{expect: 1, port: 6000}",
            "{expect: 2, port: 6000}",
            [f"system.yaml:23:68: journeys.save.traffic.workers.port: {SAID.format(6000)}"],
        ),
        ("{expect: 1}", "{expect: 2}", [f"system.yaml:23:50: journeys.save.traffic.workers.port: {SAID.format(5557)}"]),
        ("{expect: 1}", "{expect: 2, port: 6000}", []),
        ("2", "2", []),
    ],
)
def test_no_two_journeys_wait_for_workers_at_one_port(
    folder: Any, workers_of_open: str, workers_of_save: str, problems: list[str]
) -> None:
    changes = (
        (OPEN, f"    user: known\n    {TRAFFIC.format(workers_of_open)}"),
        (SAVE, f"  save:\n    {TRAFFIC.format(workers_of_save)}"),
    )
    assert folder.problems(system=changes) == problems
