"""The end of a connection comes late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import AnswerFault, SetToxics, ToxicSpec
from chaos.fields import Duration


class SlowClose(AnswerFault):
    summary: ClassVar[str] = "passes a close on only after `delay`"
    acted: ClassVar[str] = "closes held"
    example: ClassVar[Mapping[str, object]] = {"delay": "1s"}

    delay: Duration = Field(description="how much later the close arrives")

    def change(self) -> SetToxics:
        return SetToxics((ToxicSpec("slow_close", self.stream, {"delay_s": self.delay}),))
