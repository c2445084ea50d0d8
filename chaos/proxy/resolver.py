"""Upstream names, looked up off the loop's thread: a slow name server must not hold up anybody else."""

from __future__ import annotations

import _thread
import os

from chaos.proxy.address import BadAddress, look_up, numeric_family, port_number, split_host_port
from chaos.proxy.poller import IN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from chaos.proxy.address import SockAddr
    from chaos.proxy.loop import Loop

    Found = list[tuple[int, SockAddr]] | BadAddress
    Tell = Callable[[Found], None]

_THREADS_AT_ONCE: Final = 16


class Resolver:
    """IP addresses and `localhost` are answered at once, other names later; equal names asked together but once."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._waiting: dict[tuple[str, int], list[Tell]] = {}
        self._queue: list[tuple[str, int]] = []
        self._running = 0
        self._done: list[tuple[tuple[str, int], Found]] = []  # appended to by the threads
        self._wake_fd = -1

    def resolve(self, address: str, tell: Tell) -> None:
        """Call `tell`, possibly before this returns, with the addresses to try in turn, or with what is wrong."""
        try:
            host, port_text = split_host_port(address)
            port = port_number(port_text)
            if not host or host == "localhost" or numeric_family(host) is not None:
                found: Found = look_up(host or "localhost", port)
            else:
                self.look_up(host, port, tell)
                return
        except BadAddress as error:
            found = error
        tell(found)

    def look_up(self, host: str, port: int, tell: Tell) -> None:
        """Off the loop's thread, whatever the host is."""
        key = (host, port)
        if self._wake_fd < 0:
            read_fd, self._wake_fd = os.pipe()
            os.set_blocking(read_fd, False)
            self._loop.add(read_fd, IN, lambda _: self._collect(read_fd))
        if key in self._waiting:
            self._waiting[key].append(tell)
        else:
            self._waiting[key] = [tell]
            self._queue.append(key)
            self._start_some()

    def _start_some(self) -> None:
        while self._queue and self._running < _THREADS_AT_ONCE:
            self._running += 1
            _thread.start_new_thread(self._look_up, (self._queue.pop(0),))

    def _look_up(self, key: tuple[str, int]) -> None:
        found: Found
        try:
            found = look_up(*key)
        except BadAddress as error:
            found = error
        self._done.append((key, found))
        os.write(self._wake_fd, b".")

    def _collect(self, read_fd: int) -> None:
        os.read(read_fd, 4096)
        while self._done:
            key, found = self._done.pop(0)
            self._running -= 1
            for tell in self._waiting.pop(key):
                tell(found)
        self._start_some()
