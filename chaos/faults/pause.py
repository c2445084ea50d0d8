"""The service stands still."""

from __future__ import annotations

from typing import ClassVar

from chaos.faults.fault import PauseService, ServiceFault


class Pause(ServiceFault):
    summary: ClassVar[str] = "stops the service's processes (SIGSTOP): the system still accepts, and nobody answers"
    acted: ClassVar[str] = "its processes were seen stopped, and a link to it carried users' bytes before"

    def change(self) -> PauseService:
        return PauseService()
