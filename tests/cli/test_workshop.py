"""The workshop at the terminal, as far as nothing is broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Run = Callable[..., "CompletedProcess[str]"]


def test_it_leads_from_the_story_to_the_prediction_to_the_run(gatecrash: Run) -> None:
    begun = gatecrash("workshop", "--terminal")
    assert begun.returncode == 0
    assert "next: gatecrash workshop predict 0 A" in begun.stdout
    assert gatecrash("workshop", "run", "0").returncode == 2  # it is predicted first
    assert "sealed at" in gatecrash("workshop", "predict", "0", "a").stdout
    ran = gatecrash("workshop", "run", "0")
    assert "You predicted A: it is B." in ran.stdout
    assert "next: gatecrash workshop check 0" in ran.stdout
    assert "predicted A, 1 run" in gatecrash("workshop", "status").stdout


def test_hints_come_one_by_one(gatecrash: Run) -> None:
    assert "there are 2 more" in gatecrash("workshop", "hint", "4").stdout
    assert "there is 1 more" in gatecrash("workshop", "hint", "4").stdout
    assert "PATIENCE_S" in gatecrash("workshop", "hint", "4").stdout


def test_a_reset_asks_and_keeps_what_was_there(gatecrash: Run, folder: Path) -> None:
    gatecrash("workshop", "status")
    path = folder / "gatecrash-workshop/demo_app/web/mine/lesson_4.py"
    path.write_text("mine\n")
    assert gatecrash("workshop", "reset", "4").returncode == 2
    assert path.read_text() == "mine\n"
    assert gatecrash("workshop", "reset", "4", "--yes").returncode == 0
    assert "PATIENCE_S" in path.read_text()
    assert path.with_name("lesson_4.py~").read_text() == "mine\n"


def test_a_mistake_in_an_experiment_is_said_with_its_place(gatecrash: Run, folder: Path) -> None:
    gatecrash("workshop", "status")
    path = folder / "gatecrash-workshop/experiments/lesson_2.yaml"
    path.write_text(path.read_text().replace("latency", "latncy"))
    done = gatecrash("workshop", "check", "2")
    assert done.returncode == 2
    assert "experiments/lesson_2.yaml:" in done.stderr
    assert "latency" in done.stderr


def test_several_learners_need_a_word_that_is_not_too_short(gatecrash: Run) -> None:
    assert gatecrash("workshop", "--facilitate").returncode == 2
    assert gatecrash("workshop", "--facilitate", "--token", "short").returncode == 2
