"""Whether the verdict of a run that is still going on can be foretold: so that it need not go on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from chaos.experiment.plan import Plan
from chaos.journal import events as e
from chaos.verdict.claims import refuted
from chaos.verdict.judge import judge
from chaos.verdict.timeline import due_between


def lost_for_good(plan: Plan, events: Iterable[e.Event], samples: Mapping[str, Sequence[e.Sample]]) -> bool:
    """Whether a claim of `during`, be it of one fault alone, would be missed even if everyone who may still come were
    served in no time. Of claims on the difference to the control, nothing is foretold.

    All samples since the first injection are taken for samples of the fault phase.
    """
    on = _times_on(events)
    if not on:
        return False
    first_s = min(began_s for times in on.values() for began_s, _ in times)
    of_all = ((each, [(first_s, math.inf)], plan.most_runs(each.on)) for each in plan.during)
    of_one = (
        (each, on.get(fault.name, []), plan.most_runs_while_on(fault, each.on))
        for fault in plan.faults
        for each in fault.during
    )
    return any(
        refuted(claim, [due for span in spans for due in due_between(samples[claim.on], *span)], needed=most)
        for claim, spans, most in (*of_all, *of_one)
        if not claim.bound.against_control
    )


def _times_on(events: Iterable[e.Event]) -> Mapping[str, Sequence[tuple[float, float]]]:
    """By fault, each time that it was on; without an end while it is."""
    on: dict[str, list[tuple[float, float]]] = {}
    for event in events:
        if isinstance(event, e.FaultInjected):
            on.setdefault(event.fault, []).append((event.at_s, math.inf))
        elif isinstance(event, e.FaultUndone) and event.fault in on:
            on[event.fault][-1] = (on[event.fault][-1][0], event.issued_s)
    return on


def fails_already(
    events: Sequence[e.Event], effects: Sequence[e.FaultTookEffect] = (), *, now_s: float, finished_s: float
) -> bool:
    """Whether the verdict would be `failed` if the run were cut short now.

    `effects`: what the faults that are still on have touched so far; they would be undone now. Every run due up to
    `finished_s` has ended.
    """
    return judge((*events, *_cut_short(effects, now_s, finished_s))).verdict == "failed"


def _cut_short(effects: Sequence[e.FaultTookEffect], now_s: float, finished_s: float) -> Iterator[e.Event]:
    for effect in effects:  # who left later than that may still be under way, and is no sample yet
        yield replace(effect, at_s=min(effect.at_s, finished_s))
    for effect in effects:
        yield e.FaultUndone(at_s=now_s, issued_s=now_s, fault=effect.fault)
    yield e.CutShort(at_s=finished_s)
    yield e.RunEnded(at_s=now_s)
