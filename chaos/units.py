"""Quantities as people write them: `250ms`, `64KiB`, `1MB/s`, `10/s`, `30%`. The only place that reads or writes units.

Every parser takes what YAML gave (text or a bare number) and raises `ValueError` with a message that says what was
found, what was expected and, for a bare number, which unit was probably meant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_SECONDS: Final[Mapping[str, float]] = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_BYTES: Final[Mapping[str, int]] = {
    "B": 1,
    "kB": 1000,
    "KB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
}
_QUANTITY: Final = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of quantity: what it is called, an example of how it is written, and what its units are worth."""

    name: str
    example: str
    units: Mapping[str, float]
    bare: str | None = None
    """The unit that a bare number probably meant, if one is likely."""

    def parse(self, found: object) -> float:
        """The amount in the kind's base unit (seconds, bytes, bytes per second, per second, ratio)."""
        if isinstance(found, bool) or not isinstance(found, (int, float, str)):
            raise ValueError(f'{_shown(found)} is not a {self.name}; a {self.name} is written like "{self.example}"')
        text = str(found).strip()
        match = _QUANTITY.fullmatch(text)
        if match is None:
            raise ValueError(f'{text!r} is not a {self.name}; a {self.name} is written like "{self.example}"')
        number, unit = match.groups()
        if not unit:
            raise ValueError(self._without_unit(number))
        worth = self.units.get(unit)
        if worth is None:
            known = ", ".join(self.units)
            raise ValueError(f"{text!r}: {unit!r} is not a unit of a {self.name}; its units are {known}")
        amount = float(number) * worth
        if amount < 0 or not math.isfinite(amount):
            raise ValueError(f"{text!r}: a {self.name} can't be negative or endless")
        return amount

    def _without_unit(self, number: str) -> str:
        if self.bare is None:
            return f'{number} has no unit; a {self.name} is written like "{self.example}"'
        return f'{number} has no unit; a {self.name} is written like "{number}{self.bare}"'


DURATION: Final = Kind("duration", "400ms", _SECONDS, bare="ms")
SIZE: Final = Kind("size", "64KiB", _BYTES, bare="KiB")
BYTE_RATE: Final = Kind("byte rate", "1MB/s", {f"{unit}/s": worth for unit, worth in _BYTES.items()}, bare="KB/s")
RATE: Final = Kind("rate", "10/s", {"/s": 1.0, "/min": 1 / 60, "/m": 1 / 60, "/h": 1 / 3600}, bare="/s")
SHARE: Final = Kind("share", "30%", {"%": 0.01}, bare="%")


def parse_duration(found: object) -> float:
    """Seconds."""
    return DURATION.parse(found)


def parse_size(found: object) -> int:
    """Whole bytes."""
    return round(SIZE.parse(found))


def parse_byte_rate(found: object) -> float:
    """Bytes per second."""
    return BYTE_RATE.parse(found)


def parse_rate(found: object) -> float:
    """Per second; more than zero."""
    per_s = RATE.parse(found)
    if per_s == 0:
        raise ValueError('a rate must be more than zero, like "10/s"')
    return per_s


def parse_share(found: object) -> float:
    """A ratio from 0 to 1."""
    ratio = SHARE.parse(found)
    if ratio > 1:
        raise ValueError(f"{found}: a share is at most 100%")
    return ratio


def format_duration(seconds: float) -> str:
    """For people: `40ms`, `2.5s`, `3min 20s`."""
    if seconds < 0:
        return "-" + format_duration(-seconds)
    if seconds < 0.0995:
        return f"{seconds * 1000:.3g}ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 120:
        return f"{seconds:.4g}s" if round(seconds, 2) == seconds else f"{seconds:.2f}s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}min {rest}s" if rest else f"{minutes}min"


def format_share(ratio: float) -> str:
    """For people: `99%`, `99.5%`; never rounded up to a whole that was not reached."""
    percent = ratio * 100
    if abs(percent - round(percent)) < 1e-9:
        return f"{round(percent)}%"
    return f"{math.floor(percent * 10 + 1e-9) / 10:g}%" if percent > 50 else f"{math.ceil(percent * 10 - 1e-9) / 10:g}%"


def format_size(size_bytes: float) -> str:
    """For people: `512B`, `64KiB`, `1.5MiB`."""
    for unit in ("GiB", "MiB", "KiB"):
        if size_bytes >= _BYTES[unit]:
            return f"{size_bytes / _BYTES[unit]:.3g}{unit}"
    return f"{size_bytes:.0f}B"


def exact(amount: float, unit: str) -> str:
    """For files: an amount in its base unit that parses back to the very same float."""
    return f"{amount!r}{unit}"


def _shown(found: object) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, bool):
        return str(found).lower()
    return {"dict": "a mapping", "list": "a list"}.get(type(found).__name__, type(found).__name__)
