"""Toxiproxy's `timeout`: bytes vanish, and after a silence the connection closes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import AnswerFault, SetToxics, ToxicSpec
from chaos.fields import Duration


class Timeout(AnswerFault):
    summary: ClassVar[str] = "swallows the bytes, and closes the connection once none came for `after` (0s: never)"
    acted: ClassVar[str] = "bytes swallowed"
    example: ClassVar[Mapping[str, object]] = {"after": "1s"}

    after: Duration = Field(description="how long a silence lasts before the connection is closed; `0s`: never")

    def change(self) -> SetToxics:
        return SetToxics((ToxicSpec("timeout", self.stream, {"timeout_s": self.after}),))
