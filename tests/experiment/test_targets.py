"""One fault for several services: who is hit is known beforehand, and nobody else can be."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.experiment.experiment import FaultEntry

MORE = (
    'db: {command: "db {port}"}',
    'db: {command: "db {port}", labels: {tier: back}}\n'
    '  db_2: {command: "db {port}", labels: {tier: back, disk: slow}}\n'
    '  db_3: {command: "db {port}"}\n'
    '  theirs: {url: "http://127.0.0.1:5432", labels: {tier: back}}',
)


def hit(folder: Any, targets: str) -> list[str]:
    fault = ("link: db\n    hang: {}", f"services: {targets}\n    pause: {{}}")
    return [planned.entry.on for planned in folder.plan(fault, system=(MORE,)).faults]


@pytest.mark.parametrize(
    ("targets", "services"),
    [
        ('{name: "db*"}', ["db", "db_2", "db_3"]),
        ("{name: db_2}", ["db_2"]),
        ("{label: {tier: back}}", ["db", "db_2"]),  # what already runs is never touched, whatever its labels
        ("{label: {tier: back, disk: slow}}", ["db_2"]),
        ('{name: "*", label: {tier: back}, share: 100%}', ["db", "db_2"]),
    ],
)
def test_services_are_chosen_by_pattern_and_label(folder: Any, targets: str, services: list[str]) -> None:
    assert hit(folder, targets) == services


@pytest.mark.parametrize(("share", "count"), [("one", 1), ("50%", 2), ("1%", 1), ("34%", 2), ("100%", 3)])
def test_a_share_of_them_is_chosen_by_the_seed_alone(folder: Any, share: str, count: int) -> None:
    targets = f'{{name: "db*", share: {share}}}'
    first = hit(folder, targets)
    assert len(first) == len(set(first)) == count
    assert hit(folder, targets) == first


def test_each_of_them_is_a_fault_with_a_name_of_its_own(folder: Any) -> None:
    fault = ("link: db\n    hang: {}", 'services: {name: "db*"}\n    name: the night\n    pause: {}')
    planned = folder.plan(fault, system=(MORE,)).faults
    assert [each.name for each in planned] == ["the night on db", "the night on db_2", "the night on db_3"]


@pytest.mark.parametrize(
    ("targets", "says"),
    [
        (
            '{name: "web-*"}',
            "this matches no service that can be broken (no `url` can); there are: db, db_2, db_3, web",
        ),
        ("{name: theirs}", "this matches no service that can be broken (no `url` can)"),
        ("{label: {tier: front}}", "this matches no service that can be broken (no `url` can)"),
        ("{}", 'say which services: name (like "web-*"), or label'),
        ("{name: db, share: 0%}", "a share of none of them is no fault"),
    ],
)
def test_targets_that_hit_nobody_are_refused(folder: Any, targets: str, says: str) -> None:
    fault = ("link: db\n    hang: {}", f"services: {targets}\n    pause: {{}}")
    (problem,) = folder.problems(fault, system=(MORE,))
    assert says in problem


def test_one_place_is_said_and_not_two() -> None:
    with pytest.raises(ValueError, match="not to a service and a service"):
        FaultEntry.model_validate_json('{"service": "db", "services": {"name": "db*"}, "pause": {}, "for": "2s"}')


def test_services_of_a_project_that_is_attached_to_are_among_them(folder: Any) -> None:
    attached = (
        ("name: shop", "name: shop\ncompose: {project: shop}"),
        ('command: "web --port {port} --mode {vars.mode}"\n    env: {DB: "http://{links.db}"}', "running: web"),
        ('{command: "db {port}"}', "{running: db, port: 5432}"),
    )
    fault = ("link: db\n    hang: {}", 'services: {name: "d*"}\n    pause: {}')
    assert [planned.entry.on for planned in folder.plan(fault, system=attached).faults] == ["db"]
    (problem,) = folder.problems((fault[0], fault[1].replace("d*", "x*")), system=attached)
    assert problem.endswith("(no `url` can); there are: db, web")
