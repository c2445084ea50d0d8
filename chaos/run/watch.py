"""Waiting for steady state: a phase ends on the very window that the judge will find."""

from __future__ import annotations

from chaos.experiment.tolerance import Tolerance
from chaos.run.scene import Scene, Users
from chaos.verdict.window import SteadyState, Window


async def first_steady_window(
    scene: Scene, users: Users, *, length_s: float, from_s: float, until_s: float, probed: tuple[Tolerance, ...]
) -> Window | None:
    """The first window of runs due after `from_s` in which steady state holds for those users, or None by `until_s`."""
    samples = scene.plan.experiment.samples
    steady = SteadyState(
        tolerances=scene.plan.steady_state,
        length_s=length_s,
        samples=samples,
        probed=probed,
        readings=scene.recorder.readings,
    )
    resume_s = from_s
    while True:
        began_s, seen = scene.now(), scene.recorder.count
        found = steady.first_window(users.samples, from_s=resume_s, finished_s=users.traffic.finished_s())
        if found.window is not None:
            return found.window
        resume_s = max(resume_s, found.resume_s)
        if not await scene.recorder.next_look(until_s, seen=seen, took_s=scene.now() - began_s):
            return None
        if scene.now() >= until_s:
            return None
