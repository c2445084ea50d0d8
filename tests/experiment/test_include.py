"""Files that are parts of others: put together key by key, with every place kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.errors import InvalidFile
from chaos.experiment.include import load_whole
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices

COMMON = """\
recovery: {within: 5s}
steady_state:
  save: {served: ">= 90%"}
"""
Write = Callable[[str, str], Path]


def problems(path: Path) -> list[str]:
    try:
        return [str(problem) for problem in load_whole(path).problems]
    except InvalidFile as error:
        return [str(problem) for problem in error.problems]


def test_an_experiment_takes_in_shared_tolerances(folder: Any) -> None:
    (folder.path / "_common.yaml").write_text(COMMON)
    plan = folder.plan(("during:", "include: _common.yaml\nduring:"))
    assert plan.experiment.recovery.within == 5.0
    assert [str(each) for each in plan.steady_state] == ["open served >= 99%", "save served >= 90%"]


def test_a_system_takes_in_shared_parts(folder: Any) -> None:
    (folder.path / "_services.yaml").write_text('services:\n  cache: {command: "cache {port}"}\n')
    plan = folder.plan(system=(("services:", "include: [_services.yaml]\nservices:"),))
    assert list(plan.system.services) == ["web", "db", "cache"]


def test_what_is_wrong_in_an_include_is_told_with_its_place_there(folder: Any) -> None:
    (folder.path / "_common.yaml").write_text(COMMON.replace("save", "sav").replace("5s", "5"))
    found = folder.problems(("during:", "include: _common.yaml\nduring:"))
    assert [problem.partition(" ")[0] for problem in found] == ["_common.yaml:1:20:", "_common.yaml:3:3:"]
    assert "there is no journey 'sav'; did you mean save?" in found[1]


def test_includes_include_from_their_own_folder(in_folder: Write) -> None:
    in_folder("parts/_deep.yaml", "c: 3\n")
    in_folder("parts/_part.yaml", "include: _deep.yaml\nb: 2\n")
    document = load_whole(in_folder("a.yaml", "include: parts/_part.yaml\na: 1\n"))
    assert document.root == {"include": "parts/_part.yaml", "a": 1, "b": 2, "c": 3}
    assert document.problems == ()
    assert str(document.problem(("c",), "no")) == "parts/_deep.yaml:1:4: c: no"


def test_the_same_part_may_come_by_two_ways(in_folder: Write) -> None:
    in_folder("_d.yaml", "d: {x: 1}\n")
    in_folder("_b.yaml", "include: _d.yaml\nb: 2\n")
    in_folder("_c.yaml", "include: _d.yaml\nc: 3\n")
    document = load_whole(in_folder("a.yaml", "include: [_b.yaml, _c.yaml]\n"))
    assert (document.problems, document.root["d"]) == ((), {"x": 1})


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"a.yaml": "include: _b.yaml\nt: {x: 1}\n", "_b.yaml": "t:\n  x: 2\n"},
            ["a.yaml:2:5: t.x: this also stands in _b.yaml:2; keep one of them"],
        ),
        (
            {"a.yaml": "include: [_b.yaml, _c.yaml]\n", "_b.yaml": "x: [1]\n", "_c.yaml": "x: [1]\n"},
            ["_b.yaml:1:1: x: this also stands in _c.yaml:1; keep one of them"],
        ),
        (
            {"a.yaml": "include: _b.yaml\nt: 1\n", "_b.yaml": "t: {x: 2}\n"},
            ["a.yaml:2:1: t: this also stands in _b.yaml:1; keep one of them"],
        ),
        (
            {"a.yaml": "include: _b.yaml\n", "_b.yaml": "include: _c.yaml\n", "_c.yaml": "x: 1\ninclude: [_b.yaml]\n"},
            ["_c.yaml:2:11: include[0]: a file can't include itself: _b.yaml includes _c.yaml includes _b.yaml"],
        ),
        (
            {"a.yaml": "include: b.yaml\n", "b.yaml": "x: 1\n"},
            [
                "a.yaml:1:10: include: b.yaml is no include; "
                "the name of a file that is only a part of others begins with _"
            ],
        ),
        (
            {"a.yaml": "include: parts/_b.yaml\n"},
            ["a.yaml:1:10: include: there is no file '_b.yaml' (looked for parts/_b.yaml)"],
        ),
        ({"a.yaml": "include: _b.yaml\n", "_b.yaml": "x: 1\nx: 2\n"}, ["_b.yaml:2:1: x: this key stands here twice"]),
        ({"a.yaml": "include: _b.yaml\n", "_b.yaml": "- x\n"}, ["_b.yaml:1:1: a mapping of keys and values"]),
    ],
)
def test_what_can_not_be_put_together_is_told_with_its_place(
    in_folder: Write, files: dict[str, str], expected: list[str]
) -> None:
    for name, text in files.items():
        in_folder(name, text)
    found = problems(Path("a.yaml"))
    assert len(found) == len(expected)
    assert all(said.startswith(start) for said, start in zip(found, expected, strict=True)), found


def test_an_include_is_no_experiment_of_its_own(in_folder: Write) -> None:
    path = in_folder("_common.yaml", COMMON)
    assert make_plans([path], Choices()).plans == ()
