"""Nothing can be written any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import FillDisk, ServiceFault


class DiskFull(ServiceFault):
    summary: ClassVar[str] = "fills one of the small file systems (`tmpfs`) that the service's container has of its own"
    acted: ClassVar[str] = "nothing more could be written there, and a link to it carried users' bytes before"
    example: ClassVar[Mapping[str, object]] = {"path": "/data"}

    path: str = Field(description="where it is in the container: a key of the service's `tmpfs`")

    def change(self) -> FillDisk:
        return FillDisk(self.path)
