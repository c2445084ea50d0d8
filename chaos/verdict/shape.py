"""The shape of a recovery: were users served again once and for all, by fits and starts, or half of them?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from chaos.experiment.claims import has_shape
from chaos.journal.events import Sample
from chaos.verdict.busy import is_latency
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim, Shape

RUNS: Final = 10
"""At least so many in each of the stretches that are compared."""
_WORDS: Final[Mapping[str, str]] = {"clean": "clean", "sawtooth": "a sawtooth", "plateau": "a plateau"}
STRETCH_S: Final = 0.25
FALL: Final = 0.3
"""The share of good runs that is lost again when a recovery comes and goes."""
HALF_WAY: Final = (0.2, 0.8)
SLACK: Final = 2
"""A run may take so many times as long as the bound on a percentile, which not every run has to keep."""
STUCK: Final = 3
"""So many stretches half-way in a row are a plateau, where the share changes by less than `FALL`."""


def judge_shape(timeline: Timeline, shape: Shape | None) -> Iterator[Claim]:
    """Only what the experiment asks for. What never came back has no shape to judge, and is refuted elsewhere."""
    wanted = timeline.plan.experiment.recovery.shape
    if not wanted or not timeline.injected:
        return
    text = has_shape(wanted)
    if timeline.cut_short_s is not None or shape in {None, "never"}:
        why = "steady state was not back while it was watched"
        yield Claim(phase="recovery", text=text, state="undecided", measured=shape or "", why=why)
    elif shape in wanted:
        yield Claim(phase="recovery", text=text, state="held", measured=shape)
    else:
        yield Claim(phase="recovery", text=text, state="refuted", measured=shape, why=f"it was {_WORDS[shape]}")


def shape_of(timeline: Timeline, *, recovered: bool) -> Shape | None:
    """Over the journeys of the steady state, from the last undo to when the last user came."""
    undone_s = timeline.last_undone_s
    if undone_s is None:
        return None
    if not recovered:
        return "never"
    shares = _shares(_runs(timeline), undone_s)
    best = 0.0
    for share in shares:
        if best - share >= FALL:
            return "sawtooth"
        best = max(best, share)
    return "plateau" if _is_stuck(shares) else "clean"


def _runs(timeline: Timeline) -> Sequence[tuple[float, bool]]:
    """When each run was due, and whether its user got what the steady state promises: in time, where it says so."""
    limits = {tolerance.on: math.inf for tolerance in timeline.plan.steady_state}
    for tolerance in filter(is_latency, timeline.plan.steady_state):
        limits[tolerance.on] = min(limits[tolerance.on], tolerance.bound.value * SLACK)
    return sorted(
        (sample.due_s, _is_good(sample, limit)) for name, limit in limits.items() for sample in timeline.recovery(name)
    )


def _is_good(sample: Sample, limit_s: float) -> bool:
    return sample.outcome == "served" and sample.took_s <= limit_s


def _shares(runs: Sequence[tuple[float, bool]], from_s: float) -> Sequence[float]:
    """The share of good runs in each stretch; what is left at the end and is too little belongs to the last."""
    shares: list[float] = []
    stretch: list[bool] = []
    for due_s, good in runs:
        stretch.append(good)
        if len(stretch) >= RUNS and due_s - from_s >= STRETCH_S:
            shares.append(sum(stretch) / len(stretch))
            stretch, from_s = [], due_s
    return shares


def _is_stuck(shares: Sequence[float]) -> bool:
    low, high = HALF_WAY
    row = 1
    for before, share in pairwise(shares):
        half_way = low <= before <= high and low <= share <= high and abs(share - before) < FALL
        row = row + 1 if half_way else 1
        if row >= STUCK:
            return True
    return False
