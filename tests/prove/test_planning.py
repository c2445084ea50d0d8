"""Which cells are run: what is claimed, the counter-checks, and with `full` every pair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaos.errors import InvalidFile, InvalidOption
from chaos.experiment.systems import Choices
from chaos.prove.planning import make_cells

CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "what is claimed, and once without the fault": (
        {},
        ["a@losing", "a@leaking", "a#muted", "b@leaking", "b#muted", "c#muted"],
    ),
    "every pair": (
        {"full": True},
        [
            *("a@losing", "a@leaking", "a#muted", "a", "a@slow"),
            *("b@leaking", "b#muted", "b", "b@losing", "b@slow"),
            *("c#muted", "c", "c@leaking", "c@losing", "c@slow"),
        ],
    ),
    "one variant": ({"only": ["losing"]}, ["a@losing", "a#muted"]),
    "two variants": ({"only": ["losing", "leaking"]}, ["a@losing", "a@leaking", "a#muted", "b@leaking", "b#muted"]),
    "one variant, every experiment": (
        {"only": ["slow"], "full": True},
        ["a#muted", "a", "a@slow", "b#muted", "b", "b@slow", "c#muted", "c", "c@slow"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_cells_are_those_that_were_asked_for(plans: Any, case: str) -> None:
    asked, names = CASES[case]
    found = make_cells(plans(a=["losing", "leaking"], b=["leaking"], c=[]), Choices(), **asked)
    assert [cell.name for cell in found] == names
    assert {cell.name for cell in found if cell.claimed} == {"a@losing", "a@leaking", "b@leaking"} & set(names)
    assert all(cell.plan.muted is cell.name.endswith("#muted") for cell in found)


def test_a_cell_of_a_variant_is_planned_with_its_vars_and_the_command_lines_choices(plans: Any) -> None:
    on_leaking, muted = make_cells(plans(a=["leaking"]), Choices(seed=7))
    assert (on_leaking.plan.variant, on_leaking.plan.vars["mode"], on_leaking.plan.seed) == ("leaking", "leak", 7)
    assert on_leaking.plan.system.services["web"].command == "web leak"
    assert (muted.plan.variant, muted.plan.vars["mode"]) == (None, "good")


def test_a_variant_that_no_system_has_is_told(plans: Any) -> None:
    with pytest.raises(InvalidOption, match=r"--variant: there is no variant 'leakin'; did you mean leaking\?"):
        make_cells(plans(a=["leaking"]), Choices(), only=["leakin"])


def test_when_nothing_is_left_it_says_what_to_do(plans: Any) -> None:
    with pytest.raises(InvalidOption, match="claims to catch one of these variants; --full runs every pair"):
        make_cells(plans(a=["leaking"]), Choices(), only=["slow"])


def test_an_experiment_that_cannot_be_planned_on_its_variant_is_told_before_anything_runs(
    plans: Any, tmp_path: Path
) -> None:
    made = plans(a=["leaking"])
    system = tmp_path / "system.yaml"
    system.write_text(system.read_text().replace("{mode: leak}", "{mode: leak, other: 1}"))
    with pytest.raises(InvalidFile, match="there is no var 'other'"):
        make_cells(made, Choices())
