"""Data arrives in many small pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import Field, model_validator

from chaos.faults.fault import EitherStreamFault, SetToxics, ToxicSpec
from chaos.fields import Duration, Size


class Slicer(EitherStreamFault):
    summary: ClassVar[str] = "cuts data into pieces of about `size`, with `delay` after each"
    acted: ClassVar[str] = "bytes held back"
    example: ClassVar[Mapping[str, object]] = {"size": "64B", "delay": "10ms", "stream": "downstream"}

    size: Size = Field(gt=0, description="average size of a piece")
    variation: Size = Field(0, description="pieces differ from the average by up to this much")
    delay: Duration = Field(0.0, description="pause after each piece")

    @model_validator(mode="after")
    def _variation_fits(self) -> Self:
        if self.variation >= self.size:
            raise ValueError("variation must be smaller than size")
        return self

    def change(self) -> SetToxics:
        attributes = {"average_size_bytes": self.size, "size_variation_bytes": self.variation, "delay_s": self.delay}
        return SetToxics((ToxicSpec("slicer", self.stream, attributes),))
