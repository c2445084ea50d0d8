"""From a trial to an experiment: it is valid as it stands, does the same, and claims something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaos.dashboard.board import Board
from chaos.dashboard.saving import Draft, Saving
from chaos.errors import InvalidOption
from chaos.experiment.include import load_whole
from chaos.experiment.plan import Plan
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices, resolve_system
from chaos.journal import events as e

SYSTEM = """\
name: shop
vars: {mode: good}
variants: {bad: {mode: bad}}
services: {web: {command: "web {port} {vars.mode}"}}
links: {edge: {to: web}, spare: {to: web}}
journeys:
  open: {rate: 20/s, timeout: 1s, steps: [{get: "edge:/"}]}
  save: {rate: 20/s, timeout: 1s, steps: [{post: "edge:/items", acknowledge: {json: id}}]}
  rare: {rate: 0.1/s, timeout: 1s, steps: [{get: "edge:/"}]}
audit: {items: {of: save, stored: {get: "web:/items", ids: "[*]"}}}
"""


@pytest.fixture
def saving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saving:
    monkeypatch.chdir(tmp_path)
    Path("app").mkdir()
    path = Path("app/system.yaml")
    path.write_text(SYSTEM)
    system, _ = resolve_system(load_whole(path), Choices())
    return Saving(system=system, system_file=path, folder=Path("experiments"))


@pytest.fixture
def board(saving: Saving) -> Board:
    return Board(saving.system, seed=1)


def come(board: Board, sample: Any, *, until_s: float, journeys: tuple[str, ...] = ("open", "save")) -> None:
    """Users every 100 ms from the first second on: well at first, and broken from second 30 on."""
    for tenth in range(10, int(until_s * 10)):
        for journey in journeys:
            bad = tenth >= 300
            board.see(sample(tenth / 10, "broken" if bad else "served", took_s=1.0 if bad else 0.02, journey=journey))


def drafted(saving: Saving, board: Board, name: str = "") -> tuple[Draft, Plan]:
    trial = board.trials.trial(1)
    assert trial is not None
    draft = saving.draft(trial, board, name)
    saving.save(draft)
    found = make_plans([Path(draft.file)], saving.choices)
    assert not found.problems, found.problems
    (plan,) = found.plans
    return draft, plan


def test_it_does_the_same_again(saving: Saving, board: Board, sample: Any, broken: Any) -> None:
    broken("a", 30.0, None, link="edge", latency={"delay": "400ms"}, share="30%")
    broken("b", 32.04, 35.0, link="spare", down={}, why="by hand")
    board.see(e.FaultUndone(at_s=40.1, issued_s=40.0, fault="a"))
    come(board, sample, until_s=40)
    _, plan = drafted(saving, board)
    first, second = plan.experiment.faults
    assert (first.kind, first.on, first.at, first.lasts, first.share) == ("latency", "edge", 0.0, 10.0, 0.3)
    assert (second.kind, second.on, second.at, second.lasts) == ("down", "spare", 2.0, 3.0)


def test_it_claims_that_nobody_is_let_down_and_that_nothing_is_lost(
    saving: Saving, board: Board, sample: Any, broken: Any
) -> None:
    broken("a", 30.0, 40.0, link="edge", down={})
    come(board, sample, until_s=40)
    draft, plan = drafted(saving, board)
    assert {each.on: each.measure for each in plan.during} == {"open": "broken", "save": "broken"}
    assert {(each.on, each.measure): each.bound.value for each in plan.steady_state}[("open", "p95")] == 0.1
    assert [each.measure for each in plan.audit] == ["lost", "duplicated"]
    assert "# when tried: 100% broken, p95 1s" in draft.text


def test_only_journeys_that_were_made_and_can_be_judged_are_in_it(
    saving: Saving, board: Board, sample: Any, broken: Any
) -> None:
    broken("a", 30.0, 40.0, link="edge", down={})
    come(board, sample, until_s=40, journeys=("open", "rare"))
    _, plan = drafted(saving, board)
    assert plan.experiment.journeys == ("open",)
    assert not plan.experiment.audit


def test_what_was_too_short_to_be_judged_lasts_longer_and_says_so(
    saving: Saving, board: Board, sample: Any, broken: Any
) -> None:
    broken("a", 30.0, 30.4, link="edge", down={}, why="by hand")
    come(board, sample, until_s=31)
    draft, plan = drafted(saving, board)
    assert plan.experiment.faults[0].lasts == 1.2
    assert "it was on for 400ms; to be judged it takes longer" in draft.text


def test_nothing_can_be_claimed_of_a_trial_in_which_nobody_came(saving: Saving, board: Board, broken: Any) -> None:
    broken("a", 30.0, 40.0, link="edge", down={})
    with pytest.raises(InvalidOption, match="nobody came"):
        drafted(saving, board)


def test_its_name_is_what_somebody_calls_it_and_its_file_follows(
    saving: Saving, board: Board, sample: Any, broken: Any
) -> None:
    broken("a", 30.0, 40.0, link="edge", down={})
    come(board, sample, until_s=40)
    draft, plan = drafted(saving, board, 'The edge: "down",\n  # and out')
    assert plan.experiment.name == 'The edge: "down", # and out'
    assert draft.file == "experiments/the_edge_down_and_out.yaml"
    assert draft.command == "gatecrash run experiments/the_edge_down_and_out.yaml"
    unnamed, _ = drafted(saving, board)
    assert (unnamed.name, unnamed.file) == ("Down on edge", "experiments/down_on_edge.yaml")


def test_a_file_that_is_there_is_never_written_over(saving: Saving, board: Board, sample: Any, broken: Any) -> None:
    broken("a", 30.0, 40.0, link="edge", down={})
    come(board, sample, until_s=40)
    drafted(saving, board)
    with pytest.raises(InvalidOption, match="already"):
        drafted(saving, board)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "/", "a/b"])
def test_no_name_leads_out_of_the_folder(saving: Saving, board: Board, sample: Any, broken: Any, name: str) -> None:
    broken("a", 30.0, 40.0, link="edge", down={})
    come(board, sample, until_s=40)
    draft, _ = drafted(saving, board, name)
    assert Path(draft.file).parent == Path("experiments")


def test_values_of_the_command_line_are_in_it_and_a_variant_in_its_command(
    saving: Saving, board: Board, sample: Any, broken: Any
) -> None:
    chosen = Saving(
        system=saving.system,
        system_file=saving.system_file,
        folder=saving.folder,
        choices=Choices(variant="bad", vars={"mode": "worse"}),
    )
    broken("a", 30.0, 40.0, link="edge", down={})
    come(board, sample, until_s=40)
    draft, plan = drafted(chosen, board)
    assert plan.experiment.vars == {"mode": "worse"}
    assert draft.command.endswith("--variant bad")
