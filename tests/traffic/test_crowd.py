"""Users are taken in turn; a busy one is skipped."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from chaos.traffic.crowd import Crowd


def crowd(names: str) -> Crowd:
    users: Any = list(names)
    return Crowd(users)


def test_everybody_has_a_turn() -> None:
    people = crowd("abc")
    came = []
    for _ in range(7):
        with people.next() as user:
            came.append(user)
    assert "".join(map(str, came)) == "abcabca"


def test_a_busy_one_is_skipped_and_comes_back_later() -> None:
    people = crowd("abc")
    with people.next() as first:
        came = [first]
        for _ in range(3):
            with people.next() as user:
                came.append(user)
    with people.next() as user, people.next() as last:
        came += [user, last]
    assert came == ["a", "b", "c", "b", "c", "b"]


def test_when_all_are_busy_they_take_a_second_thing_in_turn() -> None:
    people = crowd("ab")
    with ExitStack() as stack:
        came = [stack.enter_context(people.next()) for _ in range(5)]
    assert came == ["a", "b", "a", "b", "a"]
    with people.next() as one, people.next() as other:
        assert {one, other} == {"a", "b"}, "nobody is lost or doubled afterwards"


def test_who_gave_up_is_free_again() -> None:
    people = crowd("a")
    with pytest.raises(ZeroDivisionError), people.next():
        raise ZeroDivisionError
    with people.next() as user:
        assert user == "a"


def test_strangers_are_made_as_they_are_needed_and_no_more_than_there_may_be() -> None:
    made: list[int] = []

    def another(number: int) -> Any:
        made.append(number)
        return f"stranger-{number}"

    strangers: Any = ["stranger-1"]
    people = Crowd(strangers, another, most=3)
    for _ in range(5):
        with people.next() as user:
            assert user == "stranger-1"
    assert not made, "one is enough while one comes at a time"
    with ExitStack() as stack:
        came = [stack.enter_context(people.next()) for _ in range(5)]
    assert came == ["stranger-1", "stranger-2", "stranger-3", "stranger-1", "stranger-2"]
    assert made == [2, 3]
