"""Whether the verdict of a run that is still going on can be foretold: so that it need not go on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from chaos.experiment.plan import Plan
from chaos.journal import events as e
from chaos.verdict.claims import refuted
from chaos.verdict.judge import judge
from chaos.verdict.timeline import due_between


def lost_for_good(plan: Plan, samples: Mapping[str, Sequence[e.Sample]], *, from_s: float) -> bool:
    """Whether a claim of `during` would be missed even if everyone who may still come were served in no time. Of claims
    on the difference to the control, nothing is foretold.

    `from_s`: the first injection; all samples since are taken for samples of the fault phase.
    """
    return any(
        refuted(tolerance, due_between(samples[tolerance.on], from_s, math.inf), needed=plan.most_runs(tolerance.on))
        for tolerance in plan.during
        if not tolerance.bound.against_control
    )


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
