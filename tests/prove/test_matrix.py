"""What the matrix as a whole says: its problems by name, and the code that a pipeline stands on."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from chaos.experiment.systems import Choices
from chaos.prove.markdown import as_markdown
from chaos.prove.matrix import Matrix, as_document, make_matrix
from chaos.prove.planning import make_cells
from chaos.prove.text import cell_line, write_matrix

AS_THEY_MUST = {
    "a@leaking": "failed",
    "a@losing": "failed",
    "a@slow": "failed",
    "b@leaking": "failed",
    "a#muted": "inconclusive",
    "b#muted": "inconclusive",
    "a": "passed",
    "b": "passed",
    "b@losing": "passed",
    "b@slow": "passed",
}
Told = dict[str, Any]


@pytest.fixture
def matrix(plans: Any, verdict: Any) -> Any:
    """Each cell's verdict is as it must be unless `cells` say otherwise (None: it was not run)."""

    def make(
        *,
        a: Any = ("leaking", "losing", "slow"),
        b: Any = ("leaking",),
        full: bool = False,
        whole: bool = True,
        **cells: Any,
    ) -> Matrix:
        made = make_cells(plans(a=a, b=b), Choices(), full=full)
        verdicts = []
        for cell in made:
            told = cells.get("cells", {}).get(cell.name, AS_THEY_MUST[cell.name])
            word, facts = told if isinstance(told, tuple) else (told, {})
            if word is not None:
                verdicts.append(verdict(cell.plan, word, **facts))
        return make_matrix(made, verdicts, run="run-1", full=full, whole=whole)

    return make


BUSY = ("inconclusive", {"busy": True})
WRONG: dict[str, tuple[Told, list[str], int]] = {
    "all holds": ({}, [], 0),
    "all pairs hold": ({"full": True}, [], 0),
    "a claim does not hold": ({"cells": {"a@slow": "passed"}}, ["a says that it catches slow, but passes on it"], 1),
    "it fails without its fault": (
        {"cells": {"b#muted": ("inconclusive", {"refuted": True})}},
        ["b fails without its fault: open broken <= 0%: broken was 5%"],
        1,
    ),
    "it catches nothing and does not say why": (
        {"b": []},
        ['b catches nothing; if that is right, its `why` says "catches no variant", and the reason'],
        1,
    ),
    "it catches nothing and says why": (
        {"b": {"catches": [], "why": "It catches no\nvariant: it is a lesson."}},
        [],
        0,
    ),
    "nothing claims to catch a variant": (
        {"a": ["leaking"]},
        [f"nothing claims to catch the variant {variant} of shop" for variant in ("losing", "slow")],
        1,
    ),
    "nothing of a selection claims to catch a variant": ({"a": ["leaking"], "whole": False}, [], 0),
    "something kills what nothing claims to catch": (
        {"a": ["leaking"], "full": True, "cells": {"a@losing": "failed", "b@slow": "failed"}},
        [],
        0,
    ),
    "really nothing catches a variant": (
        {"a": ["leaking"], "full": True, "cells": {"a@losing": "failed", "a@slow": "passed"}},
        ["nothing catches the variant slow of shop"],
        1,
    ),
    "whether something catches a variant is not known": (
        {"a": ["leaking"], "full": True, "cells": {"a@losing": "failed", "a@slow": BUSY}},
        [],
        4,
    ),
    "the machine was too busy": ({"cells": {"a@slow": BUSY, "b#muted": BUSY}}, [], 4),
    "something is wrong and the machine was too busy": (
        {"cells": {"a@slow": BUSY, "a@leaking": "passed"}},
        ["a says that it catches leaking, but passes on it"],
        1,
    ),
    "the environment broke": ({"cells": {"a@slow": "error"}}, [], 3),
    "an undo failed, and something is wrong": (
        {"cells": {"a@slow": ("error", {"exit_code": 6}), "a@leaking": "passed"}},
        ["a says that it catches leaking, but passes on it"],
        6,
    ),
    "stopped half-way": (
        {"cells": {"a@losing": ("aborted", {"exit_code": 130}), "a@slow": None, "a#muted": None, "b#muted": None}},
        [],
        130,
    ),
    "does not pass on the plain system": (
        {"full": True, "cells": {"a": "failed"}},
        ["a does not pass on the plain system: open broken <= 0%: broken was 5%"],
        1,
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_and_decides_how_it_ends(matrix: Any, case: str) -> None:
    told, problems, code = WRONG[case]
    made = matrix(**told)
    assert list(made.problems) == problems
    assert made.exit_code == code
    document = json.loads(json.dumps(as_document(made)))
    assert (document["problems"], document["exit_code"]) == (problems, code)
    assert len(document["cells"]) == len(made.results)


def written(made: Matrix, *, width: int = 100, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None, highlight=False)
    write_matrix(made, console)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_pipe_gets_one_line_for_each_experiment_and_each_thing_that_is_wrong(matrix: Any) -> None:
    told = {"a": ["leaking", "losing"], "cells": {"a@losing": "passed", "b#muted": BUSY, "b@leaking": None}}
    assert written(matrix(**told), width=20).splitlines() == [
        "a: leaking killed, losing survived, (muted: held)",
        "b: leaking not run, (muted: inconclusive)",
        "in the way: b without its fault: the baseline could not be judged: "
        "the machine was too busy to send requests on time",
        "wrong: a says that it catches losing, but passes on it",
        "wrong: nothing claims to catch the variant slow of shop",
        "1 killed, 1 survived, 1 held, 1 inconclusive, 1 not run; run run-1",
    ]


def test_what_is_caught_and_not_claimed_is_noted(matrix: Any) -> None:
    said = written(matrix(full=True, cells={"b@losing": "failed"}))
    assert "note: b also catches losing, by open broken <= 0% [G02, G09]\n" in said


def test_a_line_for_a_cell_says_by_what_it_was_killed_or_why_not(matrix: Any) -> None:
    made = matrix(cells={"a@losing": "passed", "a@slow": BUSY})
    assert [cell_line(result) for result in made.results][:4] == [
        "killed: a on leaking, by open broken <= 0% [G02, G09]",
        "survived: a on losing",
        "inconclusive: a on slow: the baseline could not be judged: the machine was too busy to send requests on time",
        "held: a without its fault",
    ]


@pytest.mark.parametrize("width", [24, 40, 60, 100, 200])
def test_a_table_is_no_wider_than_its_terminal_and_names_every_variant(matrix: Any, width: int) -> None:
    said = written(matrix(), width=width, terminal=True)
    tables = [line for line in said.splitlines() if line[:1] in "┏┃┡│└"]
    assert max(map(len, tables)) <= width
    assert all(variant in said for variant in ("leaking", "losing", "slow"))
    assert said.count("✘") - 1 == 4, "the four that were killed, and the legend"


def test_the_document_is_a_table_and_what_kills_each_variant(matrix: Any) -> None:
    page = as_markdown(matrix(a=["leaking", "losing"], cells={"a@losing": "passed"}))
    for line in (
        "| experiment | muted | leaking | losing | slow |",
        "| a | ✔ | ✘ | ○ |  |",
        "| b | ✔ | ✘ |  |  |",
        "| leaking | a | open broken &lt;= 0% [G02, G09] |",
        "| leaking | b | open broken &lt;= 0% [G02, G09] |",
        "| losing | nothing | |",
        "- a says that it catches losing, but passes on it",
    ):
        assert line in page.splitlines()
    assert "run-1" not in page
    assert "## What is wrong" not in as_markdown(matrix())


def test_the_document_of_every_pair_has_the_plain_system_as_well(matrix: Any) -> None:
    page = as_markdown(matrix(full=True))
    assert "| experiment | muted | plain | leaking | losing | slow |" in page
    assert "| b | ✔ | ✔ | ✘ | ○ | ○ |" in page
