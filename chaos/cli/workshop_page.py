"""The workshop's page: where it is served, for whom, and what is printed about it."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from chaos.cli.healing import heal_abandoned
from chaos.cli.opening import open_in_browser, shall_open
from chaos.dashboard.security import key_path, read_or_make_key
from chaos.dashboard.serving import listen_at
from chaos.errors import SIGNALLED, InvalidOption
from chaos.proxy.address import is_loopback, show
from chaos.workshop.web.jobs import Room
from chaos.workshop.web.learners import Learners
from chaos.workshop.web.serving import serve

PORT: Final = 8481
SHORTEST_TOKEN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """Where it takes place; `at_once`: so many runs at the same time, the others wait in line."""

    folder: Path
    host: str
    port: int
    at_once: int
    open_page: bool | None


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def serve_one(hall: Hall, console: Console) -> int:
    """For whoever is given the printed address."""
    learners = Learners(hall.folder, Room(hall.at_once), now)
    key = read_or_make_key(key_path())
    learners.alone(key)
    with listen_at(hall.host, hall.port) as listener:
        url = f"{_base(listener)}/#key={key}"

        def tell() -> None:
            console.print(f"workshop: {url}", markup=False, soft_wrap=True)
            _warn(hall, console)
            _say(f"your copy of the app: {hall.folder}; Ctrl-C ends everything", console)
            if shall_open(hall.open_page):
                open_in_browser(url)

        return _served(learners, None, listener, tell, console)


def serve_many(hall: Hall, token: str | None, console: Console) -> int:
    """For those who join by the token."""
    if token is None or len(token) < SHORTEST_TOKEN:
        raise InvalidOption(f"--facilitate needs --token WORD, of {SHORTEST_TOKEN} characters at least")
    learners = Learners(hall.folder, Room(hall.at_once), now)
    learners.known()
    with listen_at(hall.host, hall.port) as listener:
        base = _base(listener)

        def tell() -> None:
            _say(f"learners join at: {base}/join, with the word {token}", console)
            _say(f"the board, for you: {base}/board#key={token}", console)
            _warn(hall, console)
            _say(f"their copies of the app: {hall.folder}; Ctrl-C ends everything", console)

        return _served(learners, token, listener, tell, console)


def _served(
    learners: Learners, token: str | None, listener: socket.socket, tell: Callable[[], None], console: Console
) -> int:
    heal_abandoned(console)
    ended_by = asyncio.run(serve(learners, token, listener, tell))
    _say("ended; nothing is left running", console)
    return 0 if ended_by == signal.SIGINT else SIGNALLED + ended_by


def _base(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"http://{show((host if host not in {'0.0.0.0', '::'} else socket.gethostname(), port))}"


def _warn(hall: Hall, console: Console) -> None:
    if not is_loopback(hall.host):
        console.print(
            "other machines reach it: whoever is let in can run what they write into their copy, as you",
            style="yellow",
            soft_wrap=True,
        )


def _say(text: str, console: Console) -> None:
    console.print(text, markup=False, soft_wrap=True)
    sys.stdout.flush()  # whoever reads it may be waiting for it
