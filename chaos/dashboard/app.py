"""The dashboard's web application: its pages, its feed, and what can be asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from aiohttp import web

from chaos.dashboard.answering import Handler, as_file, as_json, as_problems, static, stream, told
from chaos.dashboard.asking import AskedFault, AskedName, AskedUsers, entry_of, read
from chaos.dashboard.board import Board
from chaos.dashboard.desk import Desk
from chaos.dashboard.feed import Feed
from chaos.dashboard.inert import InertPages
from chaos.dashboard.saving import Draft, Saving
from chaos.dashboard.security import HEADERS, refusal
from chaos.dashboard.tabs import Tabs
from chaos.errors import InvalidOption

_OWN: Final = files("chaos.dashboard") / "static"
_REPORTS: Final = files("chaos.reports")
SHARED: Final[Mapping[str, Traversable]] = {
    "tokens.css": _REPORTS / "page" / "tokens.css",
    "vendor/uPlot.min.css": _REPORTS / "vendor" / "uPlot.min.css",
    "vendor/uPlot.iife.min.js": _REPORTS / "vendor" / "uPlot.iife.min.js",
    **{each.name: each for each in _OWN.iterdir()},
}
"""What reports have as well, and what is the dashboard's own."""
_MOST_BODY: Final = 64 * 1024


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
        app = web.Application(middlewares=[self._guarded, told], client_max_size=_MOST_BODY)
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
            return as_problems([("", refused.reason)], refused.status)
        return await handler(request)

    async def _follow(self, request: web.Request) -> web.StreamResponse:
        return await stream(request, self.tabs, self.feed.follow(request.headers.get("Last-Event-ID", "")))

    async def _seen(self, request: web.Request) -> web.StreamResponse:
        page = self.pages.get(request.match_info["page"])
        if page is None:
            return web.Response(status=404, text="this page is shown no more\n", headers=HEADERS)
        return web.Response(body=page.body.encode("utf-8", "replace"), headers=page.headers)

    async def _inject(self, request: web.Request) -> web.StreamResponse:
        name = await self.desk.inject(entry_of(read(await request.read(), AskedFault)))
        return as_json({"name": name}, 201)

    async def _undo(self, request: web.Request) -> web.StreamResponse:
        await self.desk.undo(request.match_info["name"])
        return as_json({})

    async def _undo_all(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002
        await self.desk.undo_all("by hand")
        return as_json({})

    async def _mend(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002
        await self.desk.mend()
        return as_json({})

    async def _let_come(self, request: web.Request) -> web.StreamResponse:
        asked = read(await request.read(), AskedUsers)
        await self.desk.let_come(request.match_info["journey"], coming=asked.coming)
        return as_json({})

    async def _draft(self, request: web.Request) -> web.StreamResponse:
        return as_json(asdict(self._drafted(request, request.query.get("name", ""))))

    async def _save(self, request: web.Request) -> web.StreamResponse:
        draft = self._drafted(request, read(await request.read(), AskedName).name)
        await asyncio.to_thread(self.saving.save, draft)
        return as_json(asdict(draft), 201)

    def _drafted(self, request: web.Request, name: str) -> Draft:
        trial = self.board.trials.trial(int(request.match_info["number"]))
        if trial is None or not trial.is_over:
            raise InvalidOption("this trial is not over yet, or it is forgotten")
        return self.saving.draft(trial, self.board, name)


async def _index(request: web.Request) -> web.StreamResponse:  # noqa: ARG001
    return as_file(_OWN / "index.html")


async def _static(request: web.Request) -> web.StreamResponse:
    return static(request, SHARED)
