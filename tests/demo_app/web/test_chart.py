import pytest

from demo_app.web.chart import HEIGHT, TOP, WIDTH, chart_of, rounded_up

NAMES = [f"20:{minute:02d}" for minute in range(30)]


def test_the_highest_bar_stays_below_the_top_and_the_others_are_in_proportion() -> None:
    chart = chart_of([0] * 27 + [5, 10, 0], NAMES)
    low, high = chart.bars
    assert (low.label, high.label) == ("20:27", "20:28")
    assert high.height == pytest.approx(2 * low.height)
    assert high.y >= TOP - 0.1
    assert high.y + high.height == pytest.approx(HEIGHT)
    assert 0 <= low.x < low.x + low.width < high.x < high.x + high.width <= WIDTH
    assert (chart.most, chart.most_at, chart.total) == (10, "20:28", 15)
    assert (chart.first, chart.last) == ("20:00", "20:29")


def test_a_few_reports_do_not_look_like_many() -> None:
    (bar,) = chart_of([0] * 29 + [1], NAMES).bars
    assert bar.height < HEIGHT / 3


def test_nothing_is_drawn_for_nothing() -> None:
    assert chart_of([0] * 30, NAMES).bars == []


@pytest.mark.parametrize(
    ("value", "top"), [(1, 2), (2, 2), (3, 4), (5, 10), (11, 20), (21, 40), (100, 100), (101, 200)]
)
def test_the_scale_ends_at_an_even_round_number(value: int, top: int) -> None:
    assert rounded_up(value) == top
