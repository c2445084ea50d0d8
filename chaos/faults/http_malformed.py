"""Answers that are no proper HTTP."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from chaos.faults.fault import SetToxics
from chaos.faults.http import HttpFault


class HttpMalformed(HttpFault):
    summary: ClassVar[str] = "makes answers that no HTTP client can read, then closes the connection"

    kind: Literal["status_line", "header", "chunk", "length"] = Field(
        "status_line", description="what is broken; `length`: two lengths that contradict each other"
    )

    def change(self) -> SetToxics:
        return self.toxic("http_malformed", {}, {"kind": self.kind})
