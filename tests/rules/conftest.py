"""Builders of answers. A test changes the one thing it is about; the rest is a graceful 503."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from chaos.journeys.answer import Answer, Format
from chaos.rules import Finding, Situation, judge_answer

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><header><nav><a href="/">Clipshare</a></nav></header>
<main>{main}</main>
<footer><a href="/privacy">Privacy</a> Reference 7F3K-21QD</footer></body></html>
"""
SORRY = "<h1>We can’t open your feed right now</h1><p>The problem is on our side.</p>"
RETRY = '<p><a href="/">Try again</a> in 1 second.</p>'
USUAL = {"Cache-Control": "no-store", "X-Request-Id": "7F3K-21QD"}

Build = Callable[..., Answer]


@pytest.fixture(scope="session")
def html() -> Build:
    """An answer with an HTML page: `main` is put into a plain page, `page` is the whole body."""

    def build(
        main: str = SORRY + RETRY,
        *,
        page: str | bytes | None = None,
        title: str = "Your feed can’t be opened - Clipshare",
        status: int = 503,
        headers: dict[str, str] | None = None,
        url: str = "http://127.0.0.1:4000/feed",
        elapsed_s: float = 0.2,
        method: str = "GET",
        asked_for: Format = "html",
        complete: bool = True,
    ) -> Answer:
        body = PAGE.format(title=title, main=main) if page is None else page
        sent = (
            {"Content-Type": "text/html; charset=utf-8"}
            | USUAL
            | ({"Retry-After": "1"} if status in {429, 503} else {})
        )
        return Answer(
            method=method,
            url=url,
            status=status,
            headers=tuple((sent | (headers or {})).items()),
            body=body if isinstance(body, bytes) else body.encode(),
            elapsed_s=elapsed_s,
            asked_for=asked_for,
            complete=complete,
        )

    return build


@pytest.fixture(scope="session")
def problem() -> Build:
    """An answer with a JSON body to who asked for JSON; by default a graceful problem object."""

    def build(
        value: object = None,
        *,
        body: bytes | None = None,
        status: int = 503,
        headers: dict[str, str] | None = None,
        media_type: str = "application/problem+json",
    ) -> Answer:
        if value is None:
            value = {
                "title": "Your clip is not uploaded yet",
                "status": status,
                "detail": "We will be back in a minute.",
                "instance": "urn:clipshare:7F3K-21QD",
            }
        sent = {"Content-Type": media_type} | USUAL | ({"Retry-After": "1"} if status in {429, 503} else {})
        return Answer(
            method="POST",
            url="http://127.0.0.1:4000/api/upload",
            status=status,
            headers=tuple((sent | (headers or {})).items()),
            body=json.dumps(value).encode() if body is None else body,
            elapsed_s=0.2,
            asked_for="json",
        )

    return build


@pytest.fixture(scope="session")
def broken() -> Callable[..., dict[str, str]]:
    """The rules that an answer breaks, id to reason; unserved unless said otherwise."""

    def judged(answer: Answer, **situation: object) -> dict[str, str]:
        told = Situation(**{"served": False, **situation})  # type: ignore[arg-type]
        findings: tuple[Finding, ...] = judge_answer(answer, told)
        return {finding.rule: finding.reason for finding in findings}

    return judged
