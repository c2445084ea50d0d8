"""How many experiments may run at once, each on a system of its own. Most of an experiment is waiting."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chaos.experiment.plan import Plan

MOST_AT_ONCE: Final = 32
CORE_S_PER_VISIT: Final = 0.01
"""What a visit costs on its whole way: runner, proxy, and an app of a few services. Only `auto` goes by it."""
LEAST_SHARE: Final = 0.2
"""Of a core, by each experiment: systems start and end meanwhile."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """`why` is said where it is not what was asked for, or was not asked for; else it is empty."""

    jobs: int
    why: str = ""


def at_once(plans: Sequence[Plan], asked: int | None, *, cores: int | None = None, busy: float | None = None) -> AtOnce:
    """`asked` is None for as many as this machine has cores for, going by how many users come. `busy`: how many of its
    `cores` others have been using for the last minute; both are looked up unless they are handed in.
    """
    elsewhere = sorted({name for plan in plans for name, each in plan.system.services.items() if each.url is not None})
    if elsewhere and asked != 1:
        return AtOnce(
            1,
            f"one at a time: {', '.join(elsewhere)} already runs (url), so all experiments meet the same "
            f"{'services' if len(elsewhere) > 1 else 'service'}",
        )
    if asked is not None:
        return AtOnce(min(asked, len(plans)))
    cores = cores or os.cpu_count() or 1
    busy = min(os.getloadavg()[0] if busy is None else busy, cores - 1)
    share = statistics.fmean(map(_share, plans))
    jobs = max(1, min(math.floor((cores - busy) / share + 1e-9), len(plans), MOST_AT_ONCE))
    where = f"{cores} {'cores' if cores > 1 else 'core'}" + (f", of which others use {busy:.1f}" if busy > 0.05 else "")
    return AtOnce(jobs, f"{jobs} at once on {where}: each keeps about {share:.0%} of a core busy")


def _share(plan: Plan) -> float:
    """Of a core, while its users come, on both copies where there is a control. Clients that wait for each other's
    answers may keep all of one busy.
    """
    copies = 2 if plan.experiment.control else 1
    if any(journey.rate is None for journey in plan.system.journeys.values()):
        return 1.0 * copies
    return copies * max(LEAST_SHARE, CORE_S_PER_VISIT * sum(map(plan.peak_rate, plan.system.journeys)))
