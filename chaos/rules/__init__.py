"""The graceful rules: they judge what a user was told when something behind an app was broken.

`RULES` is the list, in id order. A new rule is a function in its group's file, a line here, and a page in
`tests/rules/` that it alone fails and one that it passes. What a rule can't see (a browser, a ledger) it reports as
`NotChecked`, never as passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chaos.journeys.answer import Answer
from chaos.rules.format import right_format
from chaos.rules.leak import no_leak
from chaos.rules.next_step import next_step
from chaos.rules.reading import Reading
from chaos.rules.rule import Check, Finding, Judgement, Level, NotChecked, Rule, Situation, Skipped
from chaos.rules.status import retry_after, right_class, status_honesty
from chaos.rules.story import Outcome
from chaos.rules.timing import bounded_wait
from chaos.rules.wordlist import Words
from chaos.rules.words import no_blame, plain_words

__all__ = [
    "RULES",
    "RULE_PACK_VERSION",
    "Check",
    "Finding",
    "Judgement",
    "Level",
    "NotChecked",
    "Outcome",
    "Rule",
    "Situation",
    "Skipped",
    "Words",
    "judge",
    "judge_answer",
    "outcome_of",
]

RULE_PACK_VERSION: Final = "0.1"
"""Raised when a rule is added, or the same answer would be judged differently. Written into results."""

_ALL: Final = (
    Rule(
        id="G01",
        name="status honesty",
        on="HJU",
        level="E",
        always=True,
        passes_when="what was asked for did not happen => status >= 400, or 202 with a link to its state; "
        "never an error page with 200",
        advice="answer 503, or 202 with a link when the work is only postponed: clients, caches and monitors go by it",
        source="RFC 9110, 15",
        check=status_honesty,
    ),
    Rule(
        id="G02",
        name="right class",
        on="HJ",
        level="E",
        passes_when="the fault is behind the app => 503, 504 (deadline) or 502 (bad answer from behind); "
        "no 4xx (but 429 under surge), no bare 500",
        advice="catch the failed call: answer 503, 504 after your deadline, 502 for a bad answer from behind",
        source="RFC 9110, 15.6",
        check=right_class,
    ),
    Rule(
        id="G03",
        name="Retry-After",
        on="HJ",
        level="E",
        passes_when="every 503 and 429 has it: an integer >= 1 or a date in the future, at most a configured maximum",
        advice="send Retry-After with the seconds after which coming back makes sense",
        source="RFC 9110, 10.2.3",
        check=retry_after,
    ),
    Rule(
        id="G05",
        name="bounded wait",
        on="U",
        level="E",
        passes_when="the final answer comes within the budget (default 10 s)",
        advice="put a deadline on the whole request, and shorter ones on each call behind it",
        source="NNG, Response Times: The 3 Important Limits",
        check=bounded_wait,
    ),
    Rule(
        id="G07",
        name="right format",
        on="HJ",
        level="E",
        passes_when="JSON asked => application/problem+json; HTML asked => text/html with charset; "
        "the body is not empty, complete and well formed",
        advice="let error handlers honour the Accept header, name the charset, and send the whole page",
        source="RFC 9457, 3; RFC 9110, 8.3",
        check=right_format,
    ),
    Rule(
        id="G09",
        name="no leak",
        on="HJ",
        level="E",
        always=True,
        passes_when="no traceback, exception class, SQL, file path, internal host:port or debugger; "
        "planted canary strings never appear",
        advice="log the details under a reference and show the user the reference; switch debug pages off",
        source="OWASP, Improper Error Handling; CWE-209",
        check=no_leak,
    ),
    Rule(
        id="G11",
        name="plain words",
        on="H",
        level="E",
        passes_when="visible text is free of status digits and jargon, and no sentence has more than 25 words",
        advice="say what does not work in the words of someone who uses the service",
        source="GOV.UK Design System, There is a problem with the service; NNG, Error-Message Guidelines",
        check=plain_words,
    ),
    Rule(
        id="G13",
        name="next step",
        on="HU",
        level="E",
        passes_when="a working retry control, a time, or another route, inside the error region",
        advice='offer a "Try again" link or button, or say when to come back, or how else to get it done',
        source="GOV.UK Design System, There is a problem with the service; NNG, Error-Message Guidelines",
        check=next_step,
    ),
    Rule(
        id="G15",
        name="no blame",
        on="HJ",
        level="E",
        passes_when='the fault is not the user\'s => no "your connection", "your account", "you entered", "invalid"',
        advice="say that the problem is on your side; send no one to check a connection that works",
        source="NNG, Error-Message Guidelines",
        check=no_blame,
    ),
)

RULES: Final[Mapping[str, Rule]] = {rule.id: rule for rule in _ALL}


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
    for rule in RULES.values():
        if rule.check is None or (served and not rule.always) or not rule.applies_to(reading):
            continue
        said = rule.check(reading, situation)
        if isinstance(said, NotChecked):
            not_checked.append(Skipped(rule.id, said.why))
        elif said is not None:
            findings.append(Finding(rule.id, rule.level, said, rule.advice))
    return Judgement(tuple(findings), tuple(not_checked))


def judge_answer(answer: Answer, situation: Situation) -> tuple[Finding, ...]:
    """The findings alone, in id order; empty means graceful (or served honestly)."""
    return judge(answer, situation).findings


def outcome_of(expectations_held: bool, answer: Answer | None, findings: Sequence[Finding]) -> Outcome:
    """The outcome of a run whose decisive answer this is; None: no answer came within the journey's timeout.

    `findings` are those of `judge_answer`. No complete answer is broken; a status of 500 and above is never served; a
    broken E rule makes the answer broken, and on a served one only *always* rules are judged: a lying 200 is broken.
    """
    if answer is None or not answer.complete or any(finding.level == "E" for finding in findings):
        return "broken"
    return "served" if expectations_held and answer.status < 500 else "degraded"
