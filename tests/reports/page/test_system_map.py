"""The map: whoever calls stands above whom it calls, whatever the system looks like."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from chaos.experiment.system import System
from chaos.reports.page.system_map import draw_map


def system(links: dict[str, str], calls: dict[str, list[str]], services: list[str]) -> System:
    return System.model_validate(
        {
            "name": "shop",
            "services": {
                name: {"command": f"run {{port}} {' '.join(f'{{links.{link}}}' for link in calls.get(name, []))}"}
                for name in services
            },
            "links": {name: {"to": to} for name, to in links.items()},
            "journeys": {"open": {"rate": "20/s", "steps": ({"get": "edge:/"},)}},
        }
    )


def drawn(full: Any, made: System) -> Any:
    verdict = full()
    return draw_map(dataclasses.replace(verdict, plan=dataclasses.replace(verdict.plan, system=made)))


CASES = {
    "a chain": ({"edge": "a", "b": "b", "c": "c"}, {"a": ["b"], "b": ["c"]}, ["a", "b", "c"], [["a"], ["b"], ["c"]]),
    "two beside each other": (
        {"edge": "a", "b": "b", "c": "c"},
        {"a": ["b", "c"]},
        ["a", "b", "c"],
        [["a"], ["b", "c"]],
    ),
    "a circle": ({"edge": "a", "b": "b", "a": "a"}, {"a": ["b"], "b": ["a"]}, ["a", "b"], [["a"], ["b"]]),
    "one that calls itself": ({"edge": "a", "me": "a"}, {"a": ["me"]}, ["a"], [["a"]]),
    "one that nobody reaches": ({"edge": "a"}, {}, ["a", "alone"], [["a"], ["alone"]]),
    "one that is called users": ({"edge": "users"}, {}, ["users"], [["users"]]),
}


@pytest.mark.parametrize("case", CASES)
def test_services_stand_by_their_distance_from_the_users(full: Any, case: str) -> None:
    links, calls, services, rows = CASES[case]
    found = drawn(full, system(links, calls, services))
    assert [box.name for box in found.boxes if box.is_users] == ["users"]
    by_row: dict[float, list[str]] = {}
    for box in found.boxes:
        if not box.is_users:
            by_row.setdefault(box.y, []).append(box.name)
    assert [by_row[y] for y in sorted(by_row)] == rows
    assert {wire.link for wire in found.wires} == set(links)
    for box in found.boxes:
        assert 0 <= box.x <= found.width - found.box_width
        assert 0 <= box.y <= found.height - found.box_height


def test_a_link_that_several_services_use_is_drawn_from_each(full: Any) -> None:
    made = system({"edge": "a", "b": "b", "db": "db"}, {"a": ["b", "db"], "b": ["db"]}, ["a", "b", "db"])
    found = drawn(full, made)
    assert [(wire.source, wire.target) for wire in found.wires if wire.link == "db"] == [("a", "db"), ("b", "db")]
    assert all(wire.faults == ("hang on db",) for wire in found.wires if wire.link == "db")
    assert "b to db over the link db, hit by hang on db" in found.words


def test_without_a_plan_there_is_no_map(verdict: Any) -> None:
    assert draw_map(verdict(plan=None)) is None
