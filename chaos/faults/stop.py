"""The service is stopped in an orderly way."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import ServiceFault, StopService
from chaos.fields import Duration


class Stop(ServiceFault):
    summary: ClassVar[str] = (
        "stops the service's container as a deployment does: it is asked to end, and killed if it takes too long; it "
        "is started again when the fault is over"
    )
    acted: ClassVar[str] = "its container was seen gone, and a link to it carried users' bytes before"

    grace: Duration = Field(2.0, le=30, description="how long it has to end; at most 30s")

    def change(self) -> StopService:
        return StopService(self.grace)
