"""Where the body of a message ends: counted as it passes, never collected."""

from __future__ import annotations

from typing import Final, Protocol

_LONGEST_LINE_BYTES: Final = 16 * 1024
_HEX: Final = frozenset(b"0123456789abcdefABCDEF")


class NotHttp(Exception):
    """These bytes can't be framed as HTTP/1.x."""


class Body(Protocol):
    done: bool

    def take(self, data: bytes, at: int, most_bytes: int) -> tuple[int, int]:
        """Where its part of `data`, from `at` on, ends, and how many bytes in it are payload: `most_bytes` at most."""


class Sized:
    """With a Content-Length, of more than 0."""

    __slots__ = ("done", "left_bytes")

    def __init__(self, length_bytes: int) -> None:
        self.left_bytes = length_bytes
        self.done = False

    def take(self, data: bytes, at: int, most_bytes: int) -> tuple[int, int]:
        size = min(self.left_bytes, len(data) - at, most_bytes)
        self.left_bytes -= size
        self.done = not self.left_bytes
        return at + size, size


class UntilClose:
    """Its end is the connection's."""

    __slots__ = ("done",)

    def __init__(self) -> None:
        self.done = False

    def take(self, data: bytes, at: int, most_bytes: int) -> tuple[int, int]:
        size = min(len(data) - at, most_bytes)
        return at + size, size


class Chunked:
    """Chunks of announced sizes, the last of size 0, then trailers and an empty line."""

    __slots__ = ("_after", "_in_trailers", "_left_bytes", "_line", "done")

    def __init__(self) -> None:
        self.done = False
        self._left_bytes = 0  # of the chunk at hand
        self._after = b""  # what must still come behind a chunk's data
        self._line = b""  # the beginning of a line that goes on in the next piece
        self._in_trailers = False

    def take(self, data: bytes, at: int, most_bytes: int) -> tuple[int, int]:
        """Raises NotHttp."""
        payload_bytes, end = 0, len(data)
        while at < end and not self.done:
            if self._left_bytes:
                size = min(self._left_bytes, end - at, most_bytes - payload_bytes)
                at += size
                payload_bytes += size
                self._left_bytes -= size
                if not self._left_bytes:
                    self._after = b"\r\n"
                if payload_bytes >= most_bytes:
                    break
            elif self._after:
                if data[at] != self._after[0]:
                    raise NotHttp("no line end behind a chunk")
                self._after = self._after[1:]
                at += 1
            else:
                at = self._read_line(data, at)
        return at, payload_bytes

    def _read_line(self, data: bytes, at: int) -> int:
        end = data.find(b"\n", at)
        stop = len(data) if end < 0 else end + 1
        self._line += data[at:stop]
        if len(self._line) > _LONGEST_LINE_BYTES:
            raise NotHttp("an endless line in a chunked body")
        if end >= 0:
            line, self._line = self._line, b""
            if not line.endswith(b"\r\n"):
                raise NotHttp("a line in a chunked body ends without a carriage return")
            if self._in_trailers:
                self.done = line == b"\r\n"
            else:
                self._left_bytes = _chunk_size(line)
                self._in_trailers = not self._left_bytes
        return stop


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip(b" \t\r\n")
    if not digits or len(digits) > 15 or not _HEX.issuperset(digits):
        raise NotHttp("no size before a chunk")
    return int(digits, 16)
