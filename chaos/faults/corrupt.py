"""Single bytes arrive changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import Field, model_validator

from chaos.faults.fault import AnswerFault, SetToxics, ToxicSpec
from chaos.fields import Share, Size


class Corrupt(AnswerFault):
    summary: ClassVar[str] = "changes single bytes on their way: a share of them by chance, or one of `every` so many"
    acted: ClassVar[str] = "bytes changed"
    embedded_only: ClassVar[bool] = True
    example: ClassVar[Mapping[str, object]] = {"probability": "1%"}

    probability: Share | None = Field(None, gt=0, description="of each byte, to be changed")
    every: Size | None = Field(None, gt=0, description="the last byte of each so many is changed")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.probability is None) == (self.every is None):
            raise ValueError('exactly one of: probability (like "0.1%"), every (like "1KiB")')
        return self

    def change(self) -> SetToxics:
        if self.every is not None:
            return SetToxics((ToxicSpec("corrupt", self.stream, {"every_bytes": self.every}),))
        return SetToxics((ToxicSpec("corrupt", self.stream, {"probability_ratio": self.probability or 0.0}),))
