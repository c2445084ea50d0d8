"""Quantities: what is read, what is refused and in which words, and that a file keeps them to the last bit."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chaos import units

Parser = Callable[[object], float]


@pytest.mark.parametrize(
    ("parse", "written", "amount"),
    [
        (units.parse_duration, "250ms", 0.25),
        (units.parse_duration, "1.5s", 1.5),
        (units.parse_duration, ".5s", 0.5),
        (units.parse_duration, "5 ms", 0.005),
        (units.parse_duration, " 5ms ", 0.005),
        (units.parse_duration, "2m", 120),
        (units.parse_duration, "2min", 120),
        (units.parse_duration, "1h", 3600),
        (units.parse_duration, "7us", 7e-6),
        (units.parse_duration, "7\N{MICRO SIGN}s", 7e-6),
        (units.parse_duration, "7\N{GREEK SMALL LETTER MU}s", 7e-6),
        (units.parse_duration, "0s", 0),
        (units.parse_duration, "1e3ms", 1),
        (units.parse_size, "64KiB", 65536),
        (units.parse_size, "64KB", 64000),
        (units.parse_size, "64kB", 64000),
        (units.parse_size, "1.5KiB", 1536),
        (units.parse_size, "0B", 0),
        (units.parse_byte_rate, "1MB/s", 1e6),
        (units.parse_byte_rate, "20KiB/s", 20480),
        (units.parse_rate, "10/s", 10),
        (units.parse_rate, "600/min", 10),
        (units.parse_rate, "36/h", 0.01),
        (units.parse_share, "30%", 0.3),
        (units.parse_share, "0%", 0),
        (units.parse_share, "100%", 1),
    ],
)
def test_a_quantity_is_read_in_its_base_unit(parse: Parser, written: str, amount: float) -> None:
    assert parse(written) == amount


@pytest.mark.parametrize(
    ("parse", "found", "message"),
    [
        (units.parse_duration, 400, '400 has no unit; a duration is written like "400ms"'),
        (units.parse_duration, 3, '3 has no unit; a duration is written like "3s" or "3ms"'),
        (units.parse_duration, "400", '400 has no unit; a duration is written like "400ms"'),
        (
            units.parse_duration,
            "5 sec",
            "'5 sec': 'sec' is not a unit of a duration; its units are us, µs, ms, s, m, min, h",
        ),
        (units.parse_duration, "5MS", "'5MS': 'MS' is not a unit of a duration; did you mean ms?"),
        (units.parse_duration, "-5ms", "'-5ms': a duration can't be negative or endless"),
        (units.parse_duration, "1e400s", "'1e400s': a duration can't be negative or endless"),
        (units.parse_duration, "1e999999999s", "'1e999999999s': a duration can't be negative or endless"),
        (units.parse_duration, "soon", "'soon' is not a duration; a duration is written like \"400ms\""),
        (units.parse_duration, "", "'' is not a duration; a duration is written like \"400ms\""),
        (units.parse_duration, None, 'nothing is not a duration; a duration is written like "400ms"'),
        (units.parse_duration, True, 'true is not a duration; a duration is written like "400ms"'),
        (units.parse_duration, ["1s"], 'a list is not a duration; a duration is written like "400ms"'),
        (units.parse_duration, {}, 'a mapping is not a duration; a duration is written like "400ms"'),
        (
            units.parse_duration,
            "64KiB",
            "'64KiB': 'KiB' is not a unit of a duration; its units are us, µs, ms, s, m, min, h",
        ),
        (units.parse_size, 64, '64 has no unit; a size is written like "64KiB"'),
        (units.parse_size, "64kb", "'64kb': 'kb' is not a unit of a size; did you mean kB?"),
        (units.parse_byte_rate, 20, '20 has no unit; a byte rate is written like "20KB/s"'),
        (units.parse_rate, 10, '10 has no unit; a rate is written like "10/s"'),
        (units.parse_rate, "0/s", 'a rate must be more than zero, like "10/s"'),
        (units.parse_share, 30, '30 has no unit; a share is written like "30%"'),
        (units.parse_share, 0.3, '0.3 has no unit; a share is written like "30%"'),
        (units.parse_share, "101%", "101%: a share is at most 100%"),
    ],
)
def test_a_refusal_says_what_was_found_and_what_was_meant(parse: Parser, found: object, message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  the whole message is compared
        parse(found)
    assert str(refused.value) == message


def test_a_share_is_the_very_figure_that_so_many_of_a_thousand_give() -> None:
    """`served: ">= 99.9%"` must hold for 999 of 1,000: 99.9 * 0.01 would be a little more than that."""
    assert [n for n in range(1001) if units.parse_share(f"{n / 10}%") != n / 1000] == []


def test_milliseconds_are_the_floats_that_python_writes_for_them() -> None:
    assert [n for n in range(5000) if units.parse_duration(f"{n}ms") != n / 1000] == []


@given(st.floats(min_value=0, max_value=1e12, allow_nan=False))
@example(5e-324)
def test_an_amount_written_to_a_file_is_read_as_the_same_float(amount: float) -> None:
    assert units.parse_duration(units.exact(amount, "s")) == amount
    assert units.parse_byte_rate(units.exact(amount, "B/s")) == amount


@given(st.floats(min_value=0, max_value=1))
@example(0.07)
@example(5e-324)
def test_a_share_written_to_a_file_is_read_as_the_same_float(ratio: float) -> None:
    assert units.parse_share(units.exact_share(ratio)) == ratio


@given(st.integers(min_value=0, max_value=10**15))
def test_a_size_written_to_a_file_is_read_as_the_same_number(size: int) -> None:
    assert units.parse_size(units.exact(size, "B")) == size


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_whatever_is_found_is_either_a_finite_amount_or_a_plain_refusal(found: object) -> None:
    for parse in (units.parse_duration, units.parse_size, units.parse_byte_rate, units.parse_rate, units.parse_share):
        try:
            amount = parse(found)
        except ValueError:
            continue
        assert math.isfinite(amount)
        assert amount >= 0


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0ms"),
        (0.0000000001, "0ms"),
        (0.0123, "12.3ms"),
        (0.0995, "100ms"),
        (0.25, "250ms"),
        (0.9996, "1s"),
        (1, "1s"),
        (2.5, "2.5s"),
        (2.345678, "2.35s"),
        (100.25, "100.25s"),
        (119.999, "2min"),
        (200, "3min 20s"),
        (-0.25, "-250ms"),
    ],
)
def test_a_duration_is_shown_short(seconds: float, shown: str) -> None:
    assert units.format_duration(seconds) == shown


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (0.99, "99%"),
        (0.9899, "98.9%"),
        (0.9999, "99.9%"),
        (1, "100%"),
        (0, "0%"),
        (0.0001, "0.1%"),
        (2 / 7, "28.6%"),
        (0.5, "50%"),
    ],
)
def test_a_share_is_never_rounded_to_a_whole_that_was_not_reached(ratio: float, shown: str) -> None:
    assert units.format_share(ratio) == shown


@given(st.floats(min_value=0, max_value=1))
def test_only_all_and_nothing_are_shown_as_all_and_nothing(ratio: float) -> None:
    if 1e-9 < ratio < 1 - 1e-9:
        assert units.format_share(ratio) not in {"0%", "100%"}


@pytest.mark.parametrize(
    ("size", "shown"), [(512, "512B"), (65536, "64KiB"), (1.5 * 1024**2, "1.5MiB"), (2 * 1024**3, "2GiB")]
)
def test_a_size_is_shown_in_the_largest_fitting_unit(size: float, shown: str) -> None:
    assert units.format_size(size) == shown


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("0.4s", "400ms"),
        ("20000.0B/s", "20KB/s"),
        ("65536B", "64KiB"),
        ("10.0/s", "10/s"),
        ("30.0%", "30%"),
        ("90s", "90s"),
        ("0.1%", "0.1%"),
        ("no quantity", "no quantity"),
    ],
)
def test_a_quantity_is_shortened_to_the_unit_that_suits_it(written: str, short: str) -> None:
    assert units.shortened(written) == short


@given(st.floats(min_value=1e-6, max_value=1e6))
def test_a_shortened_quantity_is_the_very_same(seconds: float) -> None:
    assert units.parse_duration(units.shortened(units.exact(seconds, "s"))) == seconds
