"""What a verdict means for the cell of the matrix that it is of."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from chaos.experiment.systems import Choices
from chaos.prove.cell import Cell, result_of, tries_again
from chaos.prove.planning import make_cells

NO_FAULT_PHASE = {"phases": ()}
BY = "open broken <= 0% [G02, G09]"
BUSY = "the baseline could not be judged: the machine was too busy to send requests on time"

# where, verdict, facts about it, state, by, a part of the problem, exit code
CELLS: dict[str, tuple[str, str, dict[str, Any], str, str, str, int]] = {
    "claimed and failed": ("claimed", "failed", {}, "killed", BY, "", 0),
    "claimed and passed": (
        "claimed",
        "passed",
        {},
        "survived",
        "",
        "a says that it catches leaking, but passes on it",
        0,
    ),
    "claimed and nothing can be said": (
        "claimed",
        "inconclusive",
        {},
        "inconclusive",
        "",
        "a says that it catches leaking, but nothing can be concluded there: why",
        0,
    ),
    "claimed on a busy machine": ("claimed", "inconclusive", {"busy": True}, "inconclusive", "", "", 4),
    "claimed and the environment broke": ("claimed", "error", {}, "error", "", "", 3),
    "claimed and an undo failed": ("claimed", "error", {"exit_code": 6}, "error", "", "", 6),
    "claimed and stopped": ("claimed", "aborted", {"exit_code": 130}, "error", "", "", 130),
    "not claimed and failed": ("other", "failed", {}, "killed", BY, "", 0),
    "not claimed and passed": ("other", "passed", {}, "survived", "", "", 0),
    "not claimed and nothing can be said": ("other", "inconclusive", {}, "inconclusive", "", "", 0),
    "not claimed on a busy machine": ("other", "inconclusive", {"busy": True}, "inconclusive", "", "", 4),
    "muted": ("muted", "inconclusive", {}, "held", "", "", 0),
    "muted and refuted all the same": (
        "muted",
        "inconclusive",
        {"refuted": True},
        "refuted",
        BY,
        "a fails without its fault: open broken <= 0%: broken was 5%",
        0,
    ),
    "muted and refuted on a busy machine": (
        "muted",
        "inconclusive",
        {"refuted": True, "busy": True},
        "inconclusive",
        "",
        "",
        4,
    ),
    "muted on a busy machine": ("muted", "inconclusive", {"busy": True}, "inconclusive", "", "", 4),
    "muted and no baseline": (
        "muted",
        "inconclusive",
        NO_FAULT_PHASE,
        "inconclusive",
        "",
        "a can't tell anything without its fault: why",
        0,
    ),
    "plain and passed": ("plain", "passed", {}, "held", "", "", 0),
    "plain and failed": ("plain", "failed", {}, "refuted", BY, "a does not pass on the plain system: open broken", 0),
    "plain and nothing can be said": (
        "plain",
        "inconclusive",
        {},
        "inconclusive",
        "",
        "a can't tell anything on the plain system: why",
        0,
    ),
    "plain on a busy machine": ("plain", "inconclusive", {"busy": True}, "inconclusive", "", "", 4),
}


@pytest.fixture
def cells(plans: Any) -> dict[str, Cell]:
    made = make_cells(plans(a=["leaking"]), Choices(), full=True)
    claimed, muted, plain, other, _ = made
    return {"claimed": claimed, "muted": muted, "plain": plain, "other": other}


@pytest.mark.parametrize("case", CELLS)
def test_each_verdict_has_its_meaning_in_each_kind_of_cell(cells: Any, verdict: Any, case: str) -> None:
    where, word, facts, state, by, problem, code = CELLS[case]
    found = result_of(cells[where], verdict(cells[where].plan, word, **facts))
    assert (found.state, found.by, found.exit_code) == (state, by, code)
    assert bool(found.problem) is bool(problem)
    assert problem in found.problem


def test_what_was_not_run_is_not_a_problem(cells: Any) -> None:
    found = result_of(cells["claimed"], None)
    assert (found.state, found.problem, found.exit_code) == ("not run", "", 0)


def test_of_several_reasons_the_one_that_was_in_the_way_is_told(cells: Any, verdict: Any) -> None:
    made = verdict(cells["muted"].plan, "inconclusive", busy=True)
    assert made.reasons[0] == "why"
    assert result_of(cells["muted"], made).why == BUSY


AGAIN = {
    "a busy machine": ("inconclusive", {"busy": True}, True),
    "inconclusive for another reason": ("inconclusive", {}, False),
    "failed": ("failed", {}, False),
    "failed, and some claim could not be decided": ("failed", {"busy": True}, False),
    "passed": ("passed", {}, False),
}


@pytest.mark.parametrize("case", AGAIN)
def test_only_a_busy_machine_is_a_reason_to_try_again(cells: Any, verdict: Any, case: str) -> None:
    word, facts, again = AGAIN[case]
    assert tries_again(verdict(cells["claimed"].plan, word, **facts)) is again


def test_each_cell_has_a_folder_of_its_own_whatever_its_variant_is_called(cells: Any) -> None:
    names = [cell.name for cell in cells.values()]
    assert names == ["a@leaking", "a#muted", "a", "a@losing"]
    odd = dataclasses.replace(cells["claimed"].plan, variant="../x")
    assert "/" not in Cell(odd).name
