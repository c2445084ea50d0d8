"""Every page that says no is held against the graceful rules that a page alone can keep or break."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from demo_app.web.client import NotReached, TimedOut
from demo_app.web.shedding import Shedding

DOWN = NotReached("no connection: ConnectionRefusedError to 127.0.0.1:41234")
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"Accept": "application/json"}

JARGON = (
    "bad request|exception|null|upstream|timeout|timed out|gateway|internal server|error|server|service unavailable|"
    "backend|database|stack|debug|oops|your connection|your internet|your account|you entered|invalid|"
    "something went wrong|technical issues|maintenance"
)


def open_feed(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.get("/", headers=headers)


def answer_age(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/age", data={"born": "1991-02-03"}, headers=headers)


def post_clip(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/upload", data={"clip": (io.BytesIO(b"clip"), "a.mp4")}, headers=headers)


class Trouble:
    """Which of the fakes fail, and who asks for what."""

    def __init__(self, ask: Callable[[FlaskClient, dict[str, str]], Any], **how: bool) -> None:
        self.ask, self.how = ask, how


TROUBLES = {
    "new user opens while profile fails": Trouble(open_feed, profile=True),
    "new user answers while profile fails": Trouble(answer_age, profile=True),
    "new user answers while profile hangs": Trouble(answer_age, profile=True, hangs=True),
    "member without cookie posts while profile fails": Trouble(post_clip, profile=True),
    "no feed was ever seen and media fails": Trouble(open_feed, media=True, member=True),
    "the spool can't be written": Trouble(post_clip, media=True, member=True, no_spool=True),
    "opening when it is too busy": Trouble(open_feed, busy=True),
    "answering when it is too busy": Trouble(answer_age, busy=True),
    "posting when it is too busy": Trouble(post_clip, busy=True),
}


@pytest.fixture(params=TROUBLES)
def refused(
    request: pytest.FixtureRequest, app: Flask, profile: Any, media: Any, shedding: Shedding, tmp_path: Path
) -> Callable[[dict[str, str]], Any]:
    trouble = TROUBLES[request.param]
    client = app.test_client()
    if trouble.how.get("member"):
        client.post("/age", data={"born": "1990-01-01"})
    failure = TimedOut("no answer in time") if trouble.how.get("hangs") else DOWN
    profile.failure = failure if trouble.how.get("profile") else None
    media.failure = DOWN if trouble.how.get("media") else None
    if trouble.how.get("no_spool"):
        (tmp_path / "spool").rmdir()
    if trouble.how.get("busy"):
        shedding.waiting = lambda: 1000
    return lambda headers: trouble.ask(client, headers)


def visible_text(page: HTMLParser) -> str:
    for node in page.css("style, script, [hidden]"):
        node.decompose()
    assert page.body is not None
    return page.body.text(separator="\n")


def test_a_page_that_says_no_is_graceful(refused: Callable[[dict[str, str]], Any]) -> None:
    answer = refused(PAGE)
    page = HTMLParser(answer.text)
    text = visible_text(HTMLParser(answer.text))

    assert answer.status_code == 503
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "text/html; charset=utf-8"
    assert len(answer.data) <= 50_000
    assert "<script" not in answer.text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text)

    assert page.css_first("html").attributes["lang"] == "en"
    (heading,) = page.css("h1")
    title = page.css_first("title").text()
    assert title == f"{heading.text()} – Clipshare"
    assert "For you" not in answer.text
    assert "your age" not in answer.text.lower()

    region = page.css_first("[role=alert]")
    assert heading.text() in region.text()
    assert region.css_first("a[href], button") is not None
    after_s = int(answer.headers["Retry-After"])
    assert after_s >= 1
    assert f"again in {after_s} second{'s' if after_s > 1 else ''}." in region.text()
    assert answer.headers["X-Request-Id"] in region.text()
    assert region.attributes["data-outcome"] in ("none", "not-saved", "unknown")
    assert re.search(r"affected|has not been saved|may or may not have been saved", region.text())

    assert not re.search(rf"\b(?:{JARGON})\b", text, re.IGNORECASE)
    assert not re.search(r"\b[45]\d\d\b|127\.0|/work|\.py\b|Error\b", text)
    for sentence in re.split(r"(?<=[.!?])\s|\n", text):
        assert len(sentence.split()) <= 25, sentence
        assert not (sentence.isupper() and len(sentence) > 3), sentence


def test_a_reference_that_a_page_gives_is_in_its_header_and_in_the_log(
    refused: Callable[[dict[str, str]], Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for headers in (PAGE, JSON):
        answer = refused(headers)
        (shown,) = re.findall(r"(?:this reference: |urn:clipshare:)([a-z0-9-]+)", answer.text)
        assert shown == answer.headers["X-Request-Id"]
        assert any(f"reference={shown} " in line and "request done" in line for line in caplog.messages)


def test_the_same_in_json_is_problem_details(refused: Callable[[dict[str, str]], Any]) -> None:
    first, second = refused(JSON), refused(JSON)
    assert first.status_code == 503
    assert first.content_type == "application/problem+json"
    assert first.headers["Cache-Control"] == "no-store"
    assert int(first.headers["Retry-After"]) >= 1
    problem = first.json
    assert problem["status"] == 503
    assert problem["title"]
    assert len(problem["detail"].split()) > 5
    assert problem["type"].startswith("/problems/")
    assert first.headers["X-Request-Id"] in problem["instance"]
    assert problem["instance"] != second.json["instance"]
    assert not re.search(rf"\b(?:{JARGON})\b", problem["title"] + problem["detail"], re.IGNORECASE)


def test_the_type_of_a_problem_leads_somewhere(refused: Callable[[dict[str, str]], Any], app: Flask) -> None:
    problem = refused(JSON).json
    assert app.test_client().get(problem["type"]).json["title"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing-here", 404),
        ("GET", "/clips/nothing-here", 404),
        ("GET", "/problems/nothing-here", 404),
        ("DELETE", "/", 405),
        ("POST", "/age", 422),
    ],
)
def test_a_request_that_we_can_not_meet_gets_a_page_or_problem_details(
    app: Flask, method: str, path: str, status: int
) -> None:
    page = app.test_client().open(path, method=method, headers=PAGE)
    assert (page.status_code, page.content_type) == (status, "text/html; charset=utf-8")
    assert page.headers["Cache-Control"] == "no-store"
    assert 'role="alert"' in page.text
    problem = app.test_client().open(path, method=method, headers=JSON)
    assert (problem.status_code, problem.content_type) == (status, "application/problem+json")
    assert problem.json is not None
    assert problem.json["status"] == status


def test_our_own_mistake_is_told_without_its_trace(app: Flask, media: Any, caplog: pytest.LogCaptureFixture) -> None:
    client = app.test_client()
    client.post("/age", data={"born": "1990-01-01"})
    media.failure = KeyError("secret detail")
    answer = post_clip(client, PAGE)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "We don&#39;t know yet if it was saved" in answer.text
    assert answer.headers["X-Request-Id"] in caplog.text
    assert "secret detail" in caplog.text


def test_every_request_has_a_reference_of_its_own_and_a_line_in_the_log(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    references = set()
    for path in ("/", "/healthz", "/nothing-here"):
        reference = app.test_client().get(path, headers={"X-Request-Id": "from-outside"}).headers["X-Request-Id"]
        references.add(reference)
        assert any(reference in line and f"path={path} " in line for line in caplog.messages)
    assert len(references) == 3
    assert "from-outside" not in references


@pytest.mark.parametrize(
    ("accept", "path", "content_type"),
    [
        (None, "/", "text/html; charset=utf-8"),
        ("*/*", "/", "text/html; charset=utf-8"),
        ("application/json", "/", "application/problem+json"),
        ("text/html", "/", "text/html; charset=utf-8"),
        ("application/json, text/html;q=0.5", "/", "application/problem+json"),
        ("text/html, application/json;q=0.5", "/", "text/html; charset=utf-8"),
        (None, "/upload", "application/problem+json"),
        ("*/*", "/upload", "application/problem+json"),
        ("text/html,*/*;q=0.8", "/upload", "text/html; charset=utf-8"),
        ("application/problem+json", "/upload", "application/problem+json"),
    ],
)
def test_the_format_is_the_one_that_was_asked_for(
    app: Flask, profile: Any, accept: str | None, path: str, content_type: str
) -> None:
    profile.failure = DOWN
    headers = {"Accept": accept} if accept else {}
    answer = app.test_client().open(path, method="POST" if path == "/upload" else "GET", headers=headers)
    assert (answer.status_code, answer.content_type) == (503, content_type)


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink", "card"),
        ("soft", "paper"),
        ("soft", "card"),
        ("on-accent", "accent"),
        ("tint-ink", "tint"),
        ("tint-ink", "card"),
        ("good", "card"),
    ],
)
def test_text_stands_out_from_its_ground(app: Flask, theme: int, text: str, ground: str) -> None:
    style = (Path(app.root_path) / "pages" / "style.css").read_text()
    block = re.findall(r":root\{([^}]*)\}", style)[theme]
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]+)", block))
    assert contrast(colours[text], colours[ground]) >= 4.5
