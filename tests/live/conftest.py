"""The tiny system, standing, and an event loop for each test."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import runpy
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from chaos.backends.links import Choice
from chaos.experiment.experiment import FaultEntry
from chaos.experiment.systems import Choices
from chaos.live.opening import standing_of
from chaos.live.system import Standing

E2E = Path(__file__).parents[1] / "e2e"


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def standing() -> Callable[..., Standing]:
    """Of the tiny system of the tests end to end, or of one with other texts in it."""
    text = runpy.run_path(str(E2E / "conftest.py"))["SYSTEM"] % {"app": E2E / "tiny_app.py"}

    def build(variant: str | None = None, *, change: tuple[str, str] = ("", ""), **changes: Any) -> Standing:
        path = Path("system.yaml").resolve()
        path.write_text(text.replace(*change))
        made = standing_of(path, Choices(variant=variant), Choice())
        return dataclasses.replace(made, **changes)

    return build


@pytest.fixture
def entry() -> Callable[..., FaultEntry]:
    return lambda **keys: FaultEntry.model_validate_json(json.dumps(keys))


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    async def within(coroutine: Coroutine[Any, Any, Any]) -> Any:
        async with asyncio.timeout(60):
            return await coroutine

    return lambda coroutine: asyncio.run(within(coroutine))
