"""The phases of an experiment. Each ends when what it waits for is shown, or can't be shown any more."""

from __future__ import annotations

from chaos.journal import events as e
from chaos.run.counting import count_links, keep_counting
from chaos.run.early import until_not_recovered, would_fail
from chaos.run.health import watch_health
from chaos.run.scene import Scene
from chaos.run.schedule import Schedule
from chaos.run.uninterrupted import first_of
from chaos.run.watch import first_steady_window


async def baseline(scene: Scene) -> bool:
    """Until steady state is shown once, with a control on both copies; False when it was not within
    `baseline.within`. Nothing is broken yet.
    """
    await count_links(scene)
    began = scene.now()
    before = await scene.links.carried()
    scene.recorder.add(e.PhaseStarted(at_s=began, phase="baseline"))
    experiment = scene.plan.experiment
    until = began + experiment.baseline.within
    window = await first_steady_window(
        scene,
        scene.users,
        length_s=experiment.window,
        from_s=began,
        until_s=until,
        probed=scene.plan.probed("steady_state"),
    )
    if window is not None and scene.control is not None:
        window = await first_steady_window(
            scene, scene.control, length_s=experiment.window, from_s=began, until_s=until, probed=()
        )
    after = await scene.links.carried()
    carried = {link: after[link] - before[link] for link in after}
    scene.recorder.add(e.LinksCarried(at_s=scene.now(), bytes_by_link=carried))
    await count_links(scene)
    return window is not None


async def faults(scene: Scene) -> bool:
    """All faults of the schedule; ends when the last one is undone. False when no more is wanted."""
    scene.recorder.add(e.PhaseStarted(at_s=scene.now(), phase="fault"))
    return await Schedule(scene).run()


async def recovery(scene: Scene) -> bool:
    """Until steady state is back, or has been missing for two windows more than it may. False: no more is wanted."""
    began = scene.now()
    scene.recorder.add(e.PhaseStarted(at_s=began, phase="recovery"))
    experiment = scene.plan.experiment
    length = max(experiment.window, experiment.recovery.hold)
    until = began + experiment.recovery.within + 2 * max(length, scene.plan.sampling_s)
    watched = first_steady_window(
        scene, scene.users, length_s=length, from_s=began, until_s=until, probed=scene.plan.probed("recovery")
    )
    if not scene.stop_when_refuted:
        await first_of(watched, keep_counting(scene), watch_health(scene))
        return True
    await first_of(watched, until_not_recovered(scene, undone_s=began), keep_counting(scene), watch_health(scene))
    return not would_fail(scene)
