"""What README and docs show is true: every file in them is valid, every command in them exists."""

from __future__ import annotations

import re
from pathlib import Path

from checking.blocks import blocks_of
from checking.commands import flag_problems_of
from checking.kinds import problems_in

from chaos.experiment.advice import OF_EXPERIMENTS, OF_SYSTEMS
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices
from chaos.rules import RULES


def test_every_block_of_a_page_is_checked_and_holds(page: Path) -> None:
    problems = [problem for block in blocks_of(page) for problem in problems_in(block)]
    assert not problems, "\n".join(problems)


def test_the_files_of_a_page_are_valid_together(page: Path, tmp_path: Path) -> None:
    files = []
    for block in blocks_of(page):
        if block.name is not None and block.language == "yaml":
            file = tmp_path / block.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)
            files.append(file)
    found = make_plans(files, Choices())
    assert not found.problems, "\n".join(map(str, found.problems))
    assert len(found.plans) == sum("\nfaults:" in file.read_text() for file in files)


def test_every_command_that_prose_names_exists_with_its_options(page: Path) -> None:
    named = re.findall(r"`(gatecrash [a-z][^`]*)`", page.read_text())
    problems = [problem for code in named for problem in flag_problems_of(code)]
    assert not problems, "\n".join(problems)


def test_every_page_that_a_page_links_to_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_every_reason_that_the_page_on_inconclusive_verdicts_quotes_is_one_that_is_given(repository: Path) -> None:
    given = "".join(file.read_text() for file in sorted((repository / "chaos" / "verdict").glob("*.py")))
    quoted = re.findall(r"^\| `([^`]+)` \|", (repository / "docs" / "inconclusive.md").read_text(), re.MULTILINE)
    assert len(quoted) == 6
    for piece in (piece for each in quoted for piece in each.split("...")):
        assert piece in given, piece


def test_pages_know_how_many_graceful_rules_there_are(page: Path) -> None:
    told = re.findall(r"\b(\d+) (?:graceful )?rules\b|There are (\d+) of them \(\[docs/rules", page.read_text())
    assert all(int(number or other) == len(RULES) for number, other in told)


def test_the_page_of_warnings_names_every_one(repository: Path) -> None:
    named = re.findall(r"^\| `([a-z-]+)` \|", (repository / "docs" / "warnings.md").read_text(), re.M)
    assert named == list(dict.fromkeys([*OF_EXPERIMENTS, *OF_SYSTEMS])), "some are of both"
