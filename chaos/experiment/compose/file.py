"""A compose file as it is written: variables put in, and its short and long forms made one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chaos.errors import InvalidFile
from chaos.experiment.compose.text import load_compose
from chaos.experiment.problems import Problem

_VARIABLE: Final = re.compile(r"\$(?:\$|(\w+)|\{(\w+)(?::?([-?+])([^}]*))?\})")
_HEALTH: Final = re.compile(r"https?://[^/\s\"']+(/[^\s\"'|;&]*)")
_RANGE_END: Final = re.compile(r"-\d+")


@dataclass(frozen=True, slots=True)
class Port:
    """Of a service: in its container, and on this machine; None where it is not said."""

    inside: int | None
    published: int | None


def read_services(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """In file order, all values as texts. Raises `InvalidFile` when it can't be read or holds no services."""
    root = mapping(load_compose(path))
    services = mapping(root.get("services"))
    if not services:
        raise InvalidFile([Problem(path, 0, 0, "services", "there are none; a compose file names its services here")])
    variables = {**env_file(path.parent / ".env"), **os.environ}
    return {str(name): mapping(_filled(found, variables)) for name, found in services.items()}


def ports(found: Any) -> Iterator[Port]:
    """Those of TCP, of the short form (`127.0.0.1:8000:80/tcp`) and of the long one."""
    for each in entries(found):
        if isinstance(each, dict):
            protocol, inside, published = each.get("protocol", "tcp"), each.get("target"), each.get("published")
        else:
            text, _, protocol = str(each).partition("/")
            rest, _, inside = text.rpartition(":")
            published = rest.rpartition(":")[2]
        if protocol in {"", "tcp"}:
            yield Port(_number(inside), _number(published))


def environment(found: Any) -> Mapping[str, str]:
    """Of a mapping, or of a list of `NAME=value`."""
    listed = (str(line).partition("=") for line in entries(found))
    return {**{str(key): str(value or "") for key, value in mapping(found).items()}, **{k: v for k, _, v in listed}}


def health_path(test: Any) -> str:
    """The path that a check of the usual kind asks: `curl -f http://localhost:8000/healthz`."""
    match = _HEALTH.search(" ".join(map(str, entries(test))) or str(test or ""))
    return match.group(1) if match else ""


def names(found: Any) -> tuple[str, ...]:
    """Of a list, or the keys of a mapping."""
    return tuple(map(str, (*mapping(found), *entries(found))))


def env_file(path: Path) -> Mapping[str, str]:
    lines = path.read_text(errors="replace").splitlines() if path.is_file() else []
    pairs = (line.removeprefix("export ").partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}


def mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def entries(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _number(found: Any) -> int | None:
    """Of a range, the first."""
    text = _RANGE_END.sub("", str(found or ""))
    return int(text) if text.isdecimal() else None


def _filled(found: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(found, dict):
        return {key: _filled(value, variables) for key, value in found.items()}
    if isinstance(found, list):
        return [_filled(value, variables) for value in found]
    return _put_in(found, variables) if isinstance(found, str) else found


def _put_in(text: str, variables: Mapping[str, str]) -> str:
    """`$NAME`, `${NAME}`, `${NAME:-default}`; what is not known is left out, as compose does."""

    def value(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        known = variables.get(match.group(1) or match.group(2), "")
        if match.group(3) == "+":
            return match.group(4) if known else ""
        return known or (match.group(4) if match.group(3) == "-" else "")

    return _VARIABLE.sub(value, text)
