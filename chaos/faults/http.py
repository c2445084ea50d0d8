"""What all faults of HTTP requests have in common."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, field_validator

from chaos.faults.fault import LinkFault, SetToxics, ToxicSpec
from chaos.fields import Strict


class Match(Strict):
    """Which requests a fault is for; all that is given must fit. In patterns, `*` stands for any text."""

    method: str | tuple[str, ...] | None = Field(None, description="`POST`, or a list of methods")
    path: str | None = Field(None, description="pattern of the path without its query, like `/upload*`")
    header: Mapping[str, str] = Field(
        default_factory=dict, description="patterns of headers that must be there, like `X-Kind: video*`"
    )

    @field_validator("method")
    @classmethod
    def _are_methods(cls, found: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for each in () if found is None else (found,) if isinstance(found, str) else found or ("",):
            if not each.isascii() or not each.replace("-", "").isalpha():
                raise ValueError(f"{each!r} is not a method; write for example POST, or [POST, PUT]")
        return found

    @field_validator("path")
    @classmethod
    def _is_a_path(cls, path: str | None) -> str | None:
        if path is not None and not path.startswith(("/", "*")):
            raise ValueError(f'{path!r} can\'t match a path; write it like "/upload*"')
        return path

    def settings(self) -> Mapping[str, object]:
        """As the toxic wants it."""
        given: dict[str, object] = {}
        if self.method is not None:
            given["method"] = self.method if isinstance(self.method, str) else list(self.method)
        if self.path is not None:
            given["path"] = self.path
        if self.header:
            given["header"] = dict(self.header)
        return given


class HttpFault(LinkFault, ABC):
    """A fault of single requests; connections go on, and requests that do not match are left alone."""

    acted: ClassVar[str] = "requests answered or changed"
    embedded_only: ClassVar[bool] = True

    match: Match = Field(Match(), description="which requests it happens to; by default all")

    @property
    def per_request(self) -> bool:
        return True

    def toxic(self, kind: str, attributes: Mapping[str, float], settings: Mapping[str, object]) -> SetToxics:
        given = {"match": match} if (match := self.match.settings()) else {}
        return SetToxics((ToxicSpec(kind, "downstream", attributes, {**settings, **given}),))
