"""Time to recover: an interval between two runs, from the last undo that was confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.journal import events as e

Tell = Callable[..., Any]


@pytest.mark.parametrize(
    ("after", "at_least", "at_most", "said"),
    [
        ("45s", 0.0, 0.0, "at most 0ms"),
        ("1b 45s", 0.0, 0.05, "at most 50ms"),
        ("11b 45s", 0.5, 0.55, "500ms to 550ms"),
        ("10d 1b 45s", 0.5, 0.55, "500ms to 550ms"),
        ("10s 1b 45s", 0.5, 0.55, "500ms to 550ms"),
    ],
)
def test_the_way_back_lies_between_two_runs(
    story: Tell, after: str, at_least: float, at_most: float, said: str
) -> None:
    verdict = story().night(after=after).end().verdict()
    assert verdict.recovered is not None
    assert verdict.recovered.at_least_s == pytest.approx(at_least)
    assert verdict.recovered.at_most_s == pytest.approx(at_most)
    claim = next(claim for claim in verdict.claims if claim.phase == "recovery")
    assert (claim.state, claim.measured) == ("held", said)


def test_time_counts_from_the_last_undo_of_all(story: Tell) -> None:
    faults = [{"link": "db", "hang": {}, "for": "1s"}, {"link": "edge", "latency": {"delay": "1s"}, "for": "2s"}]
    told = story(faults=faults).baseline().fault_on("hang on db").fault_on("latency on edge").runs("20s")
    told.effect("hang on db", bytes=1).fault_off("hang on db").runs("20s")
    told.effect("latency on edge", bytes=1).fault_off("latency on edge")
    undone = told.now
    verdict = told.recovery("11b 45s").end().verdict()
    assert verdict.recovered is not None
    assert verdict.recovered.at_most_s == pytest.approx(0.55)
    assert verdict.watched_recovery_s == pytest.approx(told.now - undone)


def test_a_recovery_that_took_too_long_names_the_first_run_after_the_undo_that_was_not_served(story: Tell) -> None:
    answer = e.AnswerSeen(at_s=3, fingerprint="f", journey="open", status=500, headers=(), body="", says="Still down")
    told = story().baseline().fault_on().runs("45s").effect(bytes=1).fault_off().add(answer).phase("recovery")
    told.runs("2s").runs("98b", answer="f")
    claim = next(claim for claim in told.end().verdict().claims if claim.phase == "recovery")
    assert (claim.state, claim.measured, claim.why) == ("refuted", "never", "not within 3s (watched 5s)")
    assert claim.first_offence is not None
    assert claim.first_offence.says == "Still down"


def test_without_a_fault_nothing_is_said_of_recovery(story: Tell) -> None:
    verdict = story().baseline("300b").end().verdict()
    assert verdict.recovered is None
    assert verdict.watched_recovery_s is None
    assert all(claim.phase != "recovery" for claim in verdict.claims)


def test_watching_ends_where_the_audit_begins(story: Tell) -> None:
    told = story(audit={"items": {"lost": 0}}).night(after="40b").wait(1).audit().wait(30).end()
    assert told.verdict().watched_recovery_s == pytest.approx(3)
