"""Which links a user's request can come to, as far as the system file tells.

A service leads to the links and services whose addresses stand in its command or environment. What a service that
already runs (`url`) leads to is not known, so it may lead anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, cast

from chaos.experiment.placeholders import placeholders
from chaos.experiment.request import Request
from chaos.experiment.system import System

Place = tuple[Literal["links", "services"], str]


def place_of(request: Request, default: Literal["links", "services"]) -> Place:
    """The link or service that a request goes to; `default` is the table that it means when it does not say."""
    scope, _, rest = request.target.partition(":")
    if scope in {"link", "service"} and not rest.startswith("/"):
        return cast(Literal["links", "services"], f"{scope}s"), rest.partition(":")[0]
    return default, scope


def places_named_by(system: System, service: str) -> Iterator[Place]:
    """The links and services whose addresses the service is told."""
    known = system.services[service]
    for text in (known.command or "", *known.env.values()):
        for table, name in placeholders(text):
            if table in {"links", "services"}:
                yield cast(Place, (table, name))


def links_reached(system: System, journeys: Iterable[str]) -> frozenset[str]:
    """The links that runs of these journeys can come to, directly or behind other services."""
    steps = (step for name in journeys if name in system.journeys for step in system.journeys[name].steps)
    waiting: list[Place] = [place_of(step, "links") for step in steps]
    seen: set[Place] = set()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        table, name = place
        if table == "links":
            waiting.append(("services", system.links[name].to))
        elif system.services[name].runs_already:
            return frozenset(system.links)
        else:
            waiting.extend(places_named_by(system, name))
    return frozenset(name for table, name in seen if table == "links")
