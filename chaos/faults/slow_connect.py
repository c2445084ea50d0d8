"""Connecting takes long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import LinkFault, SetToxics, ToxicSpec
from chaos.fields import Duration


class SlowConnect(LinkFault):
    summary: ClassVar[str] = "accepts new connections at once, and goes on to the service only after `delay`"
    acted: ClassVar[str] = "connections held back"
    embedded_only: ClassVar[bool] = True
    example: ClassVar[Mapping[str, object]] = {"delay": "1s"}

    delay: Duration = Field(gt=0, description="how long the service is not connected to")
    jitter: Duration = Field(0.0, description="the delay varies by up to this much, both ways")

    def change(self) -> SetToxics:
        attributes = {"delay_s": self.delay, "jitter_s": self.jitter}
        return SetToxics((ToxicSpec("slow_connect", "downstream", attributes),))
