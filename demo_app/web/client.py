"""An HTTP client whose deadline is for the whole exchange.

The deadlines of the usual clients are for each read, so an answer that trickles in outlasts any of them. Each exchange
has a connection of its own: there is no kept one that could have gone stale while a link was down.
"""

import http.client
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from demo_app import deadline

LARGEST_ANSWER_BYTES = 4 * 1024 * 1024


class DependencyFailed(Exception):
    """A dependency gave no answer, or none that can be used."""


class NotReached(DependencyFailed):
    """There was no connection, so what was asked has certainly not happened."""


class TimedOut(DependencyFailed):
    """No complete answer within the deadline; what was asked may have happened all the same."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """What is sent; `path` begins with a slash."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class _SocketWithDeadline(socket.socket):
    """A socket on which each read gets only what is left of the time (`sendall` sees to that itself)."""

    deadline_s: float | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.deadline_s is not None:
            self.settimeout(_left(self.deadline_s))
        return super().recv_into(*args, **kwargs)


def _left(deadline_s: float) -> float:
    left_s = deadline_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError("the deadline has passed")
    return left_s


class _Connection(http.client.HTTPConnection):
    def __init__(self, host: str, port: int, deadline_s: float | None) -> None:
        super().__init__(host, port)
        self.deadline_s = deadline_s

    def connect(self) -> None:
        family, kind, protocol, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
        sock = _SocketWithDeadline(family, kind, protocol)
        self.sock = sock  # so that close() finds it, whatever happens next
        if self.deadline_s is not None:
            sock.deadline_s = self.deadline_s
            sock.settimeout(_left(self.deadline_s))
        sock.connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Client:
    """Asks one dependency, whose address is `base_url`; raises `DependencyFailed` if no complete answer came."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{base_url!r} is no address like http://127.0.0.1:8000")
        self._host, self._port, self._prefix = parts.hostname, parts.port or 80, parts.path.rstrip("/")

    def ask(self, ask: Ask, *, timeout_s: float | None) -> Reply:
        """`timeout_s` is for everything from connecting to the answer's last byte; None waits for ever.

        The dependency is told how long is left, so that it need not begin what nobody waits for.
        """
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        connection = _Connection(self._host, self._port, deadline_s)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise NotReached(f"no connection: {type(error).__name__}") from error
        left_s = None if deadline_s is None else deadline_s - time.monotonic()
        headers = {"Connection": "close", **deadline.header_for(left_s), **ask.headers}
        try:
            connection.request(ask.method, self._prefix + ask.path, ask.body, headers)
            response = connection.getresponse()
            body = response.read(LARGEST_ANSWER_BYTES + 1)
            if response.length or len(body) > LARGEST_ANSWER_BYTES:
                raise DependencyFailed("the answer was incomplete or too long")
            return Reply(response.status, response.headers.get_content_type(), body)
        except TimeoutError as error:
            raise TimedOut("no answer in time") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise DependencyFailed(f"no answer: {type(error).__name__}") from error
        finally:
            connection.close()
