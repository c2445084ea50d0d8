"""The workshop's server, from its first page until it is told to end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Final

from aiohttp import web

from chaos.run.signals import on_signals
from chaos.workshop.web.app import Workshop
from chaos.workshop.web.learners import Learners

_ENDED_WITHIN_S: Final = 1.0
"""Windows that are still open then are left to themselves."""


async def serve(learners: Learners, token: str | None, listener: socket.socket, ready: Callable[[], None]) -> int:
    """Until a signal comes; returns its number. What learners have running is stopped then, and undone."""
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(number: int) -> None:
        if not ended.done():
            ended.set_result(number)

    app = Workshop(learners=learners, token=token).make_app()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_ENDED_WITHIN_S)
    with on_signals(end):
        try:
            await runner.setup()
            await web.SockSite(runner, listener).start()
            ready()
            return await ended
        finally:
            await learners.stop()
            await runner.cleanup()
