"""When what was broken is healthy again, asked round the proxies."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from chaos.journal import events as e
from chaos.run.health import watch_health
from chaos.system.addresses import Addresses


async def watched(kept: Any, plan: Any, port: int) -> None:
    scene: Any = SimpleNamespace(
        plan=plan,
        recorder=kept.recorder,
        now=kept.recorder.clock.now,
        addresses=Addresses({}, {"web": f"127.0.0.1:{port}"}),
    )
    task = asyncio.create_task(watch_health(scene))
    while not kept.recorder.readings:
        await kept.recorder.next_sample(kept.recorder.clock.now() + 30)
    assert not task.done()  # a phase ends by something else
    task.cancel()


def test_a_service_that_answers_is_healthy(run: Any, kept: Any, plan: Any) -> None:
    async def with_a_service() -> None:
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
        async with server:
            await watched(kept, plan(), server.sockets[0].getsockname()[1])

    run(with_a_service())
    (reading,) = (event for event in kept.events() if isinstance(event, e.ProbeTaken))
    assert (reading.probe, reading.figure) == ("health/web", 1)


def test_one_that_is_never_ready_again_is_no_failure_of_the_run(run: Any, kept: Any, plan: Any) -> None:
    services = {"web": {"command": "x", "ready": {"get": "/", "within": "50ms"}}}
    run(watched(kept, plan(services=services, audit={}), 1))
    (reading,) = (event for event in kept.events() if isinstance(event, e.ProbeTaken))
    assert (reading.probe, reading.figure) == ("health/web", 0)
    assert "was not ready within 0.05s" in reading.failure
