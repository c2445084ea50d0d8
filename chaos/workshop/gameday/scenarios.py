"""What may break on a game day, and when: both follow from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chaos.experiment.experiment import FaultEntry

PLACES: Final = ("edge", "profile", "media")
"""Where one can look for it: the way to the app, and those to the services behind it."""
EARLIEST_S: Final = 4.0
LATEST_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """`what` is told at the end. `fault` is an entry as an experiment has it."""

    name: str
    what: str
    fault: Mapping[str, Any]

    @property
    def place(self) -> str:
        return str(self.fault["link"])

    def entry(self) -> FaultEntry:
        return FaultEntry.model_validate_json(json.dumps(self.fault))


SCENARIOS: Final = (
    Scenario(
        "age_errors",
        "the age service answered every call with an error",
        {"link": "profile", "http_error": {"status": 503}},
    ),
    Scenario("age_hangs", "the age service took every call and never answered", {"link": "profile", "hang": {}}),
    Scenario(
        "age_resets", "every connection to the age service broke", {"link": "profile", "reset_peer": {"after": "0ms"}}
    ),
    Scenario(
        "feed_empty",
        "the service for clips answered that there are none",
        {"link": "media", "http_body": {"json": [], "match": {"method": "GET", "path": "/feed"}}},
    ),
    Scenario(
        "way_slow",
        "everything on its way to people took 600 ms longer",
        {"link": "edge", "latency": {"delay": "600ms"}},
    ),
    Scenario(
        "way_errors",
        "three of five requests were turned back on their way to the app",
        {"link": "edge", "http_error": {"status": 503}, "share": "60%"},
    ),
)


def of_seed(seed: int) -> tuple[Scenario, float]:
    """The scenario, and after how many seconds it begins."""
    rng = random.Random(f"game day {seed}")
    return rng.choice(SCENARIOS), rng.uniform(EARLIEST_S, LATEST_S)
