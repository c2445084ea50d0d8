"""A small app behind a Toxiproxy, which both tools are told about by the environment."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler

import pytest

PAGE = "<!doctype html><html lang=en><title>Shop</title><body><h1>Shop</h1><p>all is well</p></body></html>"
TOKEN = "Bearer opened-sesame"
ITEMS = {"items": [{"id": 1, "state": "ready"}, {"id": 2, "state": "ready"}]}


class Shop(BaseHTTPRequestHandler):
    """A page, a list, and notes for those who have the token."""

    def do_GET(self) -> None:
        if self.path.startswith("/items"):
            self.answer(200, json.dumps(ITEMS), "application/json")
        else:
            self.answer(200, PAGE, "text/html; charset=utf-8")

    def do_POST(self) -> None:
        note = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        taken = note == {"text": "hello"} and self.headers["Authorization"] == TOKEN
        self.answer(201 if taken else 401, json.dumps({"taken": taken}), "application/json")

    def answer(self, status: int, text: str, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def shop() -> type[BaseHTTPRequestHandler]:
    return Shop
