"""What is kept of a visit: its sample, and one answer of each kind that was not served."""

from __future__ import annotations

from collections.abc import Mapping

from chaos.experiment.system import Journey
from chaos.journal.events import GAVE_UP_BEFORE, AnswerSeen, Repeat, Sample, Try
from chaos.journeys.fingerprint import fingerprint, one_line
from chaos.journeys.played import Played, Tried
from chaos.rules.reading import Reading
from chaos.rules.reference import reference_of
from chaos.run.recorder import Records

MOST_ANSWERS = 200
"""Kinds of answers that are kept whole; by then a report has shown enough."""
MOST_BODY = 32 * 1024


def keep(
    recorder: Records, name: str, journey: Journey, played: Played, *, user: str, due_s: float, left_s: float
) -> None:
    """Add the sample of one run, after the answers that it refers to."""
    last = played.last
    recorder.add(
        Sample(
            journey=name,
            user=user,
            due_s=due_s,
            left_s=left_s,
            ended_s=last.ended_s,
            took_s=journey.timeout if played.timed_out else last.ended_s - due_s - played.thought_s,
            outcome=last.outcome,
            step=last.step,
            status=last.status,
            failure=last.failure,
            rules=_rules(last),
            answer=_capture(recorder, name, last),
            acknowledged=played.acknowledged,
            tries=tuple(_try(recorder, name, tried) for tried in played.earlier),
            retry_after_s=last.retry_after_s,
            key=played.key,
            checksum=played.checksum,
            echoes=tuple(
                Repeat(at_s=each.at_s, changed=each.changed, status=each.status, acknowledged=each.acknowledged)
                for each in played.echoes
            ),
            fate=last.fate,
            notice=last.notice,
            gave_up=played.gave_up,
        )
    )


def keep_absence(recorder: Records, name: str, journey: Journey, *, user: str, due_s: float, now_s: float) -> None:
    """Add the sample of a visit that was due, of a user who has left: nobody was served."""
    recorder.add(
        Sample(
            journey=name,
            user=user,
            due_s=due_s,
            left_s=due_s,
            ended_s=now_s,
            took_s=journey.timeout,
            outcome="broken",
            failure=GAVE_UP_BEFORE,
        )
    )


def _try(recorder: Records, name: str, tried: Tried) -> Try:
    return Try(
        step=tried.step,
        at_s=tried.at_s,
        ended_s=tried.ended_s,
        outcome=tried.outcome,
        status=tried.status,
        failure=tried.failure,
        rules=_rules(tried),
        retry_after_s=tried.retry_after_s,
        told=tried.told,
        answer=_capture(recorder, name, tried),
        fate=tried.fate,
        notice=tried.notice,
    )


def _rules(tried: Tried) -> tuple[str, ...]:
    return tuple(finding.rule for finding in tried.findings)


def _capture(recorder: Records, journey: str, tried: Tried) -> str | None:
    """The fingerprint of an answer that was not served; it is kept whole the first time."""
    if tried.reading is None or tried.outcome == "served":
        return None
    kind = fingerprint(journey, tried.reading)
    if not recorder.knows(kind):
        if recorder.answers >= MOST_ANSWERS:
            return None
        recorder.add_answer(_seen(kind, journey, tried, tried.reading))
    return kind


def _seen(kind: str, journey: str, tried: Tried, reading: Reading) -> AnswerSeen:
    findings: Mapping[str, str] = {finding.rule: finding.reason for finding in tried.findings}
    return AnswerSeen(
        at_s=tried.ended_s,
        fingerprint=kind,
        journey=journey,
        status=reading.answer.status,
        headers=reading.answer.headers,
        body=reading.answer.text[:MOST_BODY],
        says=one_line(reading),
        findings=findings,
        not_checked={} if tried.judged is None else {skip.rule: skip.why for skip in tried.judged.not_checked},
        reference=reference_of(reading),
        expected=tried.expected,
    )
