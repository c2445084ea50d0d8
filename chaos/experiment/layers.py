"""Who calls whom over which link, as a map of a system shows it: layer by layer, beginning with its users.

`None` stands for the users: a service may itself be called "users".
"""

from __future__ import annotations

from collections.abc import Sequence

from chaos.experiment.placeholders import placeholders
from chaos.experiment.system import Service, System

Edge = tuple[str | None, str]
"""The caller, and the link that it calls over."""


def edges_of(system: System) -> Sequence[Edge]:
    return [(source, name) for name in system.links for source in _callers(system, name)]


def layers_of(system: System) -> Sequence[Sequence[str | None]]:
    """By distance from the users; services that nobody reaches come last."""
    edges = edges_of(system)
    layers: list[list[str | None]] = [[None]]
    placed: set[str | None] = {None}
    while True:
        reached: dict[str, None] = {}
        for source, link in edges:
            target = system.links[link].to
            if source in layers[-1] and target not in placed:
                reached[target] = None
        if not reached:
            break
        layers.append([*reached])
        placed.update(reached)
    alone: list[str | None] = [name for name in system.services if name not in placed]
    return [*layers, alone] if alone else layers


def _callers(system: System, link: str) -> Sequence[str | None]:
    """The services that are given the link's address; None, its users, when there is none."""
    found = [name for name, service in system.services.items() if ("links", link) in _mentioned(service)]
    return found or [None]


def _mentioned(service: Service) -> set[tuple[str, str]]:
    texts = [service.command or "", *service.env.values()]
    return {found for text in texts for found in placeholders(text)}
