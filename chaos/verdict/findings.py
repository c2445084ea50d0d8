"""What the graceful rules found since the first fault: each rule once for each kind of answer that broke it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Literal

from chaos.experiment.claims import few_findings, rule_bounds
from chaos.experiment.graceful import Allowance
from chaos.journal.events import Sample, Try
from chaos.rules import RULES, judge_story
from chaos.rules.rule import Rule
from chaos.rules.story import Story
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim, RuleFinding, RuleSkipped

_LEVELS: Final[Mapping[str, Literal["E", "W"]]] = {"errors": "E", "warnings": "W"}


def find(timeline: Timeline, story: Story) -> tuple[tuple[RuleFinding, ...], tuple[RuleSkipped, ...]]:
    """What was found, in id order, allowed findings too; and the rules that could not be judged."""
    allowed = _allowances(timeline)
    told = judge_story(story)
    found = [*_of_answers(timeline, allowed), *_expired(timeline)]
    found.extend(
        _finding(
            RULES[each.rule],
            allowed,
            journey=each.journey,
            phases=(),
            reason=each.reason,
            count=each.count,
            users=1 if each.user else 0,
            first_s=each.at_s,
        )
        for each in told.findings
    )
    skipped = {skip.rule: skip.why for skip in told.not_checked}
    for answer in timeline.answers.values():
        skipped.update(answer.not_checked)
    broken = {finding.rule for finding in found}
    return (
        tuple(sorted(found, key=lambda each: (each.rule, each.journey, each.first_s or 0.0))),
        tuple(RuleSkipped(rule=rule, why=why) for rule, why in sorted(skipped.items()) if rule not in broken),
    )


def judge_rules(timeline: Timeline, findings: Sequence[RuleFinding]) -> Iterator[Claim]:
    """The experiment's own bounds on what the rules may find; what is allowed does not count."""
    for name, most in rule_bounds(timeline.plan.experiment):
        counted = [finding for finding in findings if finding.level == _LEVELS[name] and finding.allowed is None]
        held = len(counted) <= most
        named = "; ".join(f"{finding.rule} {finding.reason}" for finding in counted[:3])
        yield Claim(
            phase="rules",
            text=few_findings(name, most),
            state="held" if held else "refuted",
            measured=str(len(counted)),
            why="" if held else f"{len(counted)} kinds of {name}: {named}" + ("; ..." if len(counted) > 3 else ""),
        )


def _of_answers(timeline: Timeline, allowed: Mapping[str, Allowance]) -> Iterator[RuleFinding]:
    groups: dict[tuple[str, str, str], list[Sample]] = defaultdict(list)
    for journey in timeline.samples:
        for sample in timeline.after(journey):
            for rule, kind in _broken(sample):
                groups[rule, journey, kind].append(sample)
    undo = timeline.last_undo_issued_s
    for (rule, journey, kind), samples in groups.items():
        answer = timeline.answers.get(kind)
        yield _finding(
            RULES[rule],
            allowed,
            journey=journey,
            phases=tuple(dict.fromkeys(_phase(sample, undo) for sample in samples)),
            reason=answer.findings.get(rule, "") if answer else "",
            count=len(samples),
            users=len({sample.user for sample in samples}),
            first_s=samples[0].due_s,
            answer=kind or None,
        )


def _broken(sample: Sample) -> Sequence[tuple[str, str]]:
    """Rule and kind of answer; its user saw the earlier tries, too. Rules that other versions had are left out."""
    got: tuple[Sample | Try, ...] = (sample, *sample.tries)
    seen = {(rule, each.answer or "") for each in got for rule in each.rules if rule in RULES}
    return sorted(seen)


def _phase(sample: Sample, undo_issued_s: float | None) -> str:
    return "fault" if undo_issued_s is None or sample.due_s <= undo_issued_s else "recovery"


def _allowances(timeline: Timeline) -> Mapping[str, Allowance]:
    """Those that hold on the day of the run, by rule."""
    day = run_day(timeline.start.wall_time)
    return {each.rule: each for each in timeline.plan.experiment.allow if each.holds_on(day)}


def _expired(timeline: Timeline) -> Iterator[RuleFinding]:
    day = run_day(timeline.start.wall_time)
    for each in timeline.plan.experiment.allow:
        if not each.holds_on(day):
            yield _finding(
                RULES[each.rule],
                {},
                level="W",
                reason=f"it was allowed until {each.until} ({each.reason}), and that day is over",
                advice="mend what the rule found, or renew the allowance with a new reason",
            )


def _finding(
    rule: Rule,
    allowed: Mapping[str, Allowance],
    *,
    reason: str,
    level: Literal["E", "W"] | None = None,
    advice: str = "",
    journey: str = "",
    phases: tuple[str, ...] = (),
    count: int = 1,
    users: int = 0,
    first_s: float | None = None,
    answer: str | None = None,
) -> RuleFinding:
    return RuleFinding(
        rule=rule.id,
        name=rule.name,
        level=level or rule.level,
        journey=journey,
        phases=phases,
        reason=reason,
        advice=advice or rule.advice,
        count=count,
        users=users,
        first_s=first_s,
        answer=answer,
        allowed=allowed[rule.id].reason if rule.id in allowed else None,
    )


def run_day(wall_time: str) -> date:
    """The day (UTC) on which a run began."""
    return datetime.fromisoformat(wall_time).date()
