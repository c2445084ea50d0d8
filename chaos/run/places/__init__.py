"""Where faults are injected, one file for each kind of place. Reading the table is reading the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chaos.faults.fault import Place
from chaos.run.places.journeys import Journeys
from chaos.run.places.links import LinkPlaces
from chaos.run.places.muted import Muted
from chaos.run.places.place import Injects
from chaos.run.places.services import ServicePlaces
from chaos.run.places.targets import Targets

INJECTS: Final[Mapping[Place, Callable[[Targets], Injects]]] = {
    "link": LinkPlaces,
    "journey": Journeys,
    "service": ServicePlaces,
}


def places_of(targets: Targets, *, muted: bool = False) -> Mapping[Place, Injects]:
    """Those of one system. In a muted plan, all that happens is that time passes."""
    return {place: Muted() if muted else make(targets) for place, make in INJECTS.items()}
