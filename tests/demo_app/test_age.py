from datetime import date

import pytest

from demo_app.age import old_enough, parse_born, years_old

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2013, 11, 23), TODAY, 13),
        (date(2013, 11, 24), TODAY, 12),
        (date(2013, 12, 1), TODAY, 12),
        (date(2012, 2, 29), date(2025, 2, 28), 12),
        (date(2012, 2, 29), date(2025, 3, 1), 13),
        (date(2012, 2, 29), date(2024, 2, 29), 12),
        (TODAY, TODAY, 0),
    ],
)
def test_years_are_counted_to_the_last_birthday(born: date, on: date, years: int) -> None:
    assert years_old(born, on) == years


def test_one_is_old_enough_on_the_thirteenth_birthday_and_not_the_day_before() -> None:
    assert old_enough(date(2013, 11, 23), TODAY)
    assert not old_enough(date(2013, 11, 24), TODAY)


@pytest.mark.parametrize("text", ["1990-01-31", " 1990-01-31 ", "1906-12-01", "2026-11-23"])
def test_a_past_date_is_read(text: str) -> None:
    assert parse_born(text, TODAY) == date.fromisoformat(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1990",
        "1990-02-30",
        "31.1.1990",
        "19900131",
        "1990-W01-1",
        "2026-11-24",
        "1905-11-23",
        "0001-01-01",
        "x" * 10,
    ],
)
def test_what_is_no_past_date_of_a_living_person_is_refused(text: str) -> None:
    assert parse_born(text, TODAY) is None
