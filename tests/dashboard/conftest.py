"""A small shop, and events as a live system of it would tell them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chaos.dashboard.board import Board
from chaos.experiment.experiment import FaultEntry
from chaos.experiment.system import System
from chaos.journal import events as e

SYSTEM: Mapping[str, Any] = {
    "name": "shop",
    "services": {
        "web": {"command": "web {port}", "env": {"DB": "http://{links.db}"}},
        "db": {"command": "db {port}"},
        "mail": {"url": "http://127.0.0.1:8025"},
    },
    "links": {"edge": {"to": "web"}, "db": {"to": "db"}},
    "journeys": {
        "open": {"rate": "20/s", "timeout": "1s", "steps": [{"get": "edge:/"}]},
        "save": {"rate": "10/s", "timeout": "1s", "steps": [{"post": "edge:/items", "acknowledge": {"json": "id"}}]},
        "browse": {"clients": 3, "think": "1s", "timeout": "1s", "steps": [{"get": "edge:/"}, {"get": "edge:/items"}]},
    },
    "audit": {"items": {"of": "save", "stored": {"get": "db:/items", "ids": "[*]"}}},
}


@pytest.fixture
def system() -> System:
    return System.model_validate_json(json.dumps(SYSTEM))


@pytest.fixture
def board(system: System) -> Board:
    return Board(system, seed=1)


@pytest.fixture
def entry() -> Callable[..., FaultEntry]:
    return lambda **keys: FaultEntry.model_validate_json(json.dumps({"for": "10s", **keys}))


@pytest.fixture
def sample() -> Callable[..., e.Sample]:
    def make(
        due_s: float, outcome: Any = "served", *, took_s: float = 0.01, journey: str = "open", **facts: Any
    ) -> Any:
        told = {"user": "known-1", "left_s": due_s, "ended_s": due_s + took_s, **facts}
        return e.Sample(journey=journey, due_s=due_s, took_s=took_s, outcome=outcome, **told)

    return make


@pytest.fixture
def broken(board: Board, entry: Callable[..., FaultEntry]) -> Callable[..., None]:
    """A fault that comes and goes, as the system's events tell it."""

    def happen(name: str, from_s: float, to_s: float | None, *, why: Any = None, **keys: Any) -> None:
        board.see(e.FaultChosen(at_s=from_s, fault=name, entry=entry(**keys)))
        board.see(e.FaultInjected(at_s=from_s, issued_s=from_s, fault=name))
        if to_s is None:
            return
        if why is not None:
            board.ending(name, why)
        effect = e.FaultTookEffect(at_s=to_s, fault=name, connections=7, requests=0, bytes=2048, closes=0)
        board.see(effect)
        board.see(e.FaultUndone(at_s=to_s, issued_s=to_s, fault=name))

    return happen
