"""Answers begin late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import SetToxics
from chaos.faults.http import HttpFault
from chaos.fields import Duration


class HttpDelay(HttpFault):
    summary: ClassVar[str] = "holds back the first byte of each answer for `delay`, give or take `jitter`"
    example: ClassVar[Mapping[str, object]] = {"delay": "1s"}

    delay: Duration = Field(gt=0, description="how much later an answer begins")
    jitter: Duration = Field(0.0, description="the delay varies by up to this much, both ways")

    def change(self) -> SetToxics:
        return self.toxic("http_delay", {"delay_s": self.delay, "jitter_s": self.jitter}, {})
