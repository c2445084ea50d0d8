"""The connection ends after so many bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import EitherStreamFault, SetToxics, ToxicSpec
from chaos.fields import Size


class LimitData(EitherStreamFault):
    summary: ClassVar[str] = "closes the connection once `bytes` have passed"
    acted: ClassVar[str] = "connections ended"
    example: ClassVar[Mapping[str, object]] = {"bytes": "1KiB", "stream": "downstream"}

    bytes: Size = Field(description="how many bytes still pass")

    def change(self) -> SetToxics:
        return SetToxics((ToxicSpec("limit_data", self.stream, {"bytes_bytes": self.bytes}),))
