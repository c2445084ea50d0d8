"""Phases too short for what is claimed: as long as they can really be, with as many users as can really come."""
# ruff: noqa: E501  messages are compared as they are printed

from __future__ import annotations

from typing import Any

import pytest

Change = tuple[str, str]
SURE = ("{broken: 0%}", "{served: {bound: '>= 90%', confidence: 95%}}")
SLOW = ("user: known\n    rate: 20/s", "user: known\n    rate: 5/s")
SURGE = ("link: db\n    hang: {}", "journey: open\n    surge: {times: 10}")
HANG = "link: db\n    hang: {}\n    for: 2s"


@pytest.mark.parametrize(
    ("changes", "system", "problems"),
    [
        # the fault that ends last goes on until what is claimed with confidence is decided
        ([SURE, ("for: 2s", "for: 500ms")], [], []),
        ([SURE, ("for: 2s", "for: 500ms"), ("during:", "confidence_within: 1s\nsamples: 10\nduring:")], [], [
            "hangs.yaml:12:9: during.open: the fault is over after 1s, before a run of open can time out (1s); make it longer than that",
            "hangs.yaml:12:10: during.open.served: 35 samples are needed to show >= 90% with this confidence, if all are for it, and 1s hold 20: make `confidence_within` at least 1.8s, or its rate at least 35/s",
        ]),
        ([SURE, ("during:", "baseline: {within: 90s}\nsamples: 1200\nduring:")], [], []),
        ([SURE, ("during:", "baseline: {within: 90s}\nsamples: 1201\nduring:")], [], [
            "hangs.yaml:12:9: during.open: open comes 20 times a second, so 60s hold 1200 samples; 1201 are needed: make `confidence_within` at least 60.1s, or its rate at least 21/s",
        ]),
        # but not for other journeys, whose claims it does not wait for
        ([("  open: {broken: 0%}", "  open: {served: {bound: '>= 90%', confidence: 95%}}\n  save: {broken: 0%}"), ("for: 2s", "for: 1s")], [], [
            "hangs.yaml:8:10: faults[0].for: the fault is over after 1s, before a run of save can time out (1s); make it longer than that",
        ]),
        # users who come more often
        ([SURGE, ("for: 2s", "for: 3s")], [SLOW], []),
        ([SURGE, ("times: 10", "times: 2"), ("for: 2s", "for: 2s")], [SLOW], []),
        ([SURGE, ("times: 10", "times: 2"), ("for: 2s", "for: 1500ms")], [SLOW], [
            "hangs.yaml:8:10: faults[0].for: open comes 5 times a second, 10 at the peak, so 1.5s hold 15 samples; 20 are needed: make `for` at least 2s, or its rate at least 7/s",
        ]),
        ([(HANG, f"{HANG}\n  - {{journey: open, surge: {{times: 3}}, at: 500ms, for: 1s}}")], [SLOW], []),
        ([(HANG, f"{HANG}\n  - {{journey: open, surge: {{times: 2}}, at: 500ms, for: 1s}}")], [SLOW], [
            "hangs.yaml:8:10: faults[0].for: open comes 5 times a second, 10 at the peak, so 2s hold 15 samples; 20 are needed: make `for` at least 3s, or its rate at least 7/s",
        ]),
        ([(HANG, f"{HANG}\n  - {{journey: save, surge: {{times: 9}}, for: 1s}}")], [SLOW], [
            "hangs.yaml:8:10: faults[0].for: open comes 5 times a second, so 2s hold 10 samples; 20 are needed: make `for` at least 4s, or its rate at least 10/s",
        ]),
        # a surge says nothing of the time before it
        ([SURGE, ("for: 2s", "for: 3s"), ("during:", "baseline: {within: 3s}\nduring:")], [SLOW], [
            "hangs.yaml:4:3: steady_state.open: open comes 5 times a second, so the 3s of `baseline.within` hold 15 samples; 20 are needed: make `baseline.within` at least 4s, or its rate at least 7/s",
        ]),
    ],
)  # fmt: skip
def test_phases_are_counted_with_all_the_time_and_all_the_users_that_they_can_have(
    folder: Any, changes: list[Change], system: list[Change], problems: list[str]
) -> None:
    found = folder.problems(*changes, system=system) if problems else folder.plan(*changes, system=system) and []
    assert found == problems


@pytest.mark.parametrize(
    ("faults", "problems"),
    [
        ("journey: open\n    surge: {times: 10}\n    for: 3s", []),
        ("journey: open\n    surge: {times: 2}\n    for: 1500ms", [
            "hangs.yaml:8:10: faults[0].for: while it is on, 15 runs of open are due, and its own `during` needs 20: make `for` at least 2s, or its rate at least 7/s",
        ]),
        ("link: db\n    hang: {}", []),
    ],
)  # fmt: skip
def test_the_time_of_one_fault_is_counted_with_its_surges(folder: Any, faults: str, problems: list[str]) -> None:
    own = (HANG, f"{faults}\n    during: {{open: {{served: '>= 50%'}}}}")
    everywhere = ("during:\n  open: {broken: 0%}\n", "")
    found = (
        folder.problems(own, everywhere, system=[SLOW])
        if problems
        else folder.plan(own, everywhere, system=[SLOW]) and []
    )
    assert found == problems


def test_a_fault_without_an_end_waits_for_its_own_samples_only_so_long(folder: Any) -> None:
    own = ("    for: 2s", "    during: {open: {served: '>= 50%'}}\nsamples: 601\nbaseline: {within: 60s}")
    everywhere = ("\nduring:\n  open: {broken: 0%}\n", "\n")
    assert folder.problems(own, everywhere) == [
        "hangs.yaml:6:5: faults[0].for: while it is on, 600 runs of open are due, and its own `during` needs 601: make `for` at least 30.1s, or its rate at least 21/s"
    ]
    assert folder.plan((own[0], own[1].replace("601", "600")), everywhere)
