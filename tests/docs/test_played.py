"""Whoever does what a page says, step by step, gets what it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from checking.blocks import Block, blocks_of
from checking.playing import PLAYED, RUN, Player

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
PAGES = [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))]
PLAYED_PAGES = [path for path in PAGES if PLAYED in path.read_text()]
RUN_BLOCKS = [block for page in PAGES for block in blocks_of(page) if block.mark.startswith(RUN)]


@pytest.fixture
def player(tmp_path: Path) -> Player:
    folder = tmp_path / "work"
    folder.mkdir()
    return Player(folder, {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "CI": "true", "COLUMNS": "200"})


def test_the_tutorial_is_played() -> None:
    assert DOCS / "tutorial.md" in PLAYED_PAGES


@pytest.mark.system
@pytest.mark.parametrize("played", PLAYED_PAGES, ids=lambda page: page.name)
def test_a_page_can_be_done_as_it_says(played: Path, player: Player) -> None:
    player.play(blocks_of(played))


@pytest.mark.system
@pytest.mark.parametrize("block", RUN_BLOCKS, ids=lambda block: block.place)
def test_a_block_that_is_marked_to_be_run_gives_what_it_shows(block: Block, player: Player) -> None:
    for name in ("demo_app", "experiments"):
        (player.folder / name).symlink_to(REPOSITORY / name)
    player.play([block])
