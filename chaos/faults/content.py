"""What a fault puts into an answer: a text, or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from chaos.faults.http import HttpFault


class AnsweringFault(HttpFault):
    """Answers in the service's place."""

    text: str | None = Field(None, description="the body; by default the status in words")
    json_body: Any = Field(None, alias="json", description="a JSON body instead")
    content_type: str = Field("", description="by default that of a text, or of JSON")
    headers: Mapping[str, str] = Field(default_factory=dict, description="headers of the answer, like `Retry-After: 2`")

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if self.text is not None and self.json_body is not None:
            raise ValueError("an answer has either text or json")
        return self

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, headers: Mapping[str, str]) -> Mapping[str, str]:
        return checked_headers(headers)

    def content(self) -> Mapping[str, object]:
        """Body, its type, and headers, as the toxic wants them; what is not given is left out."""
        body, kind = body_and_type(self.text, self.json_body, self.content_type)
        given = {"body": body, "content_type": kind, "headers": dict(self.headers)}
        return {name: value for name, value in given.items() if value}


def checked_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Raises `ValueError` for what can't stand in a head."""
    for name, value in headers.items():
        if not name or any(each <= " " or each in ":\x7f" for each in name) or not name.isascii():
            raise ValueError(f"{name!r} can't be the name of a header")
        if any(each < " " and each != "\t" for each in value):
            raise ValueError(f"the header {name} must be one line")
        if name.lower() in {"content-length", "transfer-encoding", "connection"}:
            raise ValueError(f"{name} can't be given here: the proxy sets it itself")
    return headers


def body_and_type(text: str | None, json_body: Any, content_type: str) -> tuple[str, str]:
    if json_body is None:
        return text or "", content_type
    return json.dumps(json_body, ensure_ascii=False), content_type or "application/json"
