"""What a fault of a link is: attributes as people write them, and the change to the link that it stands for.

A change is in our own units (the attribute's name says which); each backend translates it to its own wire format.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from chaos.fields import Strict

Stream = Literal["upstream", "downstream"]


@dataclass(frozen=True, slots=True)
class ToxicSpec:
    """One toxic to set: its Toxiproxy type, and attributes named with their unit (`latency_s`, `rate_bytes_per_s`)."""

    type: str
    stream: Stream
    attributes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SetToxics:
    """Let these toxics act on the link's bytes."""

    toxics: tuple[ToxicSpec, ...]


@dataclass(frozen=True, slots=True)
class TakeDown:
    """Close the link's listener and cut its connections."""


Change = SetToxics | TakeDown


class LinkFault(Strict, ABC):
    """A fault of a link. `acted` says in words which trace in the counters proves that it took effect."""

    summary: ClassVar[str]
    acted: ClassVar[str]

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
