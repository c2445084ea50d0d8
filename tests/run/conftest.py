"""A plan, a scene with fakes in it, and journals on disk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from chaos.experiment.experiment import Experiment
from chaos.experiment.plan import Plan
from chaos.experiment.system import System
from chaos.journal.journal import Journal, read_journal
from chaos.run.clock import Clock
from chaos.run.recorder import Recorder

SYSTEM: dict[str, Any] = {
    "name": "tiny",
    "services": {"web": {"command": "{python} -c pass"}, "store": {"url": "http://127.0.0.1:1"}},
    "links": {"edge": {"to": "web"}},
    "journeys": {"save": {"rate": "20/s", "timeout": "1s", "steps": [{"get": "edge:/"}]}},
    "audit": {"items": {"of": "save", "stored": {"get": "store:/items", "ids": "[*].id"}, "within": "100ms"}},
}
EXPERIMENT: dict[str, Any] = {
    "name": "tiny",
    "system": "system.yaml",
    "steady_state": {"save": {"served": ">= 99%"}},
    "faults": [{"link": "edge", "hang": {}, "for": "2s"}],
    "audit": {"items": {"lost": 0}},
}


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def plan() -> Callable[..., Plan]:
    def build(id: str = "tiny", faults: Any = None, **changes: Any) -> Plan:
        experiment = {**EXPERIMENT, **({"faults": faults} if faults is not None else {})}
        return Plan(
            id=id,
            file="tiny.yaml",
            folder=str(Path.cwd()),
            vars={},
            seed=1,
            experiment=Experiment.model_validate_json(json.dumps(experiment)),
            system=System.model_validate_json(json.dumps({**SYSTEM, **changes})),
        )

    return build


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    async def within(coroutine: Coroutine[Any, Any, Any]) -> Any:
        async with asyncio.timeout(60):
            return await coroutine

    return lambda coroutine: asyncio.run(within(coroutine))


class Kept:
    """A recorder and what it has written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.journal = Journal(path)
        self.recorder = Recorder(self.journal, Clock(), ["save", "open"])

    def events(self) -> list[Any]:
        self.journal.close()
        return list(read_journal(self._path))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "journal.jsonl")
