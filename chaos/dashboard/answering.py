"""How a server of pages answers: files, JSON, and what is wrong, always with the headers that keep others out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Any, Final

from aiohttp import web

from chaos.dashboard.security import HEADERS
from chaos.dashboard.tabs import Tabs
from chaos.errors import ChaosError, InvalidFile, InvalidOption
from chaos.experiment.problems import Problem

_TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What goes wrong is told to whoever asked; it is no reason to end."""
    try:
        return await handler(request)
    except InvalidFile as error:
        found = [each for each in error.problems if isinstance(each, Problem)]
        return as_problems([(each.where, each.message) for each in found], 422)
    except InvalidOption as error:
        return as_problems([("", str(error))], 409)
    except ChaosError as error:
        return as_problems([("", str(error))], 503)
    except web.HTTPException as error:
        return as_problems([("", f"{error.reason.lower()}: {request.method} {request.path}")], error.status)


def static(request: web.Request, known: Mapping[str, Traversable]) -> web.StreamResponse:
    """Only names that are there are opened: nothing of a request becomes a path."""
    name = request.match_info["name"]
    if name not in known:
        raise web.HTTPNotFound
    return as_file(known[name])


async def stream(request: web.Request, tabs: Tabs, frames: AsyncIterator[bytes]) -> web.StreamResponse:
    """Server-sent events, for as long as the page is open."""
    response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
    await response.prepare(request)
    with tabs.open():
        try:
            async for frame in frames:
                await response.write(frame)
        except ConnectionError:
            pass  # the page is gone
    return response


def as_file(file: Traversable) -> web.Response:
    kind = _TYPES[file.name.rpartition(".")[2]]
    return web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8", headers=HEADERS)


def as_json(found: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(found), content_type="application/json", headers=HEADERS, status=status)


def as_problems(found: Sequence[tuple[str, str]], status: int) -> web.Response:
    return as_json({"problems": [{"where": where, "message": message} for where, message in found]}, status)
