"""`compose` in a system file: the services of that compose file, as if they stood there; or of a project that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from chaos.experiment.compose.services import merged, read_services
from chaos.experiment.loader import Document
from chaos.experiment.problems import Location

_SAID: Final = frozenset({"command", "image", "build", "url", "running"})
"""Keys by which a service says what it is."""


def with_composed(document: Document) -> Document:
    """Raises `InvalidFile` with all that is wrong in the compose file."""
    named, ours = document.root.get("compose"), document.root.get("services", {})
    if isinstance(named, dict) and isinstance(ours, dict):
        return _attached(document, ours)
    if isinstance(named, str) and isinstance(ours, dict):
        return _composed(document, named, ours)
    return document  # the model says what is wrong with it


def _attached(document: Document, ours: Mapping[str, Any]) -> Document:
    """A service that does not say what it is runs in that project, under its own name."""
    services = {
        name: {**keys, "running": name} if isinstance(keys, dict) and _SAID.isdisjoint(keys) else keys
        for name, keys in ours.items()
    }
    return replace(document, root={**document.root, "services": services})


def _composed(document: Document, named: str, ours: Mapping[str, Any]) -> Document:
    """What the system file says itself comes first; a service that already runs (`url`) takes nothing."""
    path = document.path.parent / named
    composed = read_services(path)
    services = dict(ours)
    origins: dict[Location, Path] = {}
    for name, keys in composed.items():
        own = ours.get(name, {})
        if not isinstance(own, dict) or "url" in own:
            continue
        services[name] = merged(keys, own)
        if name not in ours:
            origins["services", name] = path
    places = dict.fromkeys(origins, (1, 1))
    return replace(
        document,
        root={**document.root, "services": services},
        values={**document.values, **places},
        origins={**document.origins, **origins},
    )
