"""Nobody listens."""

from __future__ import annotations

from typing import ClassVar

from chaos.faults.fault import LinkFault, TakeDown


class Down(LinkFault):
    summary: ClassVar[str] = "refuses new connections and cuts the open ones"
    acted: ClassVar[str] = "a connection refused, on a link that carried users' bytes before"

    def change(self) -> TakeDown:
        return TakeDown()
