"""Answers with another body than the service gave them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from chaos.faults.content import body_and_type
from chaos.faults.fault import SetToxics
from chaos.faults.http import HttpFault
from chaos.fields import Size


class HttpBody(HttpFault):
    summary: ClassVar[str] = "replaces the body of answers; status, headers and the right length stay"
    example: ClassVar[Mapping[str, object]] = {"text": "Not what anybody came for."}

    text: str | None = Field(None, description="a text; an empty one for no body at all")
    json_body: Any = Field(None, alias="json", description="any JSON but null")
    garbage: Size | None = Field(None, gt=0, le=16 * 1024 * 1024, description="so many random bytes")
    content_type: str = Field("", description="by default that of JSON for `json`, else what the service said")

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if sum(each is not None for each in (self.text, self.json_body, self.garbage)) != 1:
            raise ValueError("exactly one of: text, json, garbage")
        return self

    def change(self) -> SetToxics:
        body, kind = body_and_type(self.text, self.json_body, self.content_type)
        settings = {name: value for name, value in (("body", body), ("content_type", kind)) if value}
        return self.toxic("http_body", {"garbage_bytes": self.garbage} if self.garbage else {}, settings)
