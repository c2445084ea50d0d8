"""Answers break off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import SetToxics
from chaos.faults.http import HttpFault
from chaos.fields import Size


class HttpTruncate(HttpFault):
    summary: ClassVar[str] = "closes the connection after `bytes` of an answer's body, though its head promised more"
    example: ClassVar[Mapping[str, object]] = {"bytes": "100B"}

    bytes: Size = Field(description="how much of the body still passes; a shorter one passes whole")

    def change(self) -> SetToxics:
        return self.toxic("http_truncate", {"bytes_bytes": self.bytes}, {})
