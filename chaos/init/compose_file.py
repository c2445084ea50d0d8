"""A compose file, as far as a first system needs it: ports, environment, health checks, and what depends on what."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chaos.errors import InvalidFile
from chaos.experiment.problems import Problem
from chaos.init.compose_yaml import load_compose

_VARIABLE: Final = re.compile(r"\$(?:\$|(\w+)|\{(\w+)(?::?([-?+])([^}]*))?\})")
_HEALTH: Final = re.compile(r"https?://[^/\s\"']+(/[^\s\"'|;&]*)")
_RANGE_END: Final = re.compile(r"-\d+")


@dataclass(frozen=True, slots=True)
class Composed:
    """One service. `port` is where this machine reaches it, or None. `mentions` are the services whose names stand in
    its environment, each with the variables; their values may be secret, and are not kept.
    """

    name: str
    port: int | None
    depends_on: tuple[str, ...]
    mentions: Mapping[str, tuple[str, ...]]
    health: str = ""


def read_compose(path: Path) -> tuple[Composed, ...]:
    """In file order. Raises `InvalidFile` when it can't be read or holds no services."""
    root = load_compose(path)
    services = _mapping(_mapping(root).get("services"))
    if not services:
        raise InvalidFile([Problem(path, 0, 0, "services", "there are none; a compose file names its services here")])
    variables = {**_env_file(path.parent / ".env"), **os.environ}
    return tuple(_service(name, _mapping(found), services, variables) for name, found in services.items())


def _service(
    name: str, found: Mapping[str, Any], services: Mapping[str, Any], variables: Mapping[str, str]
) -> Composed:
    depends = found.get("depends_on")
    wanted = [*_mapping(depends), *_list(depends)]
    environment = {key: _filled(text, variables) for key, text in _environment(found.get("environment"))}
    mentions = {
        other: tuple(
            key for key, text in environment.items() if re.search(rf"(?<![\w.-]){re.escape(other)}(?![\w.-])", text)
        )
        for other in services
        if other != name
    }
    return Composed(
        name=name,
        port=next(_ports(found.get("ports"), variables), None),
        depends_on=tuple(each for each in wanted if each in services and each != name),
        mentions={other: keys for other, keys in mentions.items() if keys},
        health=_health(_mapping(found.get("healthcheck")).get("test")),
    )


def _ports(found: Any, variables: Mapping[str, str]) -> Iterator[int]:
    """Those on this machine, of the short form (`127.0.0.1:8000:80/tcp`) and of the long one."""
    for each in _list(found):
        if isinstance(each, dict):
            published, protocol = _filled(str(each.get("published") or ""), variables), each.get("protocol", "tcp")
        else:
            text, _, protocol = _filled(str(each), variables).partition("/")
            published = text.rpartition(":")[0].rpartition(":")[2]
        first = _RANGE_END.sub("", published)
        if first.isdecimal() and protocol in {"", "tcp"}:
            yield int(first)


def _environment(found: Any) -> Iterator[tuple[str, str]]:
    for key, value in _mapping(found).items():
        yield str(key), str(value or "")
    for line in _list(found):
        key, _, value = str(line).partition("=")
        yield key, value


def _health(test: Any) -> str:
    """The path that a check of the usual kind asks: `curl -f http://localhost:8000/healthz`."""
    match = _HEALTH.search(" ".join(map(str, _list(test))) or str(test or ""))
    return match.group(1) if match else ""


def _filled(text: str, variables: Mapping[str, str]) -> str:
    """`$NAME`, `${NAME}`, `${NAME:-default}`; what is not known is left out, as compose does."""

    def value(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        known = variables.get(match.group(1) or match.group(2), "")
        if match.group(3) == "+":
            return match.group(4) if known else ""
        return known or (match.group(4) if match.group(3) == "-" else "")

    return _VARIABLE.sub(value, text)


def _env_file(path: Path) -> Mapping[str, str]:
    lines = path.read_text(errors="replace").splitlines() if path.is_file() else []
    pairs = (line.removeprefix("export ").partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
