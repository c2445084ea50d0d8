"""How sure one can be at most, in all the time that the faults may last."""

from __future__ import annotations

from typing import Any

import pytest

Change = tuple[str, str]
SURE = ("{broken: 0%}", "{served: {bound: '>= 99.5%', confidence: 95%}}")
"""Needs 765 samples, 38.3 s at 20/s."""
WITHIN = ("during:", "confidence_within: 5s\nduring:")


def refused(folder: Any, changes: list[Change]) -> str:
    (problem,) = folder.problems(*changes)
    return str(problem).partition("if all are for it, and ")[2]


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [WITHIN, ("for: 2s", "for: 39s")],
        [WITHIN, ("for: 2s", "at: 0s\n    for: 2s\n    every: 12s\n    times: 5")],
        [WITHIN, ("for: 2s", "for: 2s\n    every: 12s\n    until: 60s")],
        [WITHIN, ("for: 2s", "for: 2s\n  - {journey: open, surge: {times: 10}, for: 4s}")],
        [WITHIN, ("link: db\n    hang: {}\n    for: 2s", "journey: open\n    surge: {times: 10}\n    for: 1s")],
    ],
)
def test_what_all_the_time_of_the_faults_can_show_is_accepted(folder: Any, changes: list[Change]) -> None:
    assert folder.plan(SURE, *changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([WITHIN], "5s hold 100: make `confidence_within` at least 38.3s, or its rate at least 153/s"),
        ([WITHIN, ("for: 2s", "for: 38s")], "38s hold 760: make `for` at least 38.3s, or its rate at least 21/s"),
        (
            [WITHIN, ("for: 2s", "for: 2s\n    every: 9s\n    times: 5")],
            "38s hold 760: make `for` at least 2.3s, or its rate at least 21/s",
        ),
        # a fault without an end leaves it to the phase to wait for confidence
        (
            [WITHIN, ("    for: 2s\n", "")],
            "5s hold 100: make `confidence_within` at least 38.3s, or its rate at least 153/s",
        ),
        (
            [WITHIN, ("for: 2s", "for: 2s\n  - {journey: open, surge: {times: 3}, at: 1s, for: 2s}")],
            "5s hold 260: make `confidence_within` at least 13.5s, or its rate at least 59/s",
        ),
        (
            [WITHIN, ("for: 2s", "for: 2s\n  - {journey: open, surge: {times: 3}, at: 1s, for: 500ms}")],
            "5s hold 120: make `confidence_within` at least 37.3s, or its rate at least 128/s",
        ),
    ],
)
def test_what_it_can_not_show_is_refused_with_what_would_do(folder: Any, changes: list[Change], said: str) -> None:
    assert refused(folder, [SURE, *changes]) == said


def test_a_fault_without_an_end_waits_for_its_own_claims_and_lasts_longer_for_those_of_the_phase(folder: Any) -> None:
    own = ("    for: 2s\n", "    during: {open: {served: '>= 50%'}}\n")
    assert refused(folder, [SURE, WITHIN, own]).startswith("30s hold 600: make `for` at least 38.3s")
