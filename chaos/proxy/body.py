"""JSON bodies as Toxiproxy reads them: the first value only, keys in any case, null as if absent, types strict."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}


class BadBody(Exception):
    """The body can't be read; the text says what is wrong with it."""


def decode(body: bytes) -> object:
    """The first JSON value of the body; objects have their keys in lower case, and the last of equal keys counts.

    Names inside stay as they are: only keys are folded.
    """
    from json import JSONDecodeError, JSONDecoder

    text = body.decode("utf-8", errors="replace").removeprefix("﻿").lstrip(" \t\r\n")
    if not text:
        raise BadBody("EOF")
    decoder = JSONDecoder(object_pairs_hook=_folded, parse_constant=_refuse_constant)
    try:
        value: object = decoder.raw_decode(text)[0]
    except JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise BadBody("unexpected EOF") from None
        raise BadBody(f"{error.msg[0].lower()}{error.msg[1:]} at character {error.pos + 1}") from None
    except RecursionError:
        raise BadBody("nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise BadBody(str(error)) from None
    return value


def _folded(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return {key.lower(): value for key, value in pairs}


def _refuse_constant(name: str) -> object:
    raise BadBody(f"invalid character '{name[0]}' looking for beginning of value")


def as_object(value: object, what: str) -> Mapping[str, object]:
    """The object; null is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadBody(f"cannot read {_kind(value)} as {what}, an object was expected")
    return value


def string(fields: Mapping[str, object], key: str, default: str = "") -> str:
    value = fields.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise BadBody(f"cannot read {_kind(value)} as {key}, a string was expected")
    return value


def boolean(fields: Mapping[str, object], key: str) -> bool | None:
    """None when absent or null."""
    value = fields.get(key)
    if value is not None and not isinstance(value, bool):
        raise BadBody(f"cannot read {_kind(value)} as {key}, true or false was expected")
    return value


def number(fields: Mapping[str, object], key: str, default: float) -> float:
    value = fields.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadBody(f"cannot read {_kind(value)} as {key}, a number was expected")
    return value


def int64(value: object, key: str) -> int:
    """A whole number of 64 bits; 100.0 and 1e2 pass as 100."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not -(1 << 63) <= value < 1 << 63:
        raise BadBody(f"cannot read {_kind(value)} {str(value)[:40]} as {key}, a whole number was expected")
    return value


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "null")
