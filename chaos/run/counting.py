"""Counting what comes by links, for what is made of it afterwards."""

from __future__ import annotations

import asyncio

from chaos.journal import events as e
from chaos.run.scene import Scene

COUNT_EVERY_S = 0.25


async def count_links(scene: Scene) -> None:
    """`at_s` is when the answer was there: what was counted had come by then."""
    counts = await scene.links.counts()
    scene.recorder.add(
        e.LinksCounted(
            at_s=scene.now(),
            connections_by_link={link: count.connections for link, count in counts.items()},
            requests_by_link={link: count.requests for link, count in counts.items() if count.requests is not None},
        )
    )


async def keep_counting(scene: Scene) -> None:
    """Until it is cancelled: a herd is gone in a moment."""
    while True:
        await count_links(scene)
        await asyncio.sleep(COUNT_EVERY_S)
