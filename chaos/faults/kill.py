"""The service is gone."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from chaos.faults.fault import EndService, ServiceFault

Deadly = Literal["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGABRT", "SIGSEGV"]


class Kill(ServiceFault):
    summary: ClassVar[str] = "sends `signal` to the service's processes; it is started again when the fault is over"
    acted: ClassVar[str] = "no process of it lives, and a link to it carried users' bytes before"

    signal: Deadly = Field("SIGKILL", description="what its processes are sent")

    def change(self) -> EndService:
        return EndService(self.signal)
