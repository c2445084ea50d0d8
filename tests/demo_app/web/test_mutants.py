"""Each mutant has the defect that it is there for, and none of the others; the resilient mode has none of them."""

import argparse
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from demo_app.web.__main__ import _chosen
from demo_app.web.app import create_app
from demo_app.web.board import Board
from demo_app.web.client import DependencyFailed, NotReached, Reply
from demo_app.web.cookie import VerdictCookie
from demo_app.web.dependencies import Media
from demo_app.web.model import Clip
from demo_app.web.mutants import MUTANTS
from demo_app.web.resilient import Resilient
from demo_app.web.shedding import Limits, Shedding

DOWN = NotReached("no connection: ConnectionRefusedError")
REPOSITORY = Path(__file__).parents[3]
PAGE = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}

Begin = Callable[..., FlaskClient]


@pytest.fixture
def begin(profile: Any, media: Any, board: Board, tmp_path: Path) -> Iterator[Begin]:
    modes = []

    def begin(name: str, shedding: Shedding | None = None) -> FlaskClient:
        mutant = MUTANTS[name]
        shedding = shedding or Shedding(Limits())
        mode = mutant.mode(profile, media, tmp_path)
        modes.append(mode)
        client = create_app(mode, VerdictCookie("secret"), shedding, board, spoil=mutant.spoil).test_client()
        client.shedding = shedding  # type: ignore[attr-defined]
        client.board = board  # type: ignore[attr-defined]
        client.mode = mode  # type: ignore[attr-defined]
        return client

    yield begin
    for mode in modes:
        mode.close()


def join(client: FlaskClient) -> None:
    assert client.post("/age", data={"born": "1990-01-01"}).status_code == 303
    assert client.get("/").status_code == 200


def post_clip(client: FlaskClient, headers: dict[str, str] | None = None) -> Any:
    return client.post("/upload", data={"clip": (io.BytesIO(b"clip"), "a.mp4")}, headers=headers or {})


def refusals(client: FlaskClient, profile: Any) -> tuple[Any, Any]:
    """What a new user is told on answering the age while profile is down, as a page and as JSON."""
    profile.failure = DOWN
    answers = [client.post("/age", data={"born": "1991-02-03"}, headers=headers) for headers in (PAGE, JSON)]
    return answers[0], answers[1]


SPOILERS = [name for name, mutant in MUTANTS.items() if mutant.spoil]


@pytest.mark.parametrize("name", SPOILERS)
def test_a_spoiled_answer_differs_and_only_answers_of_500_and_above_are_spoiled(
    name: str, begin: Begin, profile: Any
) -> None:
    client = begin(name)
    join(client)
    assert client.get("/nothing-here", headers=PAGE).status_code == 404
    client.delete_cookie("user")
    client.delete_cookie("age")
    page, problem = refusals(client, profile)
    good_page, good_problem = refusals(create_good(client), profile)
    reference, good_reference = page.headers["X-Request-Id"], good_page.headers["X-Request-Id"]
    assert (page.status_code, dict_of(page), page.text.replace(reference, good_reference)) != (
        good_page.status_code,
        dict_of(good_page),
        good_page.text,
    ) or without(problem.text, problem) != without(good_problem.text, good_problem)


def create_good(client: FlaskClient) -> FlaskClient:
    app = create_app(client.mode, VerdictCookie("secret"), Shedding(None), client.board)  # type: ignore[attr-defined]
    return app.test_client()


def dict_of(answer: Any) -> dict[str, str]:
    left_out = ("X-Request-Id", "Set-Cookie", "Content-Length")
    return {name: value for name, value in answer.headers.items() if name not in left_out}


def without(text: str, answer: Any) -> str:
    return text.replace(answer.headers["X-Request-Id"], "")


def test_asks_age_again(begin: Begin, profile: Any) -> None:
    client = begin("asks_age_again")
    join(client)
    profile.failure = DOWN
    answer = client.get("/")
    assert answer.status_code == 200
    assert "your age" in answer.text


def test_lets_stranger_in(begin: Begin, profile: Any) -> None:
    client = begin("lets_stranger_in")
    profile.failure = DOWN
    assert "For you" in client.get("/").text


@pytest.mark.parametrize(("name", "clips"), [("silent_empty", 0), ("hides_the_fault", 8)])
def test_says_nothing_while_media_fails(begin: Begin, media: Any, name: str, clips: int) -> None:
    client = begin(name)
    join(client)
    media.failure = DOWN
    feed = client.get("/")
    assert feed.status_code == 200
    assert feed.text.count('class="clip ') == clips
    assert 'role="status"' not in feed.text


def test_lets_minors_in(begin: Begin, profile: Any) -> None:
    client = begin("lets_minors_in")
    assert client.post("/age", data={"born": "2021-01-01"}).status_code == 403
    client.delete_cookie("user")
    client.get("/")
    profile.failure = DOWN
    answer = client.post("/age", data={"born": "2021-01-01"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "For you" in answer.text


def test_lets_all_in_when_busy(begin: Begin, profile: Any) -> None:
    client = begin("lets_all_in_when_busy")
    assert "your age" in client.get("/").text
    client.shedding.waiting = lambda: 20  # type: ignore[attr-defined]
    assert "For you" in client.get("/").text


@pytest.mark.parametrize(
    ("mode", "mutant", "sheds"),
    [
        ("resilient", "none", True),
        ("resilient", "herd", True),
        ("resilient", "never_sheds", False),
        ("fragile", "none", False),
    ],
)
def test_never_sheds(mode: str, mutant: str, sheds: bool, profile: Any, media: Any, tmp_path: Path) -> None:
    options = argparse.Namespace(mode=mode, mutant=mutant)
    chosen = _chosen(argparse.ArgumentParser(), options, profile, media, tmp_path)
    chosen[0].close()
    assert chosen[2] is sheds


def test_herd(begin: Begin) -> None:
    shedding = Shedding(Limits())
    shedding.waiting = lambda: 1000
    told = {
        name: {begin(name, shedding).get("/").headers["Retry-After"] for _ in range(60)} for name in ("herd", "shouts")
    }
    assert told == {"herd": {"2"}, "shouts": {"1", "2", "3"}}
    page = begin("herd", shedding).get("/").text
    assert "Please try again in 2 seconds." in page


def test_quotes_what_failed(begin: Begin, profile: Any) -> None:
    profile.failure = DependencyFailed('status 503: {"node": "CANARY-node-x"}')
    for name, leaks in (("quotes_what_failed", True), ("herd", False)):
        answer = begin(name).post("/age", data={"born": "1990-01-01"}, headers=PAGE)
        assert answer.status_code == 503
        assert ("CANARY-node-x" in answer.text) is leaks


def test_unknown_reference(begin: Begin, profile: Any) -> None:
    for answer in refusals(begin("unknown_reference"), profile):
        (shown,) = re.findall(r"(?:this reference: |urn:clipshare:)([a-z0-9-]+)", answer.text)
        assert shown != answer.headers["X-Request-Id"]


def test_damages_clips(begin: Begin, media: Any) -> None:
    client = begin("damages_clips")
    join(client)
    media.failure = DOWN
    assert post_clip(client).status_code == 202
    assert client.mode._spool.oldest().content == b"cli"  # type: ignore[attr-defined]


def test_denies_what_it_kept(begin: Begin, media: Any) -> None:
    client = begin("denies_what_it_kept")
    join(client)
    media.failure = DOWN
    answer = post_clip(client, PAGE)
    assert answer.status_code == 503
    assert "has not been saved" in answer.text
    assert len(client.get("/pending").json) == 1


def test_ignores_keys(begin: Begin, media: Any) -> None:
    client = begin("ignores_keys")
    join(client)
    ids = {post_clip(client, {"Idempotency-Key": "k"}).json["id"] for _ in range(2)}
    assert len(ids) == len(media.stored) == 2


def test_notice_stays(begin: Begin, media: Any) -> None:
    client = begin("notice_stays")
    join(client)
    media.failure = DOWN
    client.get("/")
    media.failure = None
    assert 'role="status"' in client.get("/").text


def test_lost_acknowledgement(begin: Begin, media: Any) -> None:
    client = begin("lost_acknowledgement")
    join(client)
    media.failure = DOWN
    answer = post_clip(client)
    assert answer.status_code == 202
    assert client.get("/pending").json == []
    assert client.get(answer.json["status_url"], headers=JSON).json["state"] == "stored"


def test_never_recovers(begin: Begin, media: Any) -> None:
    client = begin("never_recovers")
    join(client)
    media.failure = DOWN
    while client.mode.media_guard.closed:  # type: ignore[attr-defined]
        client.get("/")
    media.failure = None
    client.mode.media_guard._half_open_at_s = 0.0  # type: ignore[attr-defined]
    assert 'role="status"' in client.get("/").text


def test_retry_storm(begin: Begin, profile: Any) -> None:
    client = begin("retry_storm")
    join(client)
    profile.failure = DOWN
    before = profile.calls
    for _ in range(3):
        client.get("/")
    assert profile.calls == before + 30


def test_every_mutant_names_the_rules_that_it_breaks() -> None:
    assert all(mutant.about for mutant in MUTANTS.values())
    rules = {rule for mutant in MUTANTS.values() for rule in mutant.rules}
    assert rules == {f"G{number:02d}" for number in range(1, 29)}


class RecordingClient:
    def __init__(self) -> None:
        self.keys: list[str] = []

    def ask(self, ask: Any, *, timeout_s: float | None) -> Reply:
        self.keys.append(ask.headers["Idempotency-Key"])
        return Reply(201, "application/json", b'{"upload_id": "a"}')


def test_stores_twice(profile: Any, tmp_path: Path) -> None:
    keys = {}
    for name, mode_class in (("good", Resilient), ("stores_twice", MUTANTS["stores_twice"].mode)):
        client = RecordingClient()
        mode = mode_class(profile, Media(client), tmp_path)  # type: ignore[arg-type]
        for _ in range(2):
            mode._delivery._media.store(Clip("a", "b", "", b""), "c", key="a")
        mode.close()
        keys[name] = len(set(client.keys))
    assert keys == {"good": 1, "stores_twice": 2}


def test_waits_too_long(begin: Begin, profile: Any) -> None:
    client = begin("waits_too_long")
    join(client)
    assert 3.0 in profile.timeouts_s


@pytest.mark.parametrize("options", [["--mutant", "no-such"], ["--mode", "fragile", "--mutant", "shouts"]])
def test_a_mutant_that_does_not_exist_is_refused_with_the_list(options: list[str]) -> None:
    env = {**os.environ, "PROFILE_URL": "http://127.0.0.1:1", "MEDIA_URL": "http://127.0.0.1:1"}
    command = [sys.executable, "-m", "demo_app.web", "--port", "1", *options]
    ended = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "stack_trace" in ended.stderr
