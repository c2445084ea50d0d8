"""Watching the safeguards of one experiment, in all of its phases."""

from __future__ import annotations

import asyncio

from chaos.journal.events import SafeguardTripped
from chaos.run.scene import Scene
from chaos.verdict.safeguards import Seen, tripped

LOOK_EVERY_S = 0.1


async def until_tripped(scene: Scene) -> SafeguardTripped:
    """Returns the first that is reached; with none to watch, never."""
    since_s = scene.now()
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        for safeguard in scene.plan.safeguards:
            seen = Seen(scene.recorder.samples, scene.recorder.readings, since_s, scene.now())
            found = tripped(safeguard, scene.plan, seen)
            if found is not None:
                return found
