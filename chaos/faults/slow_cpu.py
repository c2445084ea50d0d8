"""The service gets little computing time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import ServiceFault, SlowService
from chaos.fields import Share


class SlowCpu(ServiceFault):
    summary: ClassVar[str] = (
        "takes `share` of all time away from the service: its processes are stopped and let go on, 20 times a second"
    )
    acted: ClassVar[str] = "how long its processes were seen stopped, and a link to it carried users' bytes before"
    example: ClassVar[Mapping[str, object]] = {"share": "80%"}

    share: Share = Field(ge=0.05, le=0.95, description="of the time, that its processes stand still; 5% to 95%")

    def change(self) -> SlowService:
        return SlowService(self.share)
