"""What a page must know once: the system's map, its journeys, and what can be done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chaos.dashboard.catalogue import Offer, offers
from chaos.experiment.layers import edges_of, layers_of
from chaos.experiment.system import Journey, System


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A service, or (`service` is None) the users. `layer` and `row` say where it stands."""

    service: str | None
    layer: int
    row: int
    touchable: bool
    """Faults can happen to it: it was started here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A link, from one of its callers (None: the users) to its service."""

    link: str
    source: str | None
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyShown:
    """`enters`: the links that its users themselves go through, in the order of its steps."""

    name: str
    paced: str
    rate_per_s: float | None
    users: tuple[str, ...]
    enters: tuple[str, ...]
    is_page: bool
    """Somebody can look at where it leads to, as often as they like: it changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemShown:
    """`epoch` is another one after each start of the server: what a page knew is then past."""

    epoch: str
    name: str
    variant: str | None
    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]
    journeys: tuple[JourneyShown, ...]
    audits: Mapping[str, str]
    """The journey whose items each looks for."""
    offers: tuple[Offer, ...]


def show(system: System, *, epoch: str, variant: str | None, toxics: frozenset[str]) -> SystemShown:
    return SystemShown(
        epoch=epoch,
        name=system.name,
        variant=variant,
        nodes=tuple(
            Node(service=name, layer=layer, row=row, touchable=_is_touchable(system, name))
            for layer, names in enumerate(layers_of(system))
            for row, name in enumerate(names)
        ),
        wires=tuple(Wire(link=link, source=source, target=system.links[link].to) for source, link in edges_of(system)),
        journeys=tuple(_journey(name, journey) for name, journey in system.journeys.items()),
        audits={name: audit.of for name, audit in system.audit.items()},
        offers=offers(toxics),
    )


def is_page(journey: Journey) -> bool:
    """Nothing but GET: whoever plays it leaves no trace."""
    return all(step.method == "get" for step in journey.steps) and journey.steps[-1].asks_for == "html"


def _is_touchable(system: System, service: str | None) -> bool:
    return service is not None and system.services[service].command is not None


def _journey(name: str, journey: Journey) -> JourneyShown:
    links = (step.target.removeprefix("link:").partition(":")[0] for step in journey.steps)
    paced = f"{journey.rate:g}/s" if journey.rate is not None else f"{journey.clients or 'several'} at once"
    return JourneyShown(
        name=name,
        paced=paced,
        rate_per_s=journey.rate,
        users=journey.kinds,
        enters=tuple(dict.fromkeys(links)),
        is_page=is_page(journey),
    )
