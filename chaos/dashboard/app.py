"""The dashboard's web application: its pages, its feed, and what can be asked of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Final

from aiohttp import web

from chaos.dashboard.asking import AskedFault, AskedName, AskedUsers, entry_of, read
from chaos.dashboard.board import Board
from chaos.dashboard.desk import Desk
from chaos.dashboard.feed import Feed
from chaos.dashboard.inert import InertPages
from chaos.dashboard.saving import Draft, Saving
from chaos.dashboard.security import HEADERS, refusal
from chaos.dashboard.tabs import Tabs
from chaos.errors import ChaosError, InvalidFile, InvalidOption
from chaos.experiment.problems import Problem

_OWN: Final = files("chaos.dashboard") / "static"
_REPORTS: Final = files("chaos.reports")
_SHARED: Final = {
    "tokens.css": _REPORTS / "page" / "tokens.css",
    "vendor/uPlot.min.css": _REPORTS / "vendor" / "uPlot.min.css",
    "vendor/uPlot.iife.min.js": _REPORTS / "vendor" / "uPlot.iife.min.js",
}
"""What reports have as well."""
_TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_MOST_BODY: Final = 64 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """All that its handlers need. `key` is what whoever drives it must know."""

    key: str
    board: Board
    desk: Desk
    feed: Feed
    pages: InertPages
    saving: Saving
    tabs: Tabs

    def make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guarded, _told], client_max_size=_MOST_BODY)
        app.add_routes(
            [
                web.get("/", _index),
                web.get("/static/{name:.+}", _static),
                web.get("/seen/{page}", self._seen),
                web.get("/api/feed", self._follow),
                web.post("/api/faults", self._inject),
                web.delete("/api/faults/{name}", self._undo),
                web.post("/api/reset", self._undo_all),
                web.post("/api/mend", self._mend),
                web.put("/api/users/{journey}", self._let_come),
                web.get("/api/trials/{number:[0-9]+}/experiment", self._draft),
                web.post("/api/trials/{number:[0-9]+}/experiment", self._save),
            ]
        )
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        open_to_all = not request.path.startswith("/api/")
        refused = refusal(method=request.method, headers=request.headers, key=self.key, open_to_all=open_to_all)
        if refused is not None:
            return _problems([("", refused.reason)], refused.status)
        return await handler(request)

    async def _follow(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        with self.tabs.open():
            try:
                async for frame in self.feed.follow(request.headers.get("Last-Event-ID", "")):
                    await response.write(frame)
            except ConnectionError:
                pass  # the page is gone
        return response

    async def _seen(self, request: web.Request) -> web.StreamResponse:
        page = self.pages.get(request.match_info["page"])
        if page is None:
            return web.Response(status=404, text="this page is shown no more\n", headers=HEADERS)
        return web.Response(body=page.body.encode("utf-8", "replace"), headers=page.headers)

    async def _inject(self, request: web.Request) -> web.StreamResponse:
        name = await self.desk.inject(entry_of(read(await request.read(), AskedFault)))
        return _json({"name": name}, 201)

    async def _undo(self, request: web.Request) -> web.StreamResponse:
        await self.desk.undo(request.match_info["name"])
        return _json({})

    async def _undo_all(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002
        await self.desk.undo_all("by hand")
        return _json({})

    async def _mend(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002
        await self.desk.mend()
        return _json({})

    async def _let_come(self, request: web.Request) -> web.StreamResponse:
        asked = read(await request.read(), AskedUsers)
        await self.desk.let_come(request.match_info["journey"], coming=asked.coming)
        return _json({})

    async def _draft(self, request: web.Request) -> web.StreamResponse:
        return _json(asdict(self._drafted(request, request.query.get("name", ""))))

    async def _save(self, request: web.Request) -> web.StreamResponse:
        draft = self._drafted(request, read(await request.read(), AskedName).name)
        await asyncio.to_thread(self.saving.save, draft)
        return _json(asdict(draft), 201)

    def _drafted(self, request: web.Request, name: str) -> Draft:
        trial = self.board.trials.trial(int(request.match_info["number"]))
        if trial is None or not trial.is_over:
            raise InvalidOption("this trial is not over yet, or it is forgotten")
        return self.saving.draft(trial, self.board, name)


@web.middleware
async def _told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What goes wrong is told to whoever asked; it is no reason to end."""
    try:
        return await handler(request)
    except InvalidFile as error:
        found = [each for each in error.problems if isinstance(each, Problem)]
        return _problems([(each.where, each.message) for each in found], 422)
    except InvalidOption as error:
        return _problems([("", str(error))], 409)
    except ChaosError as error:
        return _problems([("", str(error))], 503)
    except web.HTTPException as error:
        return _problems([("", f"{error.reason.lower()}: {request.method} {request.path}")], error.status)


async def _index(request: web.Request) -> web.StreamResponse:  # noqa: ARG001
    return _file(_OWN / "index.html", "html")


async def _static(request: web.Request) -> web.StreamResponse:
    """Only names that are there are opened: nothing of a request becomes a path."""
    name = request.match_info["name"]
    known: Mapping[str, Any] = {**_SHARED, **{each.name: each for each in _OWN.iterdir()}}
    if name not in known:
        raise web.HTTPNotFound
    return _file(known[name], name.rpartition(".")[2])


def _file(file: Any, kind: str) -> web.Response:
    return web.Response(body=file.read_bytes(), content_type=_TYPES[kind], charset="utf-8", headers=HEADERS)


def _json(found: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(found), content_type="application/json", headers=HEADERS, status=status)


def _problems(found: list[tuple[str, str]], status: int) -> web.Response:
    return _json({"problems": [{"where": where, "message": message} for where, message in found]}, status)
