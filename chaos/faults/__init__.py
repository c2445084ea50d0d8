"""What can be made to go wrong, one file each. Reading the table is reading the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.faults.bandwidth import Bandwidth
from chaos.faults.corrupt import Corrupt
from chaos.faults.cpu import Cpu
from chaos.faults.cut import Cut
from chaos.faults.disconnect import Disconnect
from chaos.faults.disk_full import DiskFull
from chaos.faults.down import Down
from chaos.faults.fault import Fault
from chaos.faults.hang import Hang
from chaos.faults.http_body import HttpBody
from chaos.faults.http_delay import HttpDelay
from chaos.faults.http_error import HttpError
from chaos.faults.http_malformed import HttpMalformed
from chaos.faults.http_rate_limit import HttpRateLimit
from chaos.faults.http_truncate import HttpTruncate
from chaos.faults.kill import Kill
from chaos.faults.latency import Latency
from chaos.faults.limit_data import LimitData
from chaos.faults.memory import Memory
from chaos.faults.pause import Pause
from chaos.faults.reset_peer import ResetPeer
from chaos.faults.restart import Restart
from chaos.faults.slicer import Slicer
from chaos.faults.slow_close import SlowClose
from chaos.faults.slow_connect import SlowConnect
from chaos.faults.slow_cpu import SlowCpu
from chaos.faults.stop import Stop
from chaos.faults.surge import Surge
from chaos.faults.timeout import Timeout

FAULTS: Final[Mapping[str, type[Fault]]] = {
    "latency": Latency,
    "down": Down,
    "hang": Hang,
    "timeout": Timeout,
    "reset_peer": ResetPeer,
    "bandwidth": Bandwidth,
    "slow_close": SlowClose,
    "slicer": Slicer,
    "limit_data": LimitData,
    "slow_connect": SlowConnect,
    "corrupt": Corrupt,
    "cut": Cut,
    "http_error": HttpError,
    "http_delay": HttpDelay,
    "http_rate_limit": HttpRateLimit,
    "http_truncate": HttpTruncate,
    "http_malformed": HttpMalformed,
    "http_body": HttpBody,
    "kill": Kill,
    "pause": Pause,
    "restart": Restart,
    "slow_cpu": SlowCpu,
    "stop": Stop,
    "disconnect": Disconnect,
    "cpu": Cpu,
    "memory": Memory,
    "disk_full": DiskFull,
    "surge": Surge,
}
