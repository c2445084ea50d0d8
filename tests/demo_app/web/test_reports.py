from pathlib import Path

import pytest

from demo_app.web.reports import KEPT_MINUTES, MANY, SHOWN_MINUTES, Reports

NOW_S = 1_625_605_230.0  # half a minute past
MINUTE_S = 60.0


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    return Reports(tmp_path / "reports.db")


def test_reports_are_counted_by_minute_and_kind(reports: Reports) -> None:
    reports.add("anna", "slow", NOW_S - MINUTE_S)
    reports.add("ben", "slow", NOW_S)
    reports.add("ben", "other", NOW_S + 20)
    minutes = reports.minutes(NOW_S)
    assert len(minutes) == SHOWN_MINUTES
    assert [(minute.total, dict(minute.kinds)) for minute in minutes[-2:]] == [
        (1, {"slow": 1}),
        (2, {"slow": 1, "other": 1}),
    ]
    assert minutes[-1].begins_s == 1_625_605_200
    assert all(minute.total == 0 for minute in minutes[:-2])


def test_clicking_again_does_not_make_a_crowd(reports: Reports) -> None:
    for _ in range(50):
        reports.add("anna", "slow", NOW_S)
    assert reports.minutes(NOW_S)[-1].total == 1
    assert reports.people(NOW_S) == 1
    assert reports.many(NOW_S) == []


@pytest.mark.parametrize(("people", "many"), [(MANY - 1, []), (MANY, ["slow"])])
def test_many_are_so_many_different_people_with_the_same(reports: Reports, people: int, many: list[str]) -> None:
    for number in range(people):
        reports.add(f"user-{number}", "slow", NOW_S - number % 4 * MINUTE_S)
        reports.add(f"user-{number}", "slow", NOW_S)
    reports.add("someone-else", "other", NOW_S)
    assert reports.many(NOW_S) == many


def test_after_five_minutes_it_is_quiet_again_and_the_chart_still_shows_it(reports: Reports) -> None:
    for number in range(MANY):
        reports.add(f"user-{number}", "slow", NOW_S)
    later_s = NOW_S + 5 * MINUTE_S
    assert (reports.many(later_s), reports.people(later_s)) == ([], 0)
    assert sum(minute.total for minute in reports.minutes(later_s)) == MANY


def test_they_outlive_a_restart_and_are_forgotten_after_a_day(reports: Reports, tmp_path: Path) -> None:
    reports.add("anna", "slow", NOW_S)
    again = Reports(tmp_path / "reports.db")
    assert again.minutes(NOW_S)[-1].total == 1
    again.add("ben", "slow", NOW_S + (KEPT_MINUTES + 1) * MINUTE_S)
    assert again.minutes(NOW_S)[-1].total == 0
