"""Attributes of the toxics that Toxiproxy does not have: also texts, choices, shares and objects.

Unlike Toxiproxy's own numbers, a value that makes no sense is refused, never clamped. Made as in `wire`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from chaos.proxy.body import BadBody, int64
from chaos.proxy.wire import WireField, declared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST_MS: Final = 10 * 365 * 86_400_000
_MOST_BYTES: Final = 1 << 62
_LONGEST_TEXT: Final = 1024 * 1024
_TOKEN: Final = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SET_BY_US: Final = ("Content-Length", "Transfer-Encoding", "Connection")

T = TypeVar("T")


def duration(name: str, default_ms: int = 0) -> Any:
    """Milliseconds on the wire, seconds inside."""
    return _declared(name, default_ms, _whole(0, _LONGEST_MS), lambda value: value / 1000)


def size(name: str, default: int = 0, *, lowest: int = 0, highest: int = _MOST_BYTES) -> Any:
    """Bytes."""
    return _declared(name, default, _whole(lowest, highest), _as_it_is)


def whole(name: str, default: int, lowest: int, highest: int) -> Any:
    return _declared(name, default, _whole(lowest, highest), _as_it_is)


def real(name: str, default: float, lowest: float, highest: float) -> Any:
    def check(value: object, key: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not lowest <= value <= highest:
            raise _refused(value, key, f"a number from {lowest:g} to {highest:g}")
        return value

    return _declared(name, default, check, float)


def text(name: str, default: str = "", *, line: bool = False) -> Any:
    """`line`: it stands in a head, so it must be one line of Latin-1; otherwise it is encoded as UTF-8."""

    def check(value: object, key: str) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
            raise _refused(value, key, "a string of at most 1 MiB")
        if line and not _is_line(value):
            raise _refused(value, key, "a string without line ends or control characters")
        return value

    return _declared(name, default, check, lambda value: value if line else value.encode("utf-8", "surrogatepass"))


def choice(name: str, *options: str) -> Any:
    """The first is the default."""

    def check(value: object, key: str) -> str:
        if not isinstance(value, str) or value not in options:
            raise _refused(value, key, f"one of {', '.join(options)}")
        return value

    return _declared(name, options[0], check, _as_it_is)


def headers(name: str) -> Any:
    """An object of names and values. Names are echoed and written as Go writes them: `Retry-After`."""

    def check(value: object, key: str) -> dict[str, str]:
        if not isinstance(value, dict):
            raise _refused(value, key, "an object of strings")
        checked = {canonical(each): _header_value(inner, f"{key}.{each}") for each, inner in value.items()}
        for each in value:
            if not each or not _TOKEN.issuperset(each):
                raise BadBody(f"{key} has the name {each[:40]!r}, which no header can have")
        for each in checked:
            if each in _SET_BY_US:
                raise BadBody(f"{key} can't have {each}: the proxy sets it itself")
        return checked

    return _declared(name, {}, check, lambda value: tuple(value.items()))


def canonical(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def checked_object(value: object, key: str, known: tuple[str, ...]) -> Mapping[str, object]:
    """An object with no other keys than these. Raises BadBody."""
    if not isinstance(value, dict):
        raise _refused(value, key, f"an object with {', '.join(known)}")
    for each in value:
        if each not in known:
            raise BadBody(f"{key} has no {each[:40]!r}; it takes {', '.join(known)}")
    return value


def custom(name: str, default: object, check: Callable[[object, str], T], convert: Callable[[Any], object]) -> Any:
    """`check` takes the value and its key, raises BadBody, and returns what to echo."""
    return _declared(name, default, check, convert)


def refused(value: object, key: str, wanted: str) -> BadBody:
    return _refused(value, key, wanted)


def _declared(
    name: str, default: object, check: Callable[[object, str], object], convert: Callable[[Any], object]
) -> Any:
    return declared(WireField(name, default, check, convert))


def _whole(lowest: int, highest: int) -> Callable[[object, str], int]:
    def check(value: object, key: str) -> int:
        number = int64(value, key)
        if not lowest <= number <= highest:
            end = f"from {lowest} to {highest}" if highest < _LONGEST_MS else f"of at least {lowest}"
            raise _refused(number, key, f"a whole number {end}")
        return number

    return check


def _header_value(value: object, key: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _is_line(value):
        raise _refused(value, key, "a string without line ends or control characters")
    return value


def _is_line(value: str) -> bool:
    return all((" " <= each < "\x7f") or "\xa0" <= each <= "\xff" or each == "\t" for each in value)


def _as_it_is(value: T) -> T:
    return value


def _refused(value: object, key: str, wanted: str) -> BadBody:
    shown = repr(value)[:60]
    return BadBody(f"cannot read {shown} as {key}, {wanted} was expected")
