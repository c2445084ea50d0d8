"""What README and docs show is true: every file in them is valid, every command in them exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chaos.cli.app import COMMANDS
from chaos.experiment.advice import OF_EXPERIMENTS, OF_SYSTEMS
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
NAMED_BLOCK = re.compile(r"```yaml\n# (\S+\.yaml)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_of_a_page_are_valid_together(page: Path, tmp_path: Path) -> None:
    files = []
    for name, text in NAMED_BLOCK.findall(page.read_text()):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        files.append(file)
    found = make_plans(files, Choices())
    assert not found.problems, "\n".join(map(str, found.problems))
    assert len(found.plans) == sum("faults:" in file.read_text() for file in files)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    named = set(
        re.findall(r"\bgatecrash ([a-z]+)\b", " ".join(re.findall(r"`[^`]+`|^    .*$", page.read_text(), re.M)))
    )
    assert named <= {*COMMANDS, "proxy"}, named


def test_the_page_of_warnings_names_every_one() -> None:
    named = re.findall(r"^\| `([a-z-]+)` \|", (REPOSITORY / "docs" / "warnings.md").read_text(), re.M)
    assert named == [*OF_EXPERIMENTS, *OF_SYSTEMS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_that_a_page_links_to_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target
