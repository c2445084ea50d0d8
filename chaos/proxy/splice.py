"""Bulk data moved inside the kernel: socket → pipe → socket, nothing copied through Python."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_F_SETPIPE_SZ: Final = 1031
_WANTED_BYTES: Final = 1024 * 1024
_MOVE_NONBLOCK: Final = 3


class Pipe:
    """A pipe between two sockets; `held_bytes` are in it."""

    __slots__ = ("held_bytes", "read_fd", "size_bytes", "write_fd")

    def __init__(self) -> None:
        """Raises OSError when there are no more descriptors."""
        self.read_fd, self.write_fd = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.held_bytes = 0
        self.size_bytes = _grow(self.write_fd)

    def fill(self, source_fd: int) -> int:
        """Take what the socket has; 0: it ended. Raises OSError, BlockingIOError when there is nothing."""
        count = os.splice(source_fd, self.write_fd, self.size_bytes, flags=_MOVE_NONBLOCK)
        self.held_bytes += count
        return count

    def drain(self, sink_fd: int) -> int:
        """Give what the socket takes. Raises OSError, BlockingIOError when it takes nothing."""
        count = os.splice(self.read_fd, sink_fd, self.held_bytes, flags=_MOVE_NONBLOCK)
        self.held_bytes -= count
        return count

    def empty(self) -> bytes:
        """All that is in it."""
        parts: list[bytes] = []
        while self.held_bytes:
            part = os.read(self.read_fd, self.held_bytes)
            self.held_bytes -= len(part)
            parts.append(part)
        return b"".join(parts)

    def close(self) -> None:
        os.close(self.read_fd)
        os.close(self.write_fd)


class PipePool:
    """Keeps a few pipes: making one of a MiB costs more than a small transfer, and users have a quota of such."""

    def __init__(self, keep: int = 16) -> None:
        self.available = hasattr(os, "splice") and hasattr(os, "pipe2")
        self._keep = keep
        self._idle: list[Pipe] = []

    def take(self) -> Pipe | None:
        """None: there is no splice here, or no more descriptors."""
        if not self.available:
            return None
        if self._idle:
            return self._idle.pop()
        try:
            return Pipe()
        except OSError:
            return None

    def give_back(self, pipe: Pipe) -> None:
        if pipe.held_bytes or len(self._idle) >= self._keep:
            pipe.close()
        else:
            self._idle.append(pipe)


def _grow(fd: int) -> int:
    """A larger pipe if the user's quota allows; the size it has now."""
    import fcntl

    try:
        return fcntl.fcntl(fd, _F_SETPIPE_SZ, _WANTED_BYTES)
    except OSError:
        return 64 * 1024
