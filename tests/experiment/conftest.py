"""A small system and experiment on disk, to be changed a line at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chaos.experiment.plan import Plan
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices

SYSTEM = """\
name: shop
vars: {mode: good, many: 20}
variants:
  bad: {mode: bad}
services:
  web:
    command: "web --port {port} --mode {vars.mode}"
    env: {DB: "http://{links.db}"}
  db: {command: "db {port}"}
links:
  edge: {to: web}
  db: {to: db}
users:
  known: {count: "{vars.many}"}
journeys:
  open:
    user: known
    rate: 20/s
    timeout: 1s
    steps:
      - {get: "edge:/"}
  save:
    rate: 20/s
    timeout: 1s
    steps:
      - post: edge:/items
        json: {text: "x"}
        acknowledge: {json: id}
audit:
  items: {of: save, stored: {get: "db:/items", ids: "[*]"}}
"""
EXPERIMENT = """\
name: The database hangs
system: system.yaml
steady_state:
  open: {served: ">= 99%"}
faults:
  - link: db
    hang: {}
    for: 2s
during:
  open: {broken: 0%}
"""


class Folder:
    """Files to plan. Changes are pairs of what stood there and what stands there now."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, *changes: tuple[str, str], system: tuple[tuple[str, str], ...] = ()) -> Path:
        (self.path / "system.yaml").write_text(_changed(SYSTEM, system))
        file = self.path / "hangs.yaml"
        file.write_text(_changed(EXPERIMENT, changes))
        return file

    def problems(
        self, *changes: tuple[str, str], system: tuple[tuple[str, str], ...] = (), choices: Choices | None = None
    ) -> list[str]:
        found = make_plans([self.write(*changes, system=system)], choices or Choices())
        assert bool(found.plans) != bool(found.problems)
        return [str(problem).replace(f"{self.path}/", "") for problem in found.problems]

    def plan(
        self, *changes: tuple[str, str], system: tuple[tuple[str, str], ...] = (), choices: Choices | None = None
    ) -> Plan:
        found = make_plans([self.write(*changes, system=system)], choices or Choices())
        assert [str(problem) for problem in found.problems] == []
        return found.plans[0]


def _changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Writes files below an empty working directory."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str = EXPERIMENT) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write
