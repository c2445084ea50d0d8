"""The log: one JSON object a line on stdout, as Toxiproxy writes it. A reader that does not read never holds us up."""

from __future__ import annotations

import os
import select
import sys
from time import gmtime, time

try:
    from _json import encode_basestring_ascii  # the C half of json; json itself would load the re module
except ImportError:
    from json.encoder import encode_basestring_ascii  # type: ignore[no-redef, unused-ignore]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

LEVELS: Final = ("trace", "debug", "info", "warn", "error", "fatal", "panic", "disabled")
_DEBUG: Final = LEVELS.index("debug")
_INFO: Final = LEVELS.index("info")
_WARN: Final = LEVELS.index("warn")
_ERROR: Final = LEVELS.index("error")
quote: Final[Callable[[str], str]] = encode_basestring_ascii  # text as JSON
# A pipe that is writable takes this much without blocking.
_LINE_BYTES: Final = 4096


class Log:
    """Fields are text, numbers or true/false. Lines that the reader has no room for are dropped, and counted."""

    def __init__(self, level: str = "trace", fd: int = 1) -> None:
        """`level` is one of LEVELS."""
        self._threshold = LEVELS.index(level)
        self._fd = fd
        self._dropped = 0
        self._second = 0
        self._timestamp = ""  # of that second
        self._poll: Callable[[float], object] | None = _writable(fd)

    @property
    def debugs(self) -> bool:
        return self._threshold <= _DEBUG

    @property
    def informs(self) -> bool:
        return self._threshold <= _INFO

    def debug(self, message: str, **fields: object) -> None:
        if self._threshold <= _DEBUG:
            self._write("debug", message, fields)

    def info(self, message: str, **fields: object) -> None:
        if self._threshold <= _INFO:
            self._write("info", message, fields)

    def warn(self, message: str, **fields: object) -> None:
        if self._threshold <= _WARN:
            self._write("warn", message, fields)

    def error(self, message: str, **fields: object) -> None:
        if self._threshold <= _ERROR:
            self._write("error", message, fields)

    def _write(self, level: str, message: str, fields: dict[str, object]) -> None:
        code = sys._getframe(2)
        module = code.f_code.co_filename.rpartition("/")[2]
        now = self._now()
        told = "".join([f'"{key}":{_value(value)},' for key, value in fields.items()])
        where = f'"caller":"{module}:{code.f_lineno}","time":"{now}"'
        said = f',"message":{quote(message)}' if message else ""
        line = f'{{"level":"{level}",{told}{where}{said}}}\n'.encode()
        if len(line) > _LINE_BYTES:
            line = f'{{"level":"{level}","time":"{now}","message":{quote(message[:200])}}}\n'.encode()
        self._put(line)

    def _now(self) -> str:
        second = int(time())
        if second != self._second:
            now = gmtime(second)
            self._second = second
            self._timestamp = f"{now[0]:04}-{now[1]:02}-{now[2]:02}T{now[3]:02}:{now[4]:02}:{now[5]:02}Z"
        return self._timestamp

    def _put(self, line: bytes) -> None:
        if self._poll is None:
            return
        try:
            if not self._poll(0):
                self._dropped += 1
                return
            if self._dropped:
                line = b'{"level":"warn","message":"%d log lines dropped: nobody read them"}\n' % self._dropped + line
                line, self._dropped = line[:_LINE_BYTES], 0
            os.write(self._fd, line)
        except BlockingIOError:
            self._dropped += 1
        except OSError:
            self._poll = None  # the reader is gone


def level_from_environment(text: str) -> tuple[str, bool]:
    """The level that LOG_LEVEL means, and whether it is a known one. Empty is as unset: everything."""
    name = text.strip().lower()
    name = {"warning": "warn", "": "trace"}.get(name, name)
    return (name, True) if name in LEVELS else ("trace", False)


def _writable(fd: int) -> Callable[[float], object] | None:
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    return poll.poll


def _value(value: object) -> str:
    if type(value) is str:  # by far the most frequent
        return quote(value)
    if value is True or value is False:
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else quote(str(value))
