from __future__ import annotations

from dataclasses import replace

import pytest

from chaos.verdict.verdict import EXIT_CODES, Verdict, Word
from chaos.workshop.lessons.lesson import Trial
from chaos.workshop.proofs.trials import judged

PASSES = Trial(about="your app", must="pass", on={"mode": "mine"}, then="Look again.")
FAILS = replace(PASSES, about="that of the night", must="fail")


def verdict(word: Word, *, busy: bool = False) -> Verdict:
    return Verdict(
        id="x", title="x", why="", file="x.yaml", tags=(), catches=(), variant=None, seed=0, gatecrash="1", rules="1",
        wall_time="", verdict=word, exit_code=EXIT_CODES[word], busy=busy, reasons=(f"it {word}",), warnings=(),
        claims=(), proofs=(), recovered=None, watched_recovery_s=None, phases=(), tallies=(), boundary=0, ledgers=(),
        seen=(), took_s=1.0,
    )  # fmt: skip


BUSY = verdict("inconclusive", busy=True)
PASSED, FAILED, UNCLEAR = verdict("passed"), verdict("failed"), verdict("inconclusive")


@pytest.mark.parametrize(
    ("verdicts", "passes", "fails"),
    [
        ([PASSED], True, False),
        ([FAILED], False, True),
        ([UNCLEAR], False, False),
        ([BUSY], None, None),
        ([PASSED, PASSED], True, False),
        ([PASSED, FAILED], False, True),
        ([PASSED, UNCLEAR], False, False),
        ([BUSY, FAILED], False, True),
        ([PASSED, BUSY], None, None),
    ],
)
def test_a_trial_holds_when_all_pass_or_one_fails_as_it_must(
    verdicts: list[Verdict], passes: bool | None, fails: bool | None
) -> None:
    assert judged(PASSES, verdicts).held is passes
    assert judged(FAILS, verdicts).held is fails


def test_what_went_wrong_is_said_with_what_to_think_about() -> None:
    found = judged(PASSES, [PASSED, FAILED])
    assert (found.about, found.said, found.then) == ("your app: must pass", "failed: it failed", "Look again.")


def test_nothing_is_left_to_think_about_when_it_went_well() -> None:
    assert judged(FAILS, [FAILED]).then == ""
