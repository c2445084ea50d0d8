"""The service accepts, and then nothing comes: no answer, not even a close."""

from __future__ import annotations

from typing import ClassVar

from chaos.faults.fault import LinkFault, SetToxics, ToxicSpec


class Hang(LinkFault):
    summary: ClassVar[str] = "accepts connections, then lets nothing pass in either direction, not even a close"
    acted: ClassVar[str] = "bytes held"

    def change(self) -> SetToxics:
        silence = {"rate_bytes_per_s": 0.0}
        return SetToxics((ToxicSpec("bandwidth", "upstream", silence), ToxicSpec("bandwidth", "downstream", silence)))
