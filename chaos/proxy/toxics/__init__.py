"""What can go wrong with one link's bytes, one file each. This table is the whole list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaos.proxy.toxics.bandwidth import Bandwidth
from chaos.proxy.toxics.corrupt import Corrupt
from chaos.proxy.toxics.cut import Cut
from chaos.proxy.toxics.http_body import HttpBody
from chaos.proxy.toxics.http_count import HttpCount
from chaos.proxy.toxics.http_delay import HttpDelay
from chaos.proxy.toxics.http_error import HttpError
from chaos.proxy.toxics.http_malformed import HttpMalformed
from chaos.proxy.toxics.http_rate_limit import HttpRateLimit
from chaos.proxy.toxics.http_truncate import HttpTruncate
from chaos.proxy.toxics.latency import Latency
from chaos.proxy.toxics.limit_data import LimitData
from chaos.proxy.toxics.noop import Noop
from chaos.proxy.toxics.reset_peer import ResetPeer
from chaos.proxy.toxics.slicer import Slicer
from chaos.proxy.toxics.slow_close import SlowClose
from chaos.proxy.toxics.slow_connect import SlowConnect
from chaos.proxy.toxics.timeout import Timeout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from chaos.proxy.toxics.base import Toxic

TOXICS: Final[Mapping[str, type[Toxic]]] = {
    "latency": Latency,
    "bandwidth": Bandwidth,
    "slow_close": SlowClose,
    "timeout": Timeout,
    "reset_peer": ResetPeer,
    "slicer": Slicer,
    "limit_data": LimitData,
    "noop": Noop,
    # Our own, which no other Toxiproxy has
    "slow_connect": SlowConnect,
    "corrupt": Corrupt,
    "cut": Cut,
    "http_error": HttpError,
    "http_delay": HttpDelay,
    "http_rate_limit": HttpRateLimit,
    "http_truncate": HttpTruncate,
    "http_malformed": HttpMalformed,
    "http_body": HttpBody,
    "http_count": HttpCount,
}
