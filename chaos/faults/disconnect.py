"""The service is cut off from the network."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import DisconnectService, ServiceFault


class Disconnect(ServiceFault):
    summary: ClassVar[str] = (
        "takes the service's container off its networks: it goes on running, reaches nobody, and nobody reaches it"
    )
    acted: ClassVar[str] = "its container was seen without the network, and a link to it carried users' bytes before"

    network: str | None = Field(
        None, description="only this one of its `networks`: it loses those whom it meets nowhere else; default: all"
    )

    def change(self) -> DisconnectService:
        return DisconnectService(self.network)
