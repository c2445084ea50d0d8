"""The connection ends at a chosen byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from chaos.faults.fault import EitherStreamFault, SetToxics, ToxicSpec
from chaos.faults.http import Match
from chaos.fields import Size


class Cut(EitherStreamFault):
    summary: ClassVar[str] = "ends the connection after `bytes`: of a request, or of an answer that is then never heard"
    acted: ClassVar[str] = "connections ended"
    embedded_only: ClassVar[bool] = True
    example: ClassVar[Mapping[str, object]] = {"bytes": "1KiB", "stream": "downstream"}

    bytes: Size = Field(description="how many bytes still pass")
    of: Literal["connection", "message"] = Field(
        "connection", description="what they are counted in; `message`: each HTTP request or answer, with its head"
    )
    end: Literal["close", "reset"] = Field("close", description="how the connection ends, on both sides")
    match: Match | None = Field(None, description="which requests it happens to, with `of: message`")

    @model_validator(mode="after")
    def _matches_messages(self) -> Self:
        if self.match is not None and self.of != "message":
            raise ValueError("match goes with `of: message`; a connection has no method, path or header")
        return self

    @property
    def per_request(self) -> bool:
        return self.of == "message"

    def change(self) -> SetToxics:
        settings: dict[str, object] = {"of": self.of, "end": self.end}
        if self.match is not None:
            settings["match"] = self.match.settings()
        return SetToxics((ToxicSpec("cut", self.stream, {"bytes_bytes": self.bytes}, settings),))
