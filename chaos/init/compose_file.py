"""A compose file, as far as a first system needs it: ports, environment, health checks, and what depends on what."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos.experiment.compose.file import environment, health_path, mapping, names, ports, read_services


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
    services = read_services(path)
    return tuple(_composed(name, found, services) for name, found in services.items())


def _composed(name: str, found: Mapping[str, Any], services: Collection[str]) -> Composed:
    told = environment(found.get("environment"))
    mentions = {
        other: tuple(key for key, text in told.items() if re.search(rf"(?<![\w.-]){re.escape(other)}(?![\w.-])", text))
        for other in services
        if other != name
    }
    return Composed(
        name=name,
        port=next((each.published for each in ports(found.get("ports")) if each.published is not None), None),
        depends_on=tuple(each for each in names(found.get("depends_on")) if each in services and each != name),
        mentions={other: keys for other, keys in mentions.items() if keys},
        health=health_path(mapping(found.get("healthcheck")).get("test")),
    )
