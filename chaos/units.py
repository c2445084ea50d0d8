"""Quantities as people write them: `250ms`, `64KiB`, `1MB/s`, `10/s`, `30%`. The only place that reads or writes units.

Every parser takes what YAML gave (text or a bare number) and raises `ValueError` with a message that says what was
found, what was expected and, for a bare number, which unit was probably meant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

_SECONDS: Final[Mapping[str, Fraction]] = {
    "us": Fraction(1, 1_000_000),
    "µs": Fraction(1, 1_000_000),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "min": Fraction(60),
    "h": Fraction(3600),
}
_BYTES: Final[Mapping[str, Fraction]] = {
    "B": Fraction(1),
    "kB": Fraction(1000),
    "KB": Fraction(1000),
    "MB": Fraction(1000**2),
    "GB": Fraction(1000**3),
    "KiB": Fraction(1024),
    "MiB": Fraction(1024**2),
    "GiB": Fraction(1024**3),
}
_QUANTITY: Final = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of quantity: what it is called, an example of how it is written, and what its units are worth."""

    name: str
    example: str
    units: Mapping[str, Fraction]
    meant: Callable[[str], str]
    """How a bare number was probably meant, in quotes."""

    def parse(self, found: object) -> float:
        """The amount in the kind's base unit (seconds, bytes, bytes per second, per second, ratio).

        It is the float nearest to what was written: 57% must be what 57 of 100 gives, or a bound that is met exactly
        would count as missed.
        """
        if isinstance(found, bool) or not isinstance(found, (int, float, str)):
            raise ValueError(f'{_shown(found)} is not a {self.name}; a {self.name} is written like "{self.example}"')
        text = str(found).strip()
        match = _QUANTITY.fullmatch(text)
        if match is None:
            raise ValueError(f'{text!r} is not a {self.name}; a {self.name} is written like "{self.example}"')
        number, unit = match.groups()
        if not unit:
            raise ValueError(f"{number} has no unit; a {self.name} is written like {self.meant(number)}")
        worth = self.units.get(unit.replace("\N{GREEK SMALL LETTER MU}", "\N{MICRO SIGN}"))
        if worth is None:
            raise ValueError(f"{text!r}: {unit!r} is not a unit of a {self.name}; {self._known(unit)}")
        rough = float(number)
        if rough < 0 or not math.isfinite(rough * float(worth)):
            raise ValueError(f"{text!r}: a {self.name} can't be negative or endless")
        return float(Fraction(Decimal(number)) * worth) if rough else 0.0

    def _known(self, unit: str) -> str:
        for known in self.units:
            if known.lower() == unit.lower():
                return f"did you mean {known}?"
        return f"its units are {', '.join(self.units)}"


def _written_with(unit: str) -> Callable[[str], str]:
    return lambda number: f'"{number}{unit}"'


def _duration_meant(number: str) -> str:
    return f'"{number}ms"' if float(number) >= 100 else f'"{number}s" or "{number}ms"'


def _share_meant(number: str) -> str:
    return f'"{Decimal(number).scaleb(2):f}%"' if 0 < float(number) < 1 else f'"{number}%"'


_BYTES_PER_S: Final = {f"{unit}/s": worth for unit, worth in _BYTES.items()}
_PER_S: Final = {"/s": Fraction(1), "/min": Fraction(1, 60), "/m": Fraction(1, 60), "/h": Fraction(1, 3600)}

DURATION: Final = Kind("duration", "400ms", _SECONDS, _duration_meant)
SIZE: Final = Kind("size", "64KiB", _BYTES, _written_with("KiB"))
BYTE_RATE: Final = Kind("byte rate", "1MB/s", _BYTES_PER_S, _written_with("KB/s"))
RATE: Final = Kind("rate", "10/s", _PER_S, _written_with("/s"))
SHARE: Final = Kind("share", "30%", {"%": Fraction(1, 100)}, _share_meant)


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
        return f"{round(seconds * 1000, 3):.3g}ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 119.995:
        return f"{seconds:.2f}".rstrip("0").rstrip(".") + "s"
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
            return f"{size_bytes / float(_BYTES[unit]):.3g}{unit}"
    return f"{size_bytes:.0f}B"


def shortened(text: str) -> str:
    """The very same quantity, of whatever kind, in the unit in which it is shortest, if possible without a point.

    What is no quantity stays as it is.
    """
    for kind in (DURATION, SIZE, BYTE_RATE, RATE, SHARE):
        try:
            amount = kind.parse(text)
        except ValueError:
            continue
        tried = (f"{amount / float(worth):.12g}{unit}" for unit, worth in kind.units.items() if unit.isascii())
        return min(
            (each for each in (*tried, text) if kind.parse(each) == amount),
            key=lambda each: ("." in each, len(each), each),
        )
    return text


def exact(amount: float, unit: str) -> str:
    """For files: an amount in its base unit that parses back to the very same float."""
    return f"{amount!r}{unit}"


def exact_share(ratio: float) -> str:
    """For files: a ratio as a percentage that parses back to the very same float."""
    return f"{Decimal(repr(ratio)).scaleb(2):f}%"


def _shown(found: object) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, bool):
        return str(found).lower()
    return {"dict": "a mapping", "list": "a list"}.get(type(found).__name__, type(found).__name__)
