"""Seconds: what they hold, and what has changed since a version."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.backends.links import Count
from chaos.dashboard.seconds import KEPT_S, Carried, Kept, Seconds


def test_a_run_belongs_to_the_second_in_which_it_was_due_however_late_it_ends(sample: Any) -> None:
    seconds = Seconds()
    seconds.add(sample(3.2), 1)
    seconds.add(sample(3.9, "broken", took_s=1.0), 2)
    (second,) = seconds.since(0)
    assert (second.at_s, second.journeys["open"].served, second.journeys["open"].broken) == (3, 1, 1)
    assert second.journeys["open"].p99_s == 1.0
    assert second.journeys["open"].p50_s == 0.01


def test_only_seconds_that_changed_since_then_are_told_again(sample: Any) -> None:
    seconds = Seconds()
    seconds.add(sample(3.2), 1)
    seconds.add(sample(4.2), 2)
    assert [each.at_s for each in seconds.since(1)] == [4]
    seconds.add(sample(3.4, "degraded"), 3)
    (again,) = seconds.since(2)
    assert (again.at_s, again.journeys["open"].served, again.journeys["open"].degraded) == (3, 1, 1)
    assert seconds.since(3) == ()


def test_all_users_together_have_figures_of_their_own(sample: Any) -> None:
    seconds = Seconds()
    seconds.add(sample(1.0, took_s=0.1), 1)
    seconds.add(sample(1.5, "broken", took_s=0.3, journey="save"), 2)
    (second,) = seconds.since(0)
    assert second.all is not None
    assert (second.all.served, second.all.broken, second.all.p99_s) == (1, 1, 0.3)


def test_users_whom_this_machine_sent_late_are_counted(sample: Any) -> None:
    seconds = Seconds()
    seconds.add(sample(1.0), 1)
    seconds.add(sample(1.1, left_s=1.3), 2)
    assert seconds.since(0)[0].late == 1


def test_counters_of_links_become_rates_over_the_time_between_two_looks() -> None:
    seconds = Seconds()
    seconds.count(10.0, {"edge": Count(100, 200)}, {"edge": 1000}, 1)
    assert seconds.since(0) == (), "there is nothing to compare the first with"
    seconds.count(12.0, {"edge": Count(150, 320)}, {"edge": 3000}, 2)
    (second,) = seconds.since(0)
    assert second.links["edge"] == Carried(connections_per_s=25.0, requests_per_s=60.0, bytes_per_s=1000.0)


@pytest.mark.parametrize(("before", "now"), [(None, None), (7, None), (None, 7)])
def test_a_link_that_can_not_be_read_has_connections_only(before: int | None, now: int | None) -> None:
    seconds = Seconds()
    seconds.count(10.0, {"db": Count(4, before)}, {"db": 0}, 1)
    seconds.count(11.0, {"db": Count(6, now)}, {"db": 0}, 2)
    assert seconds.since(0)[0].links["db"] == Carried(connections_per_s=2.0, requests_per_s=None, bytes_per_s=0.0)


def test_a_counter_that_begins_anew_is_no_negative_rate() -> None:
    seconds = Seconds()
    seconds.count(10.0, {"edge": Count(100, 100)}, {"edge": 1000}, 1)
    seconds.count(11.0, {"edge": Count(3, 3)}, {"edge": 30}, 2)
    assert seconds.since(0)[0].links["edge"] == Carried(connections_per_s=0.0, requests_per_s=0.0, bytes_per_s=0.0)


def test_what_is_long_past_is_forgotten(sample: Any) -> None:
    seconds = Seconds()
    seconds.add(sample(1.0), 1)
    seconds.add(sample(KEPT_S + 1.5), 2)
    assert [each.at_s for each in seconds.since(0)] == [1, KEPT_S + 1]
    seconds.add(sample(KEPT_S + 2.5), 3)
    assert [each.at_s for each in seconds.since(0)] == [KEPT_S + 1, KEPT_S + 2]


def test_what_is_kept_and_reported_stands_in_its_second() -> None:
    seconds = Seconds()
    seconds.keep(5.0, "items", Kept(acknowledged=4, stored=3), 1)
    seconds.report(5.1, 2)
    seconds.report(5.9, 3)
    (second,) = seconds.since(0)
    assert (second.kept["items"].stored, second.reports) == (3, 2)


@pytest.mark.parametrize(("from_s", "to_s", "wanted"), [(1.0, 2.0, [1.0, 1.5]), (1.2, 3.0, [1.5, 2.5]), (3, 9, [])])
def test_the_runs_of_a_stretch_are_those_that_were_due_in_it(
    sample: Any, from_s: float, to_s: float, wanted: list[float]
) -> None:
    seconds = Seconds()
    for due_s in (0.5, 1.0, 1.5, 2.5):
        seconds.add(sample(due_s), 1)
    found = seconds.due_between(from_s, to_s)
    assert [each.due_s for each in found.get("open", ())] == wanted
