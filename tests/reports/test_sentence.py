"""A verdict in a sentence: what it means for users, with no word of this tool."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from chaos.reports.sentence import sentence
from chaos.verdict.verdict import Claim


def refuted(phase: Any) -> Claim:
    return Claim(phase=phase, text="x", state="refuted", measured="")


def test_one_that_passed_says_what_users_got_and_that_nothing_was_lost(verdict: Any) -> None:
    (ledger,) = verdict().ledgers
    tally = dataclasses.replace(verdict().tallies[0], served=90, degraded=10, broken=0)
    made = verdict("passed", tallies=(tally,), ledgers=(dataclasses.replace(ledger, lost=()),))
    assert sentence(made) == (
        "The app held. While the fault was on, of 100 visits 90 got what they came for and 10 got a clear answer "
        "instead of it. It was back to normal 200ms to 250ms after the fault was gone. Nothing of the 50 items that "
        "it had accepted was lost or stored twice."
    )


@pytest.mark.parametrize(
    ("phase", "changes", "said"),
    [
        ("recovery", {"recovered": None, "watched_recovery_s": 5.02}, "It was not back to normal 5s after the fault"),
        ("recovery", {}, "It took longer than allowed to be back to normal: 200ms to 250ms."),
        ("audit", {}, "Of 50 items that it had accepted, 2 were lost."),
        ("rules", {}, "What users were told breaks rules for answers that help."),
    ],
)
def test_one_that_failed_says_what_did_not_hold(verdict: Any, phase: str, changes: Any, said: str) -> None:
    assert said in sentence(verdict("failed", claims=(refuted(phase),), **changes))
    assert said not in sentence(verdict("failed", claims=(refuted("during"),), **changes))


def test_faults_are_named_where_they_are_known(full: Any) -> None:
    made = full()
    assert "While “hang on db” was on, of " in sentence(made)
    assert "While “hang on db” and “hang on db” were on, of " in sentence(full(faults=made.faults * 2))


def test_if_all_visits_had_one_fate_it_is_said_so(verdict: Any) -> None:
    tally = dataclasses.replace(verdict().tallies[0], served=0, degraded=0, broken=7)
    assert "all 7 visits got a broken answer, or none." in sentence(verdict("failed", tallies=(tally,)))


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("inconclusive", "Nothing can be concluded: why"),
        ("aborted", "The experiment was stopped before it could tell: why"),
        ("error", "The experiment could not be carried out: why"),
        ("failed", "The app did not hold. why"),
    ],
)
def test_where_nobody_came_the_reason_is_all_there_is(bare: Any, word: str, said: str) -> None:
    assert sentence(bare(word, reasons=("why",))) == said
