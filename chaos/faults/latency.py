"""Every byte arrives later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import AnswerFault, SetToxics, ToxicSpec
from chaos.fields import Duration


class Latency(AnswerFault):
    summary: ClassVar[str] = "delays everything that passes by `delay`, give or take `jitter`"
    acted: ClassVar[str] = "bytes held back"
    example: ClassVar[Mapping[str, object]] = {"delay": "400ms"}

    delay: Duration = Field(description="how much later each byte arrives")
    jitter: Duration = Field(0.0, description="the delay varies by up to this much, both ways")

    def change(self) -> SetToxics:
        attributes = {"latency_s": self.delay, "jitter_s": self.jitter}
        return SetToxics((ToxicSpec("latency", self.stream, attributes),))
