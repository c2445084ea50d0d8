"""What can be made to go wrong, one file each. Reading the table is reading the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.faults.bandwidth import Bandwidth
from chaos.faults.down import Down
from chaos.faults.fault import LinkFault
from chaos.faults.hang import Hang
from chaos.faults.latency import Latency
from chaos.faults.limit_data import LimitData
from chaos.faults.reset_peer import ResetPeer
from chaos.faults.slicer import Slicer
from chaos.faults.slow_close import SlowClose
from chaos.faults.timeout import Timeout

FAULTS: Final[Mapping[str, type[LinkFault]]] = {
    "latency": Latency,
    "down": Down,
    "hang": Hang,
    "timeout": Timeout,
    "reset_peer": ResetPeer,
    "bandwidth": Bandwidth,
    "slow_close": SlowClose,
    "slicer": Slicer,
    "limit_data": LimitData,
}
