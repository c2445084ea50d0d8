"""The service is started anew."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import RestartService, ServiceFault
from chaos.faults.kill import Deadly


class Restart(ServiceFault):
    summary: ClassVar[str] = "ends the service with `signal` (and SIGKILL if it will not) and starts it again at once"
    acted: ClassVar[str] = "another process runs in its place, and a link to it carried users' bytes before"

    signal: Deadly = Field("SIGTERM", description="what its processes are sent")

    def change(self) -> RestartService:
        return RestartService(self.signal)
