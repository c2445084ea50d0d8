"""The service's container has a fraction of a core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import LimitCpu, ServiceFault


class Cpu(ServiceFault):
    summary: ClassVar[str] = "limits the computing time of the service's container to that of so many `cores`"
    acted: ClassVar[str] = "the kernel held its processes back, and a link to it carried users' bytes before"
    example: ClassVar[Mapping[str, object]] = {"cores": 0.1}

    cores: float = Field(ge=0.01, le=64, description="how many, such as 0.1; at least 0.01")

    def change(self) -> LimitCpu:
        return LimitCpu(self.cores)
