"""Everybody comes at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import JourneyFault, MultiplyArrivals


class Surge(JourneyFault):
    summary: ClassVar[str] = "lets users come `times` as often as the journey's `rate` says"
    acted: ClassVar[str] = "the arrival rate reached"
    example: ClassVar[Mapping[str, object]] = {"times": 5}

    times: float = Field(gt=1, le=1000, description="how many times as many; more than 1")

    def change(self) -> MultiplyArrivals:
        return MultiplyArrivals(self.times)
