"""The tiny system and its experiment, in a folder of their own."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

E2E = Path(__file__).parents[1] / "e2e"


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = runpy.run_path(str(E2E / "conftest.py"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    Path("system.yaml").write_text(tiny["SYSTEM"] % {"app": E2E / "tiny_app.py"})
    Path("store_down.yaml").write_text(tiny["EXPERIMENT"])
