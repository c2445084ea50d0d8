"""What `-strict` refuses, and that it leaves sense alone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chaos.proxy.body import BadBody
from chaos.proxy.strict import refuse_nonsense
from chaos.proxy.toxics import TOXICS


@pytest.mark.parametrize(
    ("kind", "body", "message"),
    [
        ("latency", {"attributes": {"latncy": 5}}, "there is no attribute 'latncy' here; did you mean latency?"),
        ("latency", {"toxicty": 0.5}, "there is no key 'toxicty' here; did you mean toxicity?"),
        ("latency", {"toxicity": 7}, "toxicity is 7; it is a share from 0 to 1"),
        ("latency", {"toxicity": -1}, "toxicity is -1"),
        ("latency", {"attributes": {"latency": -5}}, "attributes.latency is -5; it can't be negative"),
        ("slicer", {"attributes": {"average_size": 5, "size_variation": 9}}, "more than the average_size of 5"),
        ("noop", {"attributes": {"x": 5}}, "known are: none"),
    ],
)
def test_nonsense_is_refused_with_the_reason(kind: str, body: dict[str, Any], message: str) -> None:
    with pytest.raises(BadBody, match=re.escape(message)):
        refuse_nonsense(body, TOXICS[kind])


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("latency", {}),
        (
            "latency",
            {"name": "x", "type": "latency", "toxicity": 0.5, "attributes": {"latency": 0}},
        ),
        ("slicer", {"attributes": {"average_size": 5, "size_variation": 5, "delay": 1}}),
    ],
)
def test_sense_is_left_alone(kind: str, body: dict[str, Any]) -> None:
    refuse_nonsense(body, TOXICS[kind])


def test_the_flags_act_over_the_wire(new_server: Any) -> None:
    server = new_server("-strict")
    assert server.call("POST", "/proxies", {"name": "p", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1"})[0] == 201
    assert server.call("POST", "/proxies/p/toxics", {"type": "latency", "attributes": {"latncy": 1}})[0] == 400
    assert server.call("POST", "/proxies/p/toxics", {"type": "latency", "attributes": {"latency": 1}})[0] == 200
    assert server.call("POST", "/proxies/p/toxics/latency_downstream", {"toxicity": 7})[0] == 400
    assert server.call("GET", "/proxies/p/toxics/latency_downstream")[1]["toxicity"] == 1
