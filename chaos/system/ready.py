"""Waiting until a service answers, whoever started it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp

from chaos.errors import EnvironmentFailed
from chaos.experiment.system import Ready

POLL_S = 0.02


class NotReady(EnvironmentFailed):
    """It did not answer in time."""


async def until_ready(name: str, address: str, ready: Ready | None, failure: Callable[[], str | None]) -> None:
    """Returns once the service answers. Raises `NotReady` when it is late, `EnvironmentFailed` when `failure` says why
    waiting is in vain."""
    within = ready.within if ready is not None else Ready.model_fields["within"].default
    seen = "it accepts connections, but does not answer"
    try:
        async with asyncio.timeout(within), aiohttp.ClientSession() as session:
            while True:
                if (reason := failure()) is not None:
                    raise EnvironmentFailed(reason)
                seen = await _look(session, address, ready)
                if not seen:
                    return
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise NotReady(f"the service {name} was not ready within {within:g}s ({seen})") from None


async def _look(session: aiohttp.ClientSession, address: str, ready: Ready | None) -> str:
    """What stands in the way of being ready; empty when nothing does."""
    if ready is None:
        host, _, port = address.rpartition(":")
        try:
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        except OSError:
            return "nothing listens"
        writer.close()
        return ""
    try:
        async with session.get(f"http://{address}{ready.get}", allow_redirects=False) as response:
            return "" if response.status < 400 else f"{ready.get} answered {response.status}"
    except (aiohttp.ClientError, OSError):
        return "nothing answers"
