"""What a fault is: attributes as people write them, and the change to the place where it happens that it stands for.

A change is in our own units (the attribute's name says which); each backend translates it to its own wire format.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from pydantic import Field

from chaos.fields import Strict

Stream = Literal["upstream", "downstream"]
Place = Literal["link", "journey", "service"]

PLACES: Final[Mapping[Place, str]] = {"link": "links", "journey": "journeys", "service": "services"}
"""Where faults happen: the key that names such a place in an experiment, and the section of the system file for it."""


@dataclass(frozen=True, slots=True)
class ToxicSpec:
    """One toxic to set: its Toxiproxy type, and attributes named with their unit (`latency_s`, `rate_bytes_per_s`).

    `settings` are attributes that are no amounts: texts, counts, objects. Only our own toxics have any.
    """

    type: str
    stream: Stream
    attributes: Mapping[str, float]
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def needs(self) -> frozenset[str]:
        """What a backend must be able to set: the type, and `only` if it is for certain requests or connections."""
        return frozenset({self.type, *(["only"] if "only" in self.settings else ())})


@dataclass(frozen=True, slots=True)
class SetToxics:
    """Let these toxics act on the link's bytes."""

    toxics: tuple[ToxicSpec, ...]


@dataclass(frozen=True, slots=True)
class TakeDown:
    """Close the link's listener and cut its connections."""


@dataclass(frozen=True, slots=True)
class MultiplyArrivals:
    """Let users come that many times as often."""

    times: float


@dataclass(frozen=True, slots=True)
class EndService:
    """Send the service's processes this signal; start it again when the fault is over."""

    signal: str


@dataclass(frozen=True, slots=True)
class RestartService:
    """End the service with this signal, and start it again at once."""

    signal: str


@dataclass(frozen=True, slots=True)
class PauseService:
    """Stop the service's processes."""


@dataclass(frozen=True, slots=True)
class SlowService:
    """Stop the service's processes for that share of the time, many times a second."""

    share: float


LinkChange = SetToxics | TakeDown
ServiceChange = EndService | RestartService | PauseService | SlowService
Change = LinkChange | MultiplyArrivals | ServiceChange


class Fault(Strict, ABC):
    """One kind of fault. `acted` says in words which trace proves that it took effect.

    `embedded_only`: no proxy but our own can inject it. `example`: settings that are worth a first try, as they are
    written; empty where the fault does without.
    """

    place: ClassVar[Place]
    summary: ClassVar[str]
    acted: ClassVar[str]
    embedded_only: ClassVar[bool] = False
    example: ClassVar[Mapping[str, object]] = {}

    @property
    def per_request(self) -> bool:
        """Whether a share of it is one of requests; of connections otherwise."""
        return False

    @abstractmethod
    def change(self) -> Change:
        """What to do to its place."""


class LinkFault(Fault, ABC):
    """A fault of a link, known by its trace in the proxy's counters."""

    place: ClassVar[Place] = "link"

    @abstractmethod
    def change(self) -> LinkChange: ...


class JourneyFault(Fault, ABC):
    """A fault of a journey: of how its users behave."""

    place: ClassVar[Place] = "journey"


class ServiceFault(Fault, ABC):
    """A fault of a service that was started here, as local processes."""

    place: ClassVar[Place] = "service"

    @abstractmethod
    def change(self) -> ServiceChange: ...


class AnswerFault(LinkFault, ABC):
    """A fault that acts on what is answered unless told otherwise."""

    stream: Stream = Field("downstream", description="`downstream` (the answer) or `upstream` (what the caller sends)")


class EitherStreamFault(LinkFault, ABC):
    """A fault for which guessing a direction would mislead: slowing an upload's answer slows 200 bytes."""

    stream: Stream = Field(
        description="write `stream: upstream` (what the caller sends) or `stream: downstream` (the answer)"
    )
