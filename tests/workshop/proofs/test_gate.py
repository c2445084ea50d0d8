"""The gate's check, with steps that end as experiments would."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from rich.console import Console

from chaos.errors import InvalidFile
from chaos.workshop.copy import WorkingCopy
from chaos.workshop.lessons import LESSONS
from chaos.workshop.lessons.gate import WORKFLOW
from chaos.workshop.progress import Notebook
from chaos.workshop.proofs.gate import GateProver
from chaos.workshop.proofs.prover import Place

TELLS = "'grep -q \"REMEMBERS = True\" demo_app/web/mine/lesson_5.py  # gatecrash run'"
"""Green on an app in which lesson 5 is done, red on that of the night."""


@pytest.fixture
def check(
    copy: WorkingCopy, notebook: Notebook, monkeypatch: pytest.MonkeyPatch, solve: Callable[..., None]
) -> Callable[..., list[bool | None]]:
    monkeypatch.chdir(copy.folder)
    solve(copy.folder, 5)

    def run(steps: str, job: str = "") -> list[bool | None]:
        (copy.folder / WORKFLOW).write_text(f"on: [push]\njobs:\n  gate:\n    {job}\n    steps:\n{steps}")
        place = Place(
            copy=copy,
            notebook=notebook,
            console=Console(file=io.StringIO()),
            progress=lambda: nullcontext(lambda _: None),
        )
        return [found.held for found in GateProver().check(LESSONS[9], place)]

    return run


def test_green_on_ones_own_app_and_red_on_that_of_the_night_is_a_gate(check: Callable[..., list[bool | None]]) -> None:
    assert check(f"      - run: {TELLS}\n") == [True, True, True]


@pytest.mark.parametrize(
    ("steps", "job", "held"),
    [
        ("      - run: 'true  # gatecrash run'\n", "", [True, True, False]),
        ("      - run: 'false  # gatecrash run'\n", "", [True, False, True]),
        ("      - run: 'exit 2  # gatecrash run'\n", "", [True, False, False]),
        ("      - run: 'exit 4  # gatecrash run'\n", "", [True, None, None]),
        (f"      - run: {TELLS}\n        continue-on-error: true\n", "", [False, True, True]),
        (f"      - run: {TELLS}\n", "continue-on-error: true", [False, True, True]),
        ("      - run: echo nothing\n", "", [False]),
    ],
)
def test_what_takes_the_gate_off_its_hinges_is_found(
    check: Callable[..., list[bool | None]], steps: str, job: str, held: list[bool | None]
) -> None:
    assert check(steps, job) == held


def test_a_step_that_only_begins_red_is_red(check: Callable[..., list[bool | None]]) -> None:
    assert check("      - run: |\n          false\n          echo gatecrash run\n") == [True, False, True]


def test_what_is_no_yaml_is_said_with_its_place(check: Callable[..., list[bool | None]]) -> None:
    with pytest.raises(InvalidFile, match=r"gate\.yml:"):
        check("      - run: {\n")
