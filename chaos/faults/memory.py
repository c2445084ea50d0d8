"""The service's container has little memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import Field

from chaos.faults.fault import LimitMemory, ServiceFault
from chaos.fields import Size

LEAST_BYTES: Final = 6 * 1024**2
"""Less than that no container engine accepts."""


class Memory(ServiceFault):
    summary: ClassVar[str] = (
        "limits the memory of the service's container, swap included; what does not fit is reclaimed, or its process "
        "is killed by the kernel, and started again when the fault is over"
    )
    acted: ClassVar[str] = "the limit was met, or a process killed for it; and a link to it carried users' bytes before"
    example: ClassVar[Mapping[str, object]] = {"limit": "32MiB"}

    limit: Size = Field(ge=LEAST_BYTES, description="how much it has; at least 6MiB")

    def change(self) -> LimitMemory:
        return LimitMemory(self.limit)
