"""Entries as a person would write them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chaos.dashboard.written import entry_as_written, settings_of
from chaos.experiment.experiment import FaultEntry
from chaos.faults import FAULTS


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ({"link": "db", "latency": {"delay": "0.4s"}}, {"link": "db", "latency": {"delay": "400ms"}, "for": "10s"}),
        (
            {"link": "db", "bandwidth": {"rate": "20KB/s", "stream": "upstream"}, "share": "30%"},
            {"link": "db", "bandwidth": {"stream": "upstream", "rate": "20KB/s"}, "for": "10s", "share": "30%"},
        ),
        ({"link": "db", "http_error": {"text": "0.4s"}}, {"link": "db", "http_error": {"text": "0.4s"}, "for": "10s"}),
        ({"service": "db", "kill": {}}, {"service": "db", "kill": {}, "for": "10s"}),
    ],
)
def test_only_what_is_not_usual_in_the_shortest_of_its_units(entry: Any, keys: Any, wanted: Any) -> None:
    assert entry_as_written(entry(**keys)) == wanted


@pytest.mark.parametrize("kind", FAULTS)
def test_what_is_written_is_the_same_fault_again(entry: Any, kind: str) -> None:
    given = entry(**{FAULTS[kind].place: "x", kind: dict(FAULTS[kind].example)})
    assert FaultEntry.model_validate_json(json.dumps(entry_as_written(given))) == given
    assert dict(settings_of(given)).keys() == dict(FAULTS[kind].example).keys()
