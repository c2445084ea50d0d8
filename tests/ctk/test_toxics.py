"""Every toxic is a fault that our experiments take, with the same numbers."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from chaos.backends.wire import to_wire
from chaos.ctk.toxics import TOXICS
from chaos.experiment.experiment import FaultEntry
from chaos.faults.fault import SetToxics

GIVEN: dict[str, dict[str, int]] = {
    "latency": {"latency": 200, "jitter": 20},
    "bandwidth": {"rate": 20},
    "slow_close": {"delay": 30},
    "timeout": {"timeout": 0},
    "reset_peer": {"timeout": 5},
    "slicer": {"average_size": 64, "size_variation": 8, "delay": 500},
    "limit_data": {"bytes": 100},
}


def test_there_is_a_case_for_each() -> None:
    assert GIVEN.keys() == TOXICS.keys()


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
@pytest.mark.parametrize("kind", GIVEN)
def test_a_toxic_is_carried_over_to_the_same_toxic(kind: str, stream: str) -> None:
    fault: dict[str, Any] = dict(TOXICS[kind].model_validate(GIVEN[kind]).fault(stream))
    change = FaultEntry.model_validate({"link": "edge", **fault}).change
    assert isinstance(change, SetToxics)
    (toxic,) = change.toxics
    assert (toxic.type, toxic.stream, to_wire(toxic)) == (kind, stream, GIVEN[kind])


def test_no_bandwidth_at_all_is_a_hang() -> None:
    assert TOXICS["bandwidth"].model_validate({"rate": 0}).fault("downstream") == {"hang": {}}


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        ("latency", {"latency": "long"}),
        ("latency", {"latency": -1}),
        ("slicer", {"average_size": 8, "size_variation": 8}),
        ("slicer", {}),
    ],
)
def test_amounts_that_are_none_are_refused(kind: str, attributes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TOXICS[kind].model_validate(attributes)
