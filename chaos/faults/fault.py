"""What a fault of a link is: attributes as people write them, and the change to the link that it stands for.

A change is in our own units (the attribute's name says which); each backend translates it to its own wire format.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import Field

from chaos.fields import Strict

Stream = Literal["upstream", "downstream"]


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


Change = SetToxics | TakeDown


class LinkFault(Strict, ABC):
    """A fault of a link. `acted` says in words which trace in the counters proves that it took effect.

    `embedded_only`: no proxy but our own can inject it.
    """

    summary: ClassVar[str]
    acted: ClassVar[str]
    embedded_only: ClassVar[bool] = False

    @property
    def per_request(self) -> bool:
        """Whether a share of it is one of requests; of connections otherwise."""
        return False

    @abstractmethod
    def change(self) -> Change:
        """What to do to the link."""


class AnswerFault(LinkFault, ABC):
    """A fault that acts on what is answered unless told otherwise."""

    stream: Stream = Field("downstream", description="`downstream` (the answer) or `upstream` (what the caller sends)")


class EitherStreamFault(LinkFault, ABC):
    """A fault for which guessing a direction would mislead: slowing an upload's answer slows 200 bytes."""

    stream: Stream = Field(
        description="write `stream: upstream` (what the caller sends) or `stream: downstream` (the answer)"
    )
