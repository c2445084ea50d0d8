"""A tiny app for tests of the runner: `front` keeps notes in `store`. It starts in some 50 ms, needs only the standard
library, and does on request what apps do wrong.

    python tiny_app.py store --port P [--late]
    python tiny_app.py front --port P --store http://host:port [--leak] [--lose] [--stick]
"""

from __future__ import annotations

import argparse
import html
import http.client
import itertools
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SORRY = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Notes can't be shown - Tiny</title></head>
<body><main role="alert"><h1>Your notes can't be shown right now</h1>
<p>Nothing is lost. Please <a href="/">try again</a> in a few seconds.</p></main></body></html>"""
NOTES: list[str] = []


class Handler(BaseHTTPRequestHandler):
    options: argparse.Namespace
    turns = itertools.count()
    held: bytes

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self.answer(200, "ok")
        elif self.path == "/private":
            self.answer(200 if self.headers["Authorization"] == self.options.wants else 401, "ok")
        elif self.options.role == "store":
            if self.options.late and next(self.turns) % 3 == 0:
                time.sleep(0.6)  # longer than `front` waits
            self.answer(200, json.dumps(NOTES), kind="application/json")
        else:
            self.ask_store("GET", None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.options.wants and self.headers["Authorization"] != self.options.wants:
            self.answer(401, "who are you?")
            return
        if self.options.role == "store":
            NOTES.append(body.decode())
            self.answer(201, "{}", kind="application/json")
        else:
            self.ask_store("POST", body)

    def ask_store(self, method: str, body: bytes | None) -> None:
        note = f"note-{threading.get_ident()}-{id(body)}-{len(NOTES)}" if body is not None else None
        NOTES.append(note or "")
        try:
            if not (self.options.lose and note):
                connection = http.client.HTTPConnection(urlsplit(self.options.store).netloc, timeout=0.3)
                connection.request(method, "/notes", note)
                connection.getresponse().read()
                connection.close()
        except OSError as error:
            if self.options.stick:
                self.options.store = "http://127.0.0.1:1"  # never asked again
            if self.options.leak:
                self.answer(500, f"Traceback (most recent call last):\n{error!r}", kind="text/plain")
            else:
                self.answer(503, SORRY, retry=True)
            return
        if note:
            self.answer(201, json.dumps({"id": note}), kind="application/json")
        else:
            self.answer(
                200, "<!doctype html><html lang=en><title>Tiny</title><body><h1>Notes</h1>all is well</body></html>"
            )

    def answer(self, status: int, text: str, kind: str = "text/html; charset=utf-8", retry: bool = False) -> None:
        secret = os.environ.get(self.options.echo, "")
        if secret:
            print(self.path, secret, flush=True)
            if status >= 500:
                text += f"{secret} {html.escape(secret)} {json.dumps(secret)}"
        data = text.encode()
        self.send_response(status)
        if secret:
            self.send_header("X-Debug", secret)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if retry:
            self.send_header("Retry-After", "1")
            self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["front", "store"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--store", default="")
    parser.add_argument("--leak", action="store_true")
    parser.add_argument("--lose", action="store_true")
    parser.add_argument("--stick", action="store_true")
    parser.add_argument("--late", action="store_true", help="the store is late with every third answer to who reads")
    parser.add_argument("--echo", default="", help="say the value of this variable wherever it does not belong")
    parser.add_argument("--wants", default="", help="the Authorization without which nothing is kept")
    parser.add_argument("--hold", type=int, default=0, help="so many MiB of memory")
    Handler.options = parser.parse_args()
    Handler.held = b"x" * (Handler.options.hold * 1024**2)
    Server((Handler.options.host, Handler.options.port), Handler).serve_forever()


if __name__ == "__main__":
    sys.exit(main())
