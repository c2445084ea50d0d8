"""A thin wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, field_validator

from chaos.faults.fault import EitherStreamFault, SetToxics, ToxicSpec
from chaos.fields import ByteRate


class Bandwidth(EitherStreamFault):
    summary: ClassVar[str] = "lets each connection pass at most `rate`"
    acted: ClassVar[str] = "bytes held back"
    example: ClassVar[Mapping[str, object]] = {"rate": "20KB/s", "stream": "downstream"}

    rate: ByteRate = Field(description="bytes per second and connection, in whole KB/s")

    @field_validator("rate")
    @classmethod
    def _whole_kilobytes(cls, rate: float) -> float:
        if rate < 1000 or rate % 1000:
            raise ValueError('Toxiproxy counts in whole KB/s; write for example "20KB/s" (for none: use hang)')
        return rate

    def change(self) -> SetToxics:
        return SetToxics((ToxicSpec("bandwidth", self.stream, {"rate_bytes_per_s": self.rate}),))
