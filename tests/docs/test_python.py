"""What the pages on Python and pytest show works: every block of it is run, on the demo app."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
BLOCK = re.compile(r"```(?:python|toml)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall((DOCS / "python.md").read_text())
FILES = {
    block.partition("\n")[0].split()[1].rstrip(","): block for block in BLOCK.findall((DOCS / "pytest.md").read_text())
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the demo app and its experiments in it."""
    for name in ("demo_app", "experiments"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=env, capture_output=True, text=True, timeout=120
    )


@pytest.mark.system
@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_block_of_the_page_on_python_runs(folder: Path, block: str) -> None:
    done = run(folder, "-W", "error", "-c", block)
    assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"


@pytest.mark.system
def test_the_files_of_the_page_on_pytest_pass_together(folder: Path) -> None:
    """Those that go by the project's file, and beside them one that goes by its own conftest."""
    for name in ("pyproject.toml", "test_feed.py", "test_async.py"):
        (folder / name).write_text(FILES[name])
    (folder / "own").mkdir()
    for name in ("conftest.py", "test_async.py"):
        (folder / "own" / name).write_text(FILES[name])
    done = run(folder, "-m", "pytest", "-q", "--import-mode=importlib", "test_feed.py", "test_async.py", "own")
    assert "4 passed" in done.stdout, done.stdout
    assert done.returncode == 0


def test_the_project_file_of_the_page_on_pytest_names_what_is_collected(folder: Path) -> None:
    (folder / "gatecrash.toml").write_text(FILES["gatecrash.toml"])
    done = run(folder, "-m", "pytest", "-q", "--collect-only", "experiments", "-m", "age-gate")
    assert "03_age_service_down.yaml::03_age_service_down" in done.stdout, done.stdout
