"""`compose: docker-compose.yml` in a system file: its services, as if they stood there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chaos.experiment.compose.services import merged, read_services
from chaos.experiment.loader import Document
from chaos.experiment.problems import Location


def with_composed(document: Document) -> Document:
    """What the system file says itself comes first; a service that already runs (`url`) takes nothing.

    Raises `InvalidFile` with all that is wrong in the compose file.
    """
    named, ours = document.root.get("compose"), document.root.get("services", {})
    if not isinstance(named, str) or not isinstance(ours, dict):
        return document  # the model says what is wrong with it
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
