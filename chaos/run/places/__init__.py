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
from chaos.run.scene import Scene

INJECTS: Final[Mapping[Place, Callable[[Scene], Injects]]] = {
    "link": LinkPlaces,
    "journey": Journeys,
    "service": ServicePlaces,
}


def places_of(scene: Scene) -> Mapping[Place, Injects]:
    """Those of one experiment. In a muted plan, all that happens is that time passes."""
    return {place: Muted() if scene.plan.muted else make(scene) for place, make in INJECTS.items()}
