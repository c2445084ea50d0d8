"""The graceful rules: they judge what a user was told when something behind an app was broken.

`RULES` is the list, in id order. A new rule is a function and its `Rule` in the group's file, its id here, and examples
in `chaos/rules/examples/`: an answer (or a run) that it alone fails and one that it passes. What a rule can't see (a
browser, a ledger) it reports as `NotChecked`, never as passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chaos.journeys.answer import Answer, Format
from chaos.rules.access import G18, G20, G21
from chaos.rules.caching import G06
from chaos.rules.coming_back import G04
from chaos.rules.contained import G22
from chaos.rules.emptiness import G26
from chaos.rules.fate import G12, fate_of
from chaos.rules.filler import G16
from chaos.rules.format import G07
from chaos.rules.gates import G24, G25
from chaos.rules.idempotency import G27
from chaos.rules.identity import G19
from chaos.rules.input_kept import G23
from chaos.rules.leak import G09
from chaos.rules.learned import Learner
from chaos.rules.next_step import G13
from chaos.rules.notice import G28, shows_notice
from chaos.rules.problem import G08
from chaos.rules.reading import Reading
from chaos.rules.reference import G10, reference_of
from chaos.rules.rule import (
    Check,
    Finding,
    Judgement,
    Level,
    NotChecked,
    Rule,
    RunFinding,
    RunJudgement,
    Situation,
    Skipped,
    StoryCheck,
)
from chaos.rules.status import G01, G02, G03, told_wait_s
from chaos.rules.story import Outcome, Story
from chaos.rules.times import G14
from chaos.rules.timing import G05
from chaos.rules.tone import G17
from chaos.rules.wordlist import Words
from chaos.rules.words import G11, G15

__all__ = [
    "RULES",
    "RULE_PACK_VERSION",
    "Check",
    "Finding",
    "Judgement",
    "Learner",
    "Level",
    "NotChecked",
    "Outcome",
    "Rule",
    "RunFinding",
    "RunJudgement",
    "Situation",
    "Skipped",
    "Story",
    "StoryCheck",
    "Words",
    "fate_of",
    "judge",
    "judge_answer",
    "judge_story",
    "outcome_of",
    "reference_of",
    "shows_notice",
    "told_wait_s",
]

RULE_PACK_VERSION: Final = "1.0"
"""Raised when a rule is added, or the same answer would be judged differently. Written into results."""

_ALL: Final = (
    G01, G02, G03, G04, G05, G06, G07, G08, G09, G10, G11, G12, G13, G14,
    G15, G16, G17, G18, G19, G20, G21, G22, G23, G24, G25, G26, G27, G28,
)  # fmt: skip

RULES: Final[Mapping[str, Rule]] = {rule.id: rule for rule in _ALL}
_OF_ANSWERS: Final = tuple((rule, rule.check) for rule in _ALL if rule.check is not None)
_FORMATS: Final[tuple[Format, ...]] = ("html", "json")
_DUE: Final = {
    (asked_for, served): tuple(
        (rule, check) for rule, check in _OF_ANSWERS if rule.applies_to(asked_for) and (rule.always or not served)
    )
    for asked_for in _FORMATS
    for served in (True, False)
}
"""What is judged of an answer, by the format that was asked for and whether it was served."""


def judge(answer: Answer | Reading, situation: Situation) -> Judgement:
    """What the rules say of one answer: the *always* rules if it was served, all of them if not.

    An answer of 500 and above is judged as unserved whatever `situation.served` says. Hand in the reading where the
    answer was read already: a page is parsed once.
    """
    reading = answer if isinstance(answer, Reading) else Reading(answer)
    answer = reading.answer
    served = situation.served and answer.status < 500
    findings: list[Finding] = []
    not_checked: list[Skipped] = []
    for rule, check in _DUE[answer.asked_for, served]:
        said = check(reading, situation)
        if isinstance(said, NotChecked):
            not_checked.append(Skipped(rule.id, said.why))
        elif said is not None:
            findings.append(Finding(rule.id, rule.level, said, rule.advice))
    return Judgement(tuple(findings), tuple(not_checked))


def judge_answer(answer: Answer | Reading, situation: Situation) -> tuple[Finding, ...]:
    """The findings alone, in id order; empty means graceful (or served honestly)."""
    return judge(answer, situation).findings


def judge_story(story: Story) -> RunJudgement:
    """What the rules on users' whole journeys say of a run; those on single answers are `judge`'s."""
    findings: list[RunFinding] = []
    not_checked: list[Skipped] = []
    for rule in RULES.values():
        if rule.story is None:
            continue
        said = rule.story(story)
        if isinstance(said, NotChecked):
            not_checked.append(Skipped(rule.id, said.why))
            continue
        findings += [
            RunFinding(
                rule=rule.id,
                level=rule.level,
                reason=found.reason,
                advice=rule.advice,
                journey=found.journey,
                user=found.user,
                at_s=found.at_s,
                count=found.count,
            )
            for found in said
        ]
    return RunJudgement(tuple(findings), tuple(not_checked))


def outcome_of(expectations_held: bool, answer: Answer | None, findings: Sequence[Finding]) -> Outcome:
    """The outcome of a run whose decisive answer this is; None: no answer came within the journey's timeout.

    `findings` are those of `judge_answer`. No complete answer is broken; a status of 500 and above is never served; a
    broken E rule makes the answer broken, and on a served one only *always* rules are judged: a lying 200 is broken.
    """
    if answer is None or not answer.complete or any(finding.level == "E" for finding in findings):
        return "broken"
    return "served" if expectations_held and answer.status < 500 else "degraded"
