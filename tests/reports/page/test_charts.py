"""What charts are drawn from: columns of one length, in milliseconds, with gaps where nobody came."""

from __future__ import annotations

import dataclasses
from typing import Any

from chaos.reports.page.charts import chart_data, rows
from chaos.verdict.verdict import Series, Slice


def test_all_columns_have_one_length_and_gaps_are_null(full: Any) -> None:
    one = Slice(from_s=1.0, served=1, degraded=2, broken=3, p50_s=0.01, p95_s=0.0251234, p99_s=1.5)
    series = Series(journey="open", slice_s=0.25, slices=(one, dataclasses.replace(one, from_s=1.75)))
    data = chart_data(full(), series)
    assert data["x"] == [1.0, 1.25, 1.5, 1.75]
    assert data["broken"] == [3, None, None, 3]
    assert data["p95"] == [25.1, None, None, 25.1]
    assert data["p99"] == [1500.0, None, None, 1500.0]


def test_moments_are_those_of_the_verdict(full: Any) -> None:
    made = full()
    (series,) = made.series
    data = chart_data(made, series)
    assert data["faults"] == [["hang on db", 2.01, 4.35]]
    assert [phase for phase, _, _ in data["phases"]] == ["baseline", "fault", "recovery"]
    assert data["recovered"] == round(made.recovered_at_s, 3)
    assert chart_data(dataclasses.replace(made, recovered_at_s=None, faults=()), series)["recovered"] is None


def test_a_series_without_slices_is_empty(full: Any) -> None:
    data = chart_data(full(), Series(journey="open", slice_s=0.25, slices=()))
    assert data["x"] == data["served"] == data["p50"] == []


def test_a_row_says_in_which_phase_it_was(full: Any) -> None:
    made = full()
    (series,) = made.series
    told = {row.slice.from_s: row.phase for row in rows(made, series)}
    assert (told[0.5], told[2.0], told[5.0]) == ("baseline", "fault", "recovery")


def test_only_with_a_control_there_is_a_column_for_it(full: Any) -> None:
    one = Slice(from_s=1.0, served=1, degraded=2, broken=3, p50_s=0.01, p95_s=0.02, p99_s=1.5)
    alone = Series(journey="open", slice_s=0.25, slices=(one, dataclasses.replace(one, from_s=1.5)))
    both = dataclasses.replace(alone, slices=(alone.slices[0], dataclasses.replace(alone.slices[1], control_p95_s=0.5)))
    assert "control_p95" not in chart_data(full(), alone)
    assert chart_data(full(), both)["control_p95"] == [None, None, 500.0]
