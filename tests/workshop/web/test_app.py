"""What can be asked of the workshop's server, and by whom."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from chaos.workshop.web.app import Workshop
from chaos.workshop.web.jobs import Room
from chaos.workshop.web.learners import Learners

KEY, WORD = "the-key-of-the-learner-alone", "sunset-clip"
Story = Callable[[Callable[..., Awaitable[tuple[int, Any]]], Learners], Awaitable[None]]


@pytest.fixture
def tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Runs a story against a server: `ask(method, path, body, **headers)` gives status and content."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def run(story: Story, *, several: bool = False) -> None:
        async def within() -> None:
            learners = Learners(tmp_path / "copies", Room(1), lambda: "2026-07-06T20:00:00+00:00")
            if not several:
                learners.alone(KEY)
            app = Workshop(learners=learners, token=WORD if several else None).make_app()
            async with TestClient(TestServer(app)) as client:

                async def ask(
                    method: str, path: str, body: Any = None, key: str = KEY, **headers: str
                ) -> tuple[int, Any]:
                    told = {"Authorization": f"Bearer {key}", **headers}
                    async with client.request(method, path, json=body, headers=told) as answer:
                        is_json = answer.content_type == "application/json"
                        return answer.status, await (answer.json() if is_json else answer.text())

                await story(ask, learners)

        asyncio.run(asyncio.wait_for(within(), 60))

    return run


ASKED = [
    ("GET", "/api/page/"),
    ("GET", "/api/page/lesson/3"),
    ("GET", "/api/page/board"),
    ("GET", "/api/feed"),
    ("POST", "/api/lessons/3/prediction"),
    ("POST", "/api/lessons/3/hint"),
    ("POST", "/api/lessons/3/act"),
    ("POST", "/api/lessons/3/reset"),
    ("PUT", "/api/file"),
    ("POST", "/api/stop"),
    ("POST", "/api/say"),
]


def test_nobody_may_do_anything_without_the_key_or_from_another_origin(tell: Callable[..., None]) -> None:
    async def story(ask: Any, _: Learners) -> None:
        for method, path in ASKED:
            assert (await ask(method, path, key="wrong"))[0] == 401, path
            assert (await ask(method, path, Origin="http://evil.example"))[0] == 403, path
            assert (await ask(method, path, Host="evil.example"))[0] == 403, path

    tell(story)


def test_a_lesson_from_prediction_to_hint_and_edit(tell: Callable[..., None]) -> None:
    async def story(ask: Any, learners: Learners) -> None:
        assert (await ask("POST", "/api/lessons/5/act", {"act": "run"}))[0] == 409  # it is predicted first
        assert (await ask("POST", "/api/lessons/5/prediction", {"choice": 1}))[0] == 201
        assert (await ask("POST", "/api/lessons/5/prediction", {"choice": 2}))[0] == 409
        assert (await ask("POST", "/api/lessons/5/hint"))[0] == 200
        you = learners.all[0]
        name = "demo_app/web/mine/lesson_5.py"
        over = {"name": name, "text": "REMEMBERS = True\n", "over": "another"}
        assert (await ask("PUT", "/api/file", over))[0] == 409
        assert "REMEMBERS = False" in you.copy.read(name)
        status, answer = await ask("POST", "/api/lessons/5/prediction", {"choice": 9})
        assert (status, "choice" in answer["problems"][0]["message"] + answer["problems"][0]["where"]) == (422, True)

    tell(story)


@pytest.mark.parametrize(
    "path", ["/api/page/lesson/11", "/api/page/lesson/x", "/static/../app.py", "/static/pages/lesson.html"]
)
def test_what_is_not_there_is_not_found(tell: Callable[..., None], path: str) -> None:
    async def story(ask: Any, _: Learners) -> None:
        assert (await ask("GET", path))[0] == 404

    tell(story)


def test_whoever_knows_the_word_joins_and_sees_only_their_own(tell: Callable[..., None]) -> None:
    async def story(ask: Any, learners: Learners) -> None:
        assert (await ask("POST", "/join", {"name": "Ada", "token": "guess"}))[0] == 409
        assert (await ask("POST", "/join", {"name": "Ada", "token": WORD}, Origin="http://evil.example"))[0] == 403
        assert learners.all == ()
        ada = (await ask("POST", "/join", {"name": "Ada", "token": WORD}))[1]["key"]
        bo = (await ask("POST", "/join", {"name": "Bo", "token": WORD}))[1]["key"]
        await ask("POST", "/api/lessons/2/prediction", {"choice": 0}, key=ada)
        assert "Sealed" in (await ask("GET", "/api/page/lesson/2", key=ada))[1]["html"]
        assert "Sealed" not in (await ask("GET", "/api/page/lesson/2", key=bo))[1]["html"]
        assert (await ask("GET", "/api/page/board", key=ada))[0] == 401
        assert "Bo" in (await ask("GET", "/api/page/board", key=WORD))[1]["html"]
        assert (await ask("GET", "/api/page/", key=WORD))[0] == 401

    tell(story, several=True)


def test_nobody_joins_a_workshop_for_one(tell: Callable[..., None]) -> None:
    async def story(ask: Any, _: Learners) -> None:
        assert (await ask("POST", "/join", {"name": "Ada", "token": ""}))[0] == 409

    tell(story)
