"""Whoever does what a page says, step by step, gets what it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from checking.blocks import blocks_of
from checking.playing import PLAYED, Player

DOCS = Path(__file__).resolve().parents[2] / "docs"
PLAYED_PAGES = [path for path in sorted(DOCS.rglob("*.md")) if PLAYED in path.read_text()]


def test_the_tutorial_is_played() -> None:
    assert DOCS / "tutorial.md" in PLAYED_PAGES


@pytest.mark.system
@pytest.mark.parametrize("played", PLAYED_PAGES, ids=lambda page: page.name)
def test_a_page_can_be_done_as_it_says(played: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "CI": "true", "COLUMNS": "200"}
    folder = tmp_path / "shop"
    folder.mkdir()
    Player(folder, environment).play(blocks_of(played))
