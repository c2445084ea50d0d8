"""One file, many experiments: one for each combination, each with an id of its own."""
# ruff: noqa: E501  messages are compared as they are printed

from __future__ import annotations

from typing import Any

import pytest

from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices

MATRIX = ("during:", "matrix: {mode: [good, bad], delay: [100ms, 300ms]}\nduring:")
DELAY = ("hang: {}", "latency: {delay: '{matrix.delay}'}")


def plans(folder: Any, *changes: tuple[str, str], choices: Choices | None = None) -> Any:
    found = make_plans([folder.write(*changes)], choices or Choices())
    assert [str(problem) for problem in found.problems] == []
    return found.plans


def test_each_combination_is_an_experiment_in_the_order_of_the_file(folder: Any) -> None:
    made = plans(folder, MATRIX, DELAY)
    assert [plan.id for plan in made] == [
        "hangs[good-100ms]",
        "hangs[good-300ms]",
        "hangs[bad-100ms]",
        "hangs[bad-300ms]",
    ]
    assert [plan.matrix for plan in made][1] == {"mode": "good", "delay": "300ms"}


def test_values_stand_in_the_file_and_set_the_vars_of_the_same_name(folder: Any) -> None:
    made = plans(folder, MATRIX, DELAY, ("name: The database hangs", "name: 'It takes {matrix.delay}'"))
    last = made[-1]
    assert last.faults[0].entry.change.toxics[0].attributes["latency_s"] == 0.3
    assert last.experiment.name == "It takes 300ms"
    assert last.vars["mode"] == "bad"
    assert last.system.services["web"].command == "web --port {port} --mode bad"
    assert "delay" not in last.vars


def test_the_command_line_wins_over_the_matrix_and_the_matrix_over_the_rest(folder: Any) -> None:
    both = ("during:", "vars: {mode: own, many: 5}\nmatrix: {mode: [of the matrix]}\nduring:")
    (plan,) = plans(folder, both)
    assert (plan.vars["mode"], plan.vars["many"]) == ("of the matrix", 5)
    assert plan.id == "hangs[of_the_matrix]"
    (plan,) = plans(folder, both, choices=Choices(variant="bad"))
    assert plan.vars["mode"] == "of the matrix"
    (plan,) = plans(folder, both, choices=Choices(vars={"mode": "said"}))
    assert plan.vars["mode"] == "said"


def test_a_value_alone_keeps_its_type(folder: Any) -> None:
    (plan,) = plans(folder, ("during:", "matrix: {needed: [25]}\nsamples: '{matrix.needed}'\nduring:"))
    assert (plan.experiment.samples, plan.id) == (25, "hangs[25]")


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (("during:", "matrix: {}\nduring:"), []),
        (("name: The database hangs", "name: 'It {matrix.does}'"), ["hangs.yaml:1:7: name: {matrix.does}: there is no such value of the matrix; there are none"]),
        (("during:", "matrix: {a: [1]}\nwhy: '{matrix.b}'\nduring:"), ["hangs.yaml:10:6: why: {matrix.b}: there is no such value of the matrix; known are: a"]),
        (("during:", "matrix: {a: []}\nduring:"), ["hangs.yaml:9:13: matrix.a: at least one entry is needed"]),
        (("during:", "matrix: {a: 1}\nduring:"), ["hangs.yaml:9:13: matrix.a: a list was expected, not 1"]),
        (("during:", "matrix: {a: [[1]]}\nduring:"), ["hangs.yaml:9:14: matrix.a[0]: a single value was expected: a text, a number, true or false"]),
        (("during:", "matrix: {a: [b c, b/c]}\nduring:"), ["hangs.yaml:9:1: matrix: two of these experiments would be called hangs[b_c]; make their values differ"]),
        (("during:", f"matrix: {{a: [{', '.join(map(str, range(201)))}]}}\nduring:"), ["hangs.yaml:9:1: matrix: these are more than 200 experiments; leave some values out"]),
    ],
)  # fmt: skip
def test_a_matrix_that_makes_no_sense_is_told_with_its_place(
    folder: Any, change: tuple[str, str], problems: list[str]
) -> None:
    found = make_plans([folder.write(change)], Choices())
    assert [str(problem).replace(f"{folder.path}/", "") for problem in found.problems] == problems


def test_a_value_that_does_not_fit_is_told_where_it_stands_in_the_file(folder: Any) -> None:
    found = make_plans([folder.write(DELAY, ("during:", "matrix: {delay: [100ms, 300]}\nduring:"))], Choices())
    assert [plan.id for plan in found.plans] == ["hangs[100ms]"]
    (problem,) = found.problems
    assert (problem.line, problem.where) == (7, "faults[0].latency.delay")
    assert "300 has no unit" in problem.message


SAME = "experiments with different ids would be the same"
IDLE = "nothing that happens here depends on {matrix.dely}, and the system has no var 'dely' (known are: many, mode); write it where its values belong"


@pytest.mark.parametrize(
    "text",
    ["", "why: 'It takes {matrix.dely}'\ntags: ['{matrix.dely}']\n"],
)
def test_a_value_that_changes_nothing_is_told_once(folder: Any, text: str) -> None:
    found = make_plans(
        [folder.write(("during:", f"matrix: {{mode: [a, b], dely: [100ms, 300ms]}}\n{text}during:"))], Choices()
    )
    assert [str(problem).replace(f"{folder.path}/", "") for problem in found.problems] == [
        f"hangs.yaml:9:24: matrix.dely: {SAME}: {IDLE}"
    ]


def test_the_command_line_does_not_make_experiments_of_different_ids_the_same(folder: Any) -> None:
    matrix = ("during:", "matrix: {mode: [a, b]}\nduring:")
    said = Choices(vars={"mode": "said"})
    (problem,) = make_plans([folder.write(matrix)], said).problems
    assert str(problem).replace(f"{folder.path}/", "") == (
        f"hangs.yaml:9:10: matrix.mode: {SAME}: `--set mode=...` comes before these values; leave it out, and choose "
        "among them with `-k`"
    )
    assert len(plans(folder, matrix, choices=Choices(vars={"many": 5}))) == 2
    differ = ("name: The database hangs", "name: The database hangs\nsamples: '{matrix.many}'")
    assert (
        len(plans(folder, differ, ("during:", "matrix: {many: [21, 22]}\nduring:"), choices=Choices(vars={"many": 5})))
        == 2
    )
