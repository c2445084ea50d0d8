"""When the services behind broken links are healthy again, asked round the proxies."""

from __future__ import annotations

import asyncio

from chaos.errors import EnvironmentFailed
from chaos.journal import events as e
from chaos.run.scene import Scene
from chaos.system.ready import until_ready


async def watch_health(scene: Scene) -> None:
    """Until it is cancelled: each service is asked until it is ready once. One that never is has had its time."""
    await asyncio.gather(*(_until_healthy(scene, service) for service in scene.plan.broken_services))
    await asyncio.Event().wait()


async def _until_healthy(scene: Scene, service: str) -> None:
    began = scene.now()
    figure, failure = 1.0, None
    try:
        ready = scene.plan.system.services[service].ready
        await until_ready(service, scene.addresses.services[service], ready, lambda: None)
    except EnvironmentFailed as error:
        figure, failure = 0.0, str(error)
    now = scene.now()
    reading = e.ProbeTaken(at_s=now, probe=f"{e.HEALTH}{service}", took_s=now - began, figure=figure, failure=failure)
    scene.recorder.add(reading)
