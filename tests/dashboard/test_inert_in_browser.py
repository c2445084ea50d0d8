"""A hostile page of the app, shown as the dashboard shows it: it looks as it is, and does nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from chaos.dashboard.inert import inert
from chaos.dashboard.security import HEADERS

EVIL = """<!doctype html><html lang=en><head><meta http-equiv=refresh content="0;url=/elsewhere">
<style>h1{color:rgb(1,2,3)}</style></head><body onload="top.hacked=1"><h1>Sorry</h1>
<script>top.hacked=1;fetch("/api/faults",{method:"POST"})</script><img src=/nothing onerror="top.hacked=1">
<form action=/form method=post><button id=send>send</button></form><a id=leave target=_top href=/top>x</a>
</body></html>"""
FRAMED = '<!doctype html><html lang=en><title>x</title><iframe id=f sandbox src="/seen/x"></iframe></html>'


class Server(BaseHTTPRequestHandler):
    """The dashboard's origin, with one page of its own and one of the app."""

    asked: list[str]
    safely: bool

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        if self.path == "/":
            headers, body = ({"Content-Type": "text/html", **HEADERS} if self.safely else {}), FRAMED
            body = body if self.safely else body.replace(" sandbox", "")
        else:
            page = inert(EVIL, media_type="text/html", url="http://127.0.0.1:1/")
            headers, body = (dict(page.headers), page.body) if self.safely else ({"Content-Type": "text/html"}, EVIL)
        self.send_response(200)
        for name, value in {"Content-Type": "text/html", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def served() -> Iterator[Any]:
    servers: list[HTTPServer] = []

    def serve(*, safely: bool) -> tuple[str, list[str]]:
        asked: list[str] = []
        handler = type("Handler", (Server,), {"asked": asked, "safely": safely})
        servers.append(HTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}", asked

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def two_frames_later(page: Any) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_it_looks_as_it_is_and_does_nothing(served: Any, page: Any) -> None:
    origin, asked = served(safely=True)
    page.goto(origin)
    frame = page.frame_locator("#f")
    assert frame.locator("h1").evaluate("(node) => getComputedStyle(node).color") == "rgb(1, 2, 3)"
    for selector in ("#leave", "#send"):
        frame.locator(selector).evaluate("(node) => node.click()")
    two_frames_later(page)
    assert page.evaluate("() => window.hacked") is None
    assert page.url == f"{origin}/"
    assert {each for each in asked if "favicon" not in each} == {"GET /", "GET /seen/x"}


def test_opened_on_its_own_it_does_nothing_either(served: Any, page: Any) -> None:
    origin, asked = served(safely=True)
    page.goto(f"{origin}/seen/x")
    page.locator("#send").dispatch_event("click")
    page.goto(origin)  # whatever the page had asked for would have come before
    assert {each for each in asked if "favicon" not in each} == {"GET /seen/x", "GET /"}


def test_without_all_that_it_would_have_done_it(served: Any, page: Any) -> None:
    origin, asked = served(safely=False)
    page.goto(origin)
    page.wait_for_function("() => window.hacked === 1")
    page.wait_for_url("**/")
    assert "POST /api/faults" in asked
