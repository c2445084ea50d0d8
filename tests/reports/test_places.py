"""Where a claim stands in its file: the line itself, else the nearest thing that is still there."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from chaos.reports.places import Place, Places
from chaos.verdict.verdict import Claim

FILE = "experiments/db_hangs.yaml"


def claim(phase: Any, text: str) -> Claim:
    return Claim(phase=phase, text=text, state="refuted", measured="")


@pytest.mark.parametrize(
    ("phase", "text", "place"),
    [
        ("during", "open broken <= 5%", Place(FILE, 6, 10)),
        ("during", "open served >= 1%", Place(FILE, 5, 1)),
        ("recovery", "steady state is back within 3s", Place(FILE, 7, 12)),
        ("audit", "items lost <= 0", Place(FILE)),
        ("rules", "errors <= 0", Place(FILE)),
    ],
)
def test_a_claim_is_found_in_the_file(full: Any, experiment_file: Path, phase: str, text: str, place: Place) -> None:
    assert Places(full(file=str(experiment_file))).of_claim(claim(phase, text)) == place


def test_a_file_that_has_changed_gives_the_nearest_place(full: Any, experiment_file: Path) -> None:
    experiment_file.write_text("name: x\nduring: {save: {broken: 0%}}\n")
    assert Places(full(file=str(experiment_file))).of_claim(claim("during", "open broken <= 5%")) == Place(FILE, 2, 1)


@pytest.mark.parametrize("text", [None, ": no [yaml", "", "\x00"])
def test_a_file_that_is_gone_or_broken_is_named_all_the_same(
    full: Any, experiment_file: Path, text: str | None
) -> None:
    experiment_file.unlink()
    if text is not None:
        experiment_file.write_text(text)
    assert Places(full(file=str(experiment_file))).of_claim(claim("during", "open broken <= 5%")) == Place(FILE)


@pytest.mark.parametrize("file", ["", "a\x00b", "\ud83d", "x" * 5000, "."])
def test_a_name_that_no_file_can_have_is_harmless(full: Any, file: str) -> None:
    assert Places(full(file=file)).of_experiment().line == 1


def test_without_a_plan_a_claim_is_looked_for_by_its_phase(full: Any, experiment_file: Path) -> None:
    made = dataclasses.replace(full(file=str(experiment_file)), plan=None)
    assert Places(made).of_claim(claim("during", "open broken <= 5%")) == Place(FILE, 5, 1)
