from __future__ import annotations

import pytest

from chaos.rules import NotChecked
from chaos.rules.coming_back import retry_after_is_true
from chaos.rules.story import Coming, Story


def retries(
    count: int, *, served: int, at_s: float = 30.0, every_s: float = 0.1, told_s: float | None = 2.0
) -> list[Coming]:
    return [
        Coming(
            journey="open",
            user=f"user {n}",
            at_s=at_s + n * every_s,
            ended_s=at_s + n * every_s + 0.05,
            outcome="served" if n < served else "degraded",
            retry=1,
            told_s=told_s,
        )
        for n in range(count)
    ]


def story(comings: list[Coming], undone_s: float | None = 20.0) -> Story:
    return Story(comings=comings, injected_s=10.0, undo_issued_s=undone_s, undone_s=undone_s, ended_s=60.0)


@pytest.mark.parametrize(
    ("count", "served", "passes"), [(10, 10, True), (10, 9, True), (10, 8, False), (40, 36, True), (40, 35, False)]
)
def test_nine_of_ten_who_come_when_told_to_are_served(count, served, passes) -> None:
    found = retry_after_is_true(story(retries(count, served=served)))
    assert not isinstance(found, NotChecked)
    assert (not found) is passes
    if found:
        assert found[0].user == f"user {served}"
        assert found[0].count == count - served
        assert f"{served} of {count} users" in found[0].reason


@pytest.mark.parametrize(
    ("comings", "undone_s"),
    [
        ([], 20.0),
        (retries(9, served=0), 20.0),
        (retries(15, served=0, told_s=None), 20.0),
        (retries(15, served=0, at_s=12.0), 20.0),
        (retries(15, served=0), None),
    ],
)
def test_few_retries_or_such_as_obeyed_nothing_are_not_judged(comings, undone_s) -> None:
    assert isinstance(retry_after_is_true(story(comings, undone_s)), NotChecked)


@pytest.mark.parametrize(
    ("count", "every_s", "is_herd"), [(40, 0.001, True), (20, 0.0, True), (19, 0.0, False), (40, 0.01, False)]
)
def test_twenty_clients_that_come_in_one_instant_are_a_herd(count, every_s, is_herd) -> None:
    found = retry_after_is_true(story(retries(count, served=count, every_s=every_s)))
    assert not isinstance(found, NotChecked)
    assert len(found) == is_herd
    assert all("all told 2 s, came within" in finding.reason for finding in found)


def test_a_herd_during_the_fault_is_one_as_well() -> None:
    (finding,) = retry_after_is_true(story(retries(30, served=0, at_s=12.0, every_s=0.0)))
    assert "27 of 30 retries" in finding.reason


def test_a_moment_that_is_told_in_different_words_gathers_a_herd() -> None:
    comings = [c for n in range(30) for c in retries(1, served=1, told_s=30.0 - n)]
    herd = [
        Coming(journey="open", user=f"user {n}", at_s=30, ended_s=30, outcome="served", told_s=c.told_s)
        for n, c in enumerate(comings)
    ]
    (finding,) = retry_after_is_true(story(herd))
    assert "told one moment" in finding.reason


def test_some_stragglers_do_not_hide_a_herd() -> None:
    comings = [*retries(36, served=36, every_s=0.0), *retries(4, served=4, at_s=40.0)]
    (finding,) = retry_after_is_true(story(comings))
    assert "36 of 40" in finding.reason
