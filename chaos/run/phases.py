"""The phases of an experiment. Each ends when what it waits for is shown, or can't be shown any more."""

from __future__ import annotations

import asyncio
import math

from chaos.experiment.plan import LONGEST_FAULT_S, SHORTEST_FAULT_S, PlannedFault
from chaos.journal import events as e
from chaos.run.scene import Scene
from chaos.run.uninterrupted import to_the_end
from chaos.run.watch import first_steady_window
from chaos.verdict.claims import decided
from chaos.verdict.timeline import due_between


async def baseline(scene: Scene) -> bool:
    """Until steady state is shown once; False when it was not within `baseline.within`. Nothing is broken yet."""
    began = scene.now()
    before = await scene.links.carried()
    scene.recorder.add(e.PhaseStarted(at_s=began, phase="baseline"))
    experiment = scene.plan.experiment
    until = began + experiment.baseline.within
    window = await first_steady_window(scene, length_s=experiment.window, from_s=began, until_s=until)
    after = await scene.links.carried()
    carried = {link: after[link] - before[link] for link in after}
    scene.recorder.add(e.LinksCarried(at_s=scene.now(), bytes_by_link=carried))
    return window is not None


async def faults(scene: Scene) -> None:
    """All faults of the schedule, each in and out on its own time; ends when the last one is undone."""
    began = scene.now()
    scene.recorder.add(e.PhaseStarted(at_s=began, phase="fault"))
    async with asyncio.TaskGroup() as schedule:
        for fault in scene.plan.faults:
            schedule.create_task(_fault(scene, fault, began))


async def recovery(scene: Scene) -> None:
    """Until steady state is back, or has been missing for two windows more than it may."""
    began = scene.now()
    scene.recorder.add(e.PhaseStarted(at_s=began, phase="recovery"))
    experiment = scene.plan.experiment
    length = max(experiment.window, experiment.recovery.hold)
    until = began + experiment.recovery.within + 2 * max(length, scene.plan.sampling_s)
    await first_steady_window(scene, length_s=length, from_s=began, until_s=until)


async def _fault(scene: Scene, fault: PlannedFault, phase_began_s: float) -> None:
    entry, change = fault.entry, fault.entry.change
    await scene.recorder.clock.sleep_until(phase_began_s + entry.at)
    undos = scene.links.undos(entry.link, fault.name, change)
    for undo in undos:
        scene.undoer.record(undo)
    carried_before = (await scene.links.carried())[entry.link]
    issued = scene.now()
    await to_the_end(scene.links.inject(entry.link, fault.name, change, entry.share))
    injected = scene.now()
    scene.recorder.add(e.FaultInjected(at_s=injected, issued_s=issued, fault=fault.name))
    if entry.lasts is not None:
        await scene.recorder.clock.sleep_until(injected + entry.lasts)
    else:
        await _until_decided(scene, injected)
    effect = await scene.links.effect(entry.link, fault.name, change)
    carried = (await scene.links.carried())[entry.link] - carried_before
    scene.recorder.add(
        e.FaultTookEffect(
            at_s=scene.now(),
            fault=fault.name,
            connections=effect.connections,
            requests=effect.requests,
            bytes=effect.bytes,
            closes=effect.closes,
            canary=effect.canary,
            link_bytes=carried,
        )
    )
    undo_issued = scene.now()
    await scene.undoer.perform(undos)
    scene.recorder.add(e.FaultUndone(at_s=scene.now(), issued_s=undo_issued, fault=fault.name))


async def _until_decided(scene: Scene, since_s: float) -> None:
    """A fault without `for` lasts until every claim has its samples, within sensible bounds."""
    latest = since_s + LONGEST_FAULT_S
    needed = scene.plan.experiment.samples
    await scene.recorder.clock.sleep_until(since_s + SHORTEST_FAULT_S)
    while scene.now() < latest:
        undecided = [
            tolerance
            for tolerance in scene.plan.during
            if not decided(
                tolerance, due_between(scene.recorder.samples[tolerance.on], since_s, math.inf), needed=needed
            )
        ]
        if not undecided or not await scene.recorder.next_sample(latest):
            return
