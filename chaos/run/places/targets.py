"""What faults are done to: the links, services and users of one system that runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chaos.backends.links import Links
from chaos.system.running import RunningSystem


class Arrivals(Protocol):
    """Users who come."""

    def multiply(self, name: str, by: str, times: float) -> None:
        """From now on users of this journey come that many times as often, until `times` is 1 again for this `by`."""


class Targets(Protocol):
    @property
    def links(self) -> Links: ...
    @property
    def services(self) -> RunningSystem: ...
    @property
    def traffic(self) -> Arrivals: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """Implements `Targets`."""

    links: Links
    services: RunningSystem
    traffic: Arrivals
