"""Our units to Toxiproxy's, for every fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chaos.backends.wire import to_wire
from chaos.faults import FAULTS
from chaos.faults.fault import SetToxics, ToxicSpec

WIRE: dict[str, tuple[dict[str, str], list[tuple[str, str, dict[str, int]]]]] = {
    "latency": (
        {"delay": "250ms", "jitter": "1.5ms"},
        [("latency", "downstream", {"latency": 250, "jitter": 2})],
    ),
    "hang": ({}, [("bandwidth", "upstream", {"rate": 0}), ("bandwidth", "downstream", {"rate": 0})]),
    "timeout": ({"after": "2s"}, [("timeout", "downstream", {"timeout": 2000})]),
    "reset_peer": ({"after": "100ms"}, [("reset_peer", "downstream", {"timeout": 100})]),
    "bandwidth": ({"rate": "1MB/s", "stream": "upstream"}, [("bandwidth", "upstream", {"rate": 1000})]),
    "slow_close": ({"delay": "1.5s"}, [("slow_close", "downstream", {"delay": 1500})]),
    "slicer": (
        {"size": "1KiB", "variation": "100B", "delay": "7ms", "stream": "downstream"},
        [("slicer", "downstream", {"average_size": 1024, "size_variation": 100, "delay": 7000})],
    ),
    "limit_data": ({"bytes": "64KiB", "stream": "upstream"}, [("limit_data", "upstream", {"bytes": 65536})]),
}


@pytest.mark.parametrize("kind", WIRE)
def test_every_fault_says_what_toxiproxy_understands(kind: str) -> None:
    attributes, expected = WIRE[kind]
    change: Any = FAULTS[kind].model_validate_json(json.dumps(attributes)).change()
    assert isinstance(change, SetToxics)
    assert [(toxic.type, toxic.stream, dict(to_wire(toxic))) for toxic in change.toxics] == expected
    assert all(isinstance(value, int) for toxic in change.toxics for value in to_wire(toxic).values())


def test_every_fault_that_toxiproxy_has_is_in_the_table() -> None:
    own = {"slow_connect", "corrupt", "cut"}
    of_links = {kind for kind, fault in FAULTS.items() if fault.place == "link" and not kind.startswith("http_")}
    assert of_links - own - {"down"} == WIRE.keys()


@pytest.mark.parametrize(
    ("name", "amount", "wire"),
    [("latency_s", 0.0004, 0), ("latency_s", 0.0006, 1), ("latency_s", 3600.0, 3_600_000), ("jitter_s", 0, 0)],
)
def test_amounts_become_whole_numbers(name: str, amount: float, wire: int) -> None:
    assert to_wire(ToxicSpec("latency", "upstream", {name: amount})) == {name.removesuffix("_s"): wire}
