"""What a control needs is asked before anything is touched; what nothing could refute is refused."""
# ruff: noqa: E501  messages are compared as they are printed

from __future__ import annotations

from typing import Any

import pytest

Change = tuple[str, str]
CONTROL = ("during:", "control: true\nduring:")
P50 = ("  open: {broken: 0%}", '  open: {p50: "<= control + 50ms"}')
P95 = ("  open: {broken: 0%}", '  open: {p95: "<= control + 50ms"}')
WITHOUT = "there is no control to hold p50 against; add `control: true` to the experiment"
URL = "there can be no second copy of the system: db already runs; start it with a `command`, or leave the control out"
ELSEWHERE = ('db: {command: "db {port}"}', 'db: {url: "http://127.0.0.1:8080"}')
CLIENTS = ("    user: known\n    rate: 20/s", "    user: known\n    clients: 5")
LOCUST = ("    user: known\n    rate: 20/s", "    user: known\n    traffic: {engine: locust, users: 5}")
SURGE = ("  - link: db\n    hang: {}\n    for: 2s", "  - {journey: open, surge: {times: 3}, for: 2s}")
SAVE = ("state:\n  open", "state:\n  save")


@pytest.mark.parametrize(
    ("changes", "system", "problems"),
    [
        ([CONTROL], [], []),
        ([CONTROL, P50], [], []),
        ([P50], [], [f"hangs.yaml:10:15: during.open.p50: {WITHOUT}"]),
        ([CONTROL], [ELSEWHERE], [f"hangs.yaml:9:10: control: {URL}"]),
        (
            [CONTROL],
            [LOCUST],
            ["hangs.yaml:9:10: control: Locust plays the users of open on one system only; give it a `rate`, or leave the control out"],
        ),
        ([("during:", "control: true\njourneys: [save]\nduring:"), SAVE, ("  open: {broken: 0%}", "  save: {broken: 0%}")], [LOCUST], []),
        ([CONTROL], [CLIENTS], []),
        (
            [CONTROL, P50],
            [CLIENTS],
            ["hangs.yaml:11:15: during.open.p50: clients of open come as soon as they can, on each copy at other moments; give it a `rate`"],
        ),
        ([CONTROL, SURGE], [], []),
        (
            [CONTROL, P50, SURGE],
            [],
            ["hangs.yaml:9:15: during.open.p50: more users of open come where the fault is on, and have no partners; claim it without the control"],
        ),
        (
            [CONTROL, P95],
            [],
            ["hangs.yaml:11:15: during.open.p95: 73 pairs of runs are needed to show that p95 differs, and 2s hold 40: let the faults be on for 3.7s, or claim a lower percentile"],
        ),
        ([CONTROL, P95, ("for: 2s", "for: 3700ms")], [], []),
        (
            [CONTROL, ("    for: 2s", '    for: 2s\n    during: {open: {p90: "<= control + 50ms", p99: "<= control"}}')],
            [],
            ["hangs.yaml:9:52: faults[0].during.open.p99: 381 pairs of runs are needed to show that p99 differs, and 2s hold 40: let the faults be on for 19.1s, or claim a lower percentile"],
        ),
        (
            [CONTROL, ('{served: ">= 99%"}', '{served: ">= control"}')],
            [],
            ["hangs.yaml:4:18: steady_state.open.served: steady state is what holds on each copy by itself; compare them in `during`"],
        ),
        (
            [CONTROL, ("control:", "safeguards: [{journey: open, broken: '> control + 5%', over: 2s}]\ncontrol:")],
            [],
            ["hangs.yaml:9:38: safeguards[0].broken: a safeguard watches the system where the fault is on, by itself; write a figure"],
        ),
    ],
)  # fmt: skip
def test_what_a_control_lacks_is_said_with_its_place(
    folder: Any, changes: list[Change], system: list[Change], problems: list[str]
) -> None:
    if problems:
        assert folder.problems(*changes, system=tuple(system)) == problems
    else:
        assert folder.plan(*changes, system=tuple(system)).experiment.control
