"""Stopping a run early: as soon as its verdict can only be `failed`, by the very judge that will give it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from chaos.journal import events as e
from chaos.run.scene import Scene
from chaos.verdict.early import fails_already, lost_for_good

LOOK_EVERY_S = 0.1
JUDGE_EVERY_S = 0.25
"""Judging takes a moment in which no user leaves."""

EffectsSoFar = Callable[[], Awaitable[Sequence[e.FaultTookEffect] | None]]
"""Of the faults that are on; None while nothing can be concluded from them."""


async def until_refuted(scene: Scene, effects_so_far: EffectsSoFar) -> None:
    """While faults are on: until a claim of `during`, or of a fault's own, is lost, whoever is still to come."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        if not lost_for_good(scene.plan, scene.recorder.events, scene.recorder.samples):
            continue
        effects = await effects_so_far()
        if effects is not None and would_fail(scene, effects):
            return
        await asyncio.sleep(JUDGE_EVERY_S)


async def until_not_recovered(scene: Scene, *, undone_s: float) -> None:
    """After the last undo: until a claim of `during` turns out to be lost, or it is too late for recovery."""
    while scene.traffic.finished_s() < undone_s:
        await asyncio.sleep(LOOK_EVERY_S)
    while not would_fail(scene):
        await scene.recorder.clock.sleep_until(undone_s + scene.plan.experiment.recovery.within)
        await asyncio.sleep(JUDGE_EVERY_S)


def would_fail(scene: Scene, effects: Sequence[e.FaultTookEffect] = ()) -> bool:
    finished_s = min(scene.now(), scene.traffic.finished_s())
    return fails_already(scene.recorder.events, effects, now_s=scene.now(), finished_s=finished_s)
