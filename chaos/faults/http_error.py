"""Requests are answered with an error, and never reach the service."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from chaos.faults.content import AnsweringFault
from chaos.faults.fault import SetToxics


class HttpError(AnsweringFault):
    summary: ClassVar[str] = "answers requests with `status`; they never reach the service"

    status: int = Field(503, ge=200, le=599, description="status of the answer")

    def change(self) -> SetToxics:
        return self.toxic("http_error", {}, {"status": self.status, **self.content()})
