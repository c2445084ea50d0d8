"""What a Toxiproxy that was started with `-proxy-metrics` says of its proxies, in Prometheus' text format."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

_LINE: Final = re.compile(r"toxiproxy_proxy_received_bytes_total\{(.*)\} ([0-9.eE+]+)")
_LABEL: Final = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPED: Final = re.compile(r"\\(.)")


def received_bytes(text: str) -> Mapping[str, Mapping[str, int]]:
    """By proxy and stream: what has entered it. A real Toxiproxy counts a connection when it ends."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"upstream": 0, "downstream": 0})
    for line in text.splitlines():
        if (match := _LINE.match(line)) is None:
            continue
        labels = {name: _ESCAPED.sub(_unescaped, value) for name, value in _LABEL.findall(match[1])}
        if labels.get("direction") in {"upstream", "downstream"}:
            found[labels.get("proxy", "")][labels["direction"]] += round(float(match[2]))
    return found


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]
