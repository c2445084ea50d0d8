"""The workshop's web application: its pages, what can be asked of it, and who may ask."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Literal

from aiohttp import web
from pydantic import Field

from chaos.dashboard.answering import Handler, as_file, as_json, as_problems, static, stream, told
from chaos.dashboard.app import SHARED
from chaos.dashboard.asking import read
from chaos.dashboard.security import foreign, given_key, refusal
from chaos.errors import InvalidOption
from chaos.fields import Strict
from chaos.workshop.lessons import LESSONS
from chaos.workshop.lessons.lesson import Lesson
from chaos.workshop.web import rendering
from chaos.workshop.web.learners import Learner, Learners

_HERE: Final = files("chaos.workshop.web")
_STATIC: Final[Mapping[str, Traversable]] = {
    **SHARED,
    **{each.name: each for each in (_HERE / "static").iterdir()},
}
_MOST_BODY: Final = 512 * 1024


class AskedChoice(Strict):
    """What somebody predicts."""

    choice: int = Field(ge=0, le=2)


class AskedAct(Strict):
    """What shall be done with a lesson. `seed` is a game day's."""

    act: Literal["run", "check"]
    seed: int | None = Field(None, ge=0)


class AskedText(Strict):
    """A file's new text; `over` is the fingerprint of the one that it replaces."""

    name: str
    text: str
    over: str


class AskedLine(Strict):
    """What is said to a game day."""

    line: str = Field(max_length=80)


class AskedName(Strict):
    """Who wants to join, and the word that the facilitator told everybody."""

    name: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """`token`: learners join by it, and whoever knows it sees the board; None: there is one learner."""

    learners: Learners
    token: str | None = None

    def make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guarded, told], client_max_size=_MOST_BODY)
        lesson = "/api/lessons/{number:[0-9]+}"
        app.add_routes(
            [
                *(web.get(path, _shell) for path in ("/", "/lesson/{number:[0-9]+}", "/join", "/board")),
                web.get("/static/{name:.+}", _static),
                web.post("/join", self._join),
                web.get("/api/page/", self._home),
                web.get("/api/page/board", self._board),
                web.get("/api/page/lesson/{number:[0-9]+}", self._lesson),
                web.get("/api/feed", self._follow),
                web.post(f"{lesson}/prediction", self._predict),
                web.post(f"{lesson}/hint", self._hint),
                web.post(f"{lesson}/act", self._act),
                web.post(f"{lesson}/reset", self._reset),
                web.put("/api/file", self._save),
                web.post("/api/stop", self._stop),
                web.post("/api/say", self._say),
            ]
        )
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        method, headers = request.method, request.headers
        if not request.path.startswith("/api/"):  # who joins brings the word in the body
            refused = foreign(method=method, headers=headers, open_to_all=True)
        else:
            refused = refusal(method=method, headers=headers, key=self._wanted(request), open_to_all=False)
        return await handler(request) if refused is None else as_problems([("", refused.reason)], refused.status)

    def _wanted(self, request: web.Request) -> str:
        """The key that this request should have brought; for one that nobody has, a key that nobody knows."""
        given = given_key(request.headers)
        if request.path == "/api/page/board":
            return self.token or secrets.token_urlsafe()
        return given if self.learners.find(given) is not None else secrets.token_urlsafe()

    def _learner(self, request: web.Request) -> Learner:
        found = self.learners.find(given_key(request.headers))
        if found is None:
            raise web.HTTPUnauthorized
        return found

    async def _join(self, request: web.Request) -> web.StreamResponse:
        asked = read(await request.read(), AskedName)
        if self.token is None or not secrets.compare_digest(asked.token.encode(), self.token.encode()):
            raise InvalidOption("this is not the word that the facilitator gave you")
        return as_json({"key": self.learners.join(asked.name).key}, 201)

    async def _home(self, request: web.Request) -> web.StreamResponse:
        return as_json(rendering.home(self._learner(request)))

    async def _board(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002
        return as_json(rendering.board(self.learners))

    async def _lesson(self, request: web.Request) -> web.StreamResponse:
        return as_json(rendering.lesson(self._learner(request), _lesson_of(request)))

    async def _follow(self, request: web.Request) -> web.StreamResponse:
        learner = self._learner(request)
        frames = learner.bench.follow(request.headers.get("Last-Event-ID", ""))
        return await stream(request, learner.tabs, frames)

    async def _predict(self, request: web.Request) -> web.StreamResponse:
        asked = read(await request.read(), AskedChoice)
        self._learner(request).notebook.predict(_lesson_of(request), asked.choice)
        return as_json({}, 201)

    async def _hint(self, request: web.Request) -> web.StreamResponse:
        notebook, lesson = self._learner(request).notebook, _lesson_of(request)
        notebook.hint(lesson, min(notebook.read().of(lesson).hints + 1, len(lesson.hints)))
        return as_json({})

    async def _act(self, request: web.Request) -> web.StreamResponse:
        learner, lesson = self._learner(request), _lesson_of(request)
        asked = read(await request.read(), AskedAct)
        if lesson.question is not None and learner.notebook.read().of(lesson).prediction is None:
            raise InvalidOption("first predict what happens")
        options = () if asked.seed is None else ("--seed", str(asked.seed))
        await learner.bench.start(asked.act, lesson.number, *options)
        return as_json({}, 202)

    async def _reset(self, request: web.Request) -> web.StreamResponse:
        changed = self._learner(request).copy.reset(_lesson_of(request))
        return as_json({"changed": list(changed)})

    async def _save(self, request: web.Request) -> web.StreamResponse:
        asked = read(await request.read(), AskedText)
        copy = self._learner(request).copy
        saved = copy.write(asked.name, asked.text, over=asked.over)
        return as_json({"fingerprint": saved, "diff": copy.diff(asked.name)})

    async def _stop(self, request: web.Request) -> web.StreamResponse:
        await self._learner(request).bench.stop()
        return as_json({})

    async def _say(self, request: web.Request) -> web.StreamResponse:
        await self._learner(request).bench.say(read(await request.read(), AskedLine).line)
        return as_json({})


def _lesson_of(request: web.Request) -> Lesson:
    number = int(request.match_info["number"])
    if number >= len(LESSONS):
        raise web.HTTPNotFound
    return LESSONS[number]


async def _shell(request: web.Request) -> web.StreamResponse:  # noqa: ARG001
    return as_file(_HERE / "static" / "shell.html")


async def _static(request: web.Request) -> web.StreamResponse:
    return static(request, _STATIC)
