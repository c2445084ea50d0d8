"""Series: every run is in one slice, there are never too many slices, and faults are on between their confirmations."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.verdict.series import MOST_SLICES, slice_width


@pytest.mark.parametrize(
    ("length_s", "width_s"),
    [(0, 0.25), (10, 0.25), (60, 0.25), (61, 0.5), (600, 5), (3600, 15), (7200, 30), (7201, 60), (50_000, 240)],
)
def test_a_slice_is_as_narrow_as_the_number_of_slices_allows(length_s: float, width_s: float) -> None:
    assert slice_width(length_s) == width_s
    assert length_s / slice_width(length_s) <= MOST_SLICES


def test_every_run_is_counted_once_in_the_slice_in_which_it_was_due(story: Any) -> None:
    made = story().night(during="20s 5d 20b").end().verdict()
    series = {each.journey: each for each in made.series}
    assert set(series) == {"open"}  # of `save` there was no run
    slices = series["open"].slices
    total = [sum(getattr(each, name) for each in slices) for name in ("served", "degraded", "broken")]
    assert total == [25 + 20 + 45, 5, 20]
    assert [each.from_s for each in slices] == sorted({each.from_s for each in slices})
    assert all(each.from_s % series["open"].slice_s == 0 for each in slices)
    assert max(each.served + each.degraded + each.broken for each in slices) <= 6  # 20 a second, in quarters of it


def test_percentiles_are_those_of_the_slice(story: Any) -> None:
    told = story().baseline("10s")
    told.wait(10)
    for took in (0.1, 0.2, 0.3, 0.9):
        told.run(took=took)
    (series,) = told.end().verdict().series
    last = series.slices[-1]
    assert (last.p50_s, last.p95_s, last.p99_s) == (0.2, 0.9, 0.9)


def test_slices_in_which_nothing_was_due_are_left_out(story: Any) -> None:
    (series,) = story().baseline("5s").wait(20).runs("5s").end().verdict().series
    assert len(series.slices) == 2


def test_a_fault_is_on_from_its_confirmation_to_that_of_its_undo(story: Any) -> None:
    told = story().night().end()
    made = told.verdict()
    (span,) = made.faults
    assert (span.fault, span.on) == (told.fault, "db")
    assert span.from_s == pytest.approx(1.35)
    assert span.to_s == pytest.approx(1.35 + 45 * 0.05 + 0.1)
    assert made.recovered_at_s == pytest.approx(span.to_s + made.recovered.at_most_s)


def test_a_fault_that_comes_again_has_a_span_each_time(story: Any) -> None:
    told = story(faults=[{"link": "db", "hang": {}, "for": "1s", "every": "2s", "times": 2}]).baseline()
    told.fault_on().runs("20s").fault_off().runs("20s").fault_on().runs("20s").fault_off().recovery().end()
    first, second = told.verdict().faults
    assert first.to_s == pytest.approx(second.from_s - 1.1)
    assert second.to_s == pytest.approx(second.from_s + 1.1)


def test_a_fault_that_was_never_undone_has_no_end_and_one_that_was_never_injected_no_span(story: Any) -> None:
    (span,) = story().baseline().fault_on().runs("5s").verdict().faults
    assert span.to_s is None
    never = story().baseline("3b").end().verdict()
    assert never.faults == ()
    assert never.recovered_at_s is None


def test_the_plan_comes_along_as_it_was_run(story: Any) -> None:
    told = story().night().end()
    assert told.verdict().plan is told.plan


def test_the_p95_of_the_control_stands_beside_where_there_was_one(story: Any) -> None:
    told = story(control=True).baseline("10s")
    told.wait(10).pairs("5s", "5s", took=0.2, beside_took=0.1)
    (series,) = told.end().verdict().series
    assert {each.control_p95_s for each in series.slices if each.from_s < 10} == {None}
    assert (series.slices[-1].p95_s, series.slices[-1].control_p95_s) == (0.2, 0.1)
