"""The shape of a recovery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.journal import events as e

Tell = Callable[..., Any]


@pytest.mark.parametrize(
    ("after", "shape"),
    [
        ("60s", "clean"),
        ("10b 60s", "clean"),
        ("10b 5b5s 60s", "clean"),
        ("10b 10s 10b 60s", "sawtooth"),
        ("10s 4b6s 60s", "sawtooth"),
        ("5b5s 5b5s 5b5s 5b5s 60s", "plateau"),
        ("8b2s 5b5s 60s", "clean"),
        ("120b", "never"),
        ("5b5s 5b5s 5b5s 5b5s 5b5s 5b5s 5b5s 5b5s 5b5s 5b5s 5b5s 5b5s", "never"),
    ],
)
def test_a_recovery_is_clean_or_comes_and_goes_or_is_stuck_half_way(story: Tell, after: str, shape: str) -> None:
    assert story().night(after=after).end().verdict().shape == shape


def test_a_run_that_is_served_but_late_is_not_yet_what_steady_state_promises(story: Tell) -> None:
    told = story().baseline().fault_on().runs("45s").effect(bytes=1).fault_off().phase("recovery")
    told.runs("10s").runs("10s", took=0.9).runs("60s")
    assert told.end().verdict().shape == "sawtooth"


@pytest.mark.parametrize(
    ("wanted", "after", "verdict", "reason"),
    [
        ("clean", "10b 60s", "passed", ""),
        ("clean", "10b 10s 10b 40s", "failed", "recovery is clean: it was a sawtooth"),
        (["clean", "sawtooth"], "10b 10s 10b 40s", "passed", ""),
        ("clean", "120b", "failed", "steady state is back within 3s: not within 3s"),
    ],
)
def test_a_shape_can_be_claimed(story: Tell, wanted: Any, after: str, verdict: str, reason: str) -> None:
    found = story(recovery={"within": "3s", "shape": wanted}).night(after=after).end().verdict()
    assert found.verdict == verdict
    assert "".join(found.reasons[:1]).startswith(reason)


def test_a_run_that_was_stopped_has_shown_no_shape(story: Tell) -> None:
    told = story(recovery={"within": "3s", "shape": "clean"}).night(after="10b 10s 10b 40s")
    (claim,) = (each for each in told.add(e.CutShort(at_s=told.now)).end().verdict().claims if "clean" in each.text)
    assert claim.state == "undecided"


def test_without_an_undo_there_is_no_shape(story: Tell) -> None:
    assert story().baseline("300b").end().verdict().shape is None
