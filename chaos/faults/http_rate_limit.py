"""Too many requests a second are turned away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.content import AnsweringFault
from chaos.faults.fault import SetToxics
from chaos.fields import Duration, Rate


class HttpRateLimit(AnsweringFault):
    summary: ClassVar[str] = "answers requests above `rate`, over all connections, with 429 and Retry-After"
    example: ClassVar[Mapping[str, object]] = {"rate": "5/s"}

    rate: Rate = Field(description="so many requests pass on average")
    burst: int | None = Field(None, ge=1, description="so many may come at once; by default a second's worth")
    status: int = Field(429, ge=200, le=599, description="status of the answer")
    retry_after: Duration = Field(0.0, description="what Retry-After says, in whole seconds; by default the real wait")

    def change(self) -> SetToxics:
        attributes = {"rate_per_s": self.rate, "retry_after_s": self.retry_after}
        burst = {} if self.burst is None else {"burst": self.burst}
        return self.toxic("http_rate_limit", attributes, {"status": self.status, **burst, **self.content()})
