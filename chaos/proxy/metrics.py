"""`/metrics` in Prometheus' text format, with Toxiproxy's names; counted as bytes move."""

from __future__ import annotations

import os
from time import time

from chaos.proxy.http import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from chaos.proxy.http import Request
    from chaos.proxy.registry import Registry

_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_STREAMS: Final = ("upstream", "downstream")


class Metrics:
    """`proxies` and `runtime` choose the families, as the flags of those names do."""

    def __init__(self, registry: Registry, *, proxies: bool, runtime: bool) -> None:
        self._registry = registry
        self._proxies = proxies
        self._runtime = runtime
        self._started_s = time()

    def handle(self, request: Request) -> Response:
        lines = [
            "# HELP promhttp_metric_handler_errors_total Total number of internal errors encountered by the handler.",
            "# TYPE promhttp_metric_handler_errors_total counter",
            'promhttp_metric_handler_errors_total{cause="encoding"} 0',
            'promhttp_metric_handler_errors_total{cause="gathering"} 0',
        ]
        if self._runtime:
            lines += self._process()
        if self._proxies:
            lines += self._bytes("received")
            lines += self._bytes("sent")
        response = Response(200, ("\n".join(lines) + "\n").encode("utf-8", "replace"), _TYPE)
        if "gzip" in request.headers.get("accept-encoding", ""):
            import gzip

            response.body = gzip.compress(response.body, 1)
            response.headers["Content-Encoding"] = "gzip"
        return response

    def _bytes(self, kind: str) -> Iterator[str]:
        family = f"toxiproxy_proxy_{kind}_bytes_total"
        yield f"# HELP {family} "
        yield f"# TYPE {family} counter"
        for (name, listen, upstream), flows in sorted(self._registry.totals().items()):
            for stream in _STREAMS:
                flow = flows[stream]
                value = flow.received_bytes if kind == "received" else flow.sent_bytes
                labels = f'direction="{stream}",listener="{_escape(listen)}",proxy="{_escape(name)}"'
                yield f'{family}{{{labels},upstream="{_escape(upstream)}"}} {value}'

    def _process(self) -> Iterator[str]:
        times = os.times()
        yield from _one("process_cpu_seconds_total", "counter", round(times.user + times.system, 3))
        yield from _one("process_start_time_seconds", "gauge", round(self._started_s, 2))
        try:
            import resource

            yield from _one("process_open_fds", "gauge", len(os.listdir("/proc/self/fd")))  # noqa: PTH208
            yield from _one("process_max_fds", "gauge", resource.getrlimit(resource.RLIMIT_NOFILE)[0])
            with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
                virtual, resident = (int(pages) * resource.getpagesize() for pages in file.read().split()[:2])
            yield from _one("process_virtual_memory_bytes", "gauge", virtual)
            yield from _one("process_resident_memory_bytes", "gauge", resident)
        except (OSError, ImportError):
            return  # not Linux


def _one(name: str, kind: str, value: float) -> Iterator[str]:
    yield f"# HELP {name} As in every Prometheus client."
    yield f"# TYPE {name} {kind}"
    yield f"{name} {value}"


def _escape(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
