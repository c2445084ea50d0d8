"""The connection breaks with a TCP reset."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from chaos.faults.fault import AnswerFault, SetToxics, ToxicSpec
from chaos.fields import Duration


class ResetPeer(AnswerFault):
    summary: ClassVar[str] = "ends the connection with a TCP reset, `after` the first byte"
    acted: ClassVar[str] = "connections ended"

    after: Duration = Field(0.0, description="how long after the first byte the reset comes")

    def change(self) -> SetToxics:
        return SetToxics((ToxicSpec("reset_peer", self.stream, {"timeout_s": self.after}),))
