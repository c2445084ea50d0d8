"""Garbage is collected seldom meanwhile, and the collector is left as whoever else uses it has set it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from chaos.run.garbage import YOUNG, seldom_collected


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """As Python starts it, and afterwards as it was."""
    before = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def state() -> tuple[bool, tuple[int, int, int]]:
    return gc.get_freeze_count() > 0, gc.get_threshold()


def test_what_there_is_is_frozen_meanwhile_and_looks_are_seldom() -> None:
    with seldom_collected():
        assert state() == (True, (YOUNG, 10, 10))
    assert state() == (False, (700, 10, 10))


def test_all_is_put_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), seldom_collected():
        1 / 0  # noqa: B018
    assert state() == (False, (700, 10, 10))


def test_what_others_have_frozen_stays_frozen() -> None:
    gc.freeze()
    with seldom_collected():
        assert state() == (True, (700, 10, 10))
    assert state() == (True, (700, 10, 10))


def test_whoever_looks_more_seldom_or_never_does_so_still() -> None:
    gc.set_threshold(2 * YOUNG, 10, 10)
    with seldom_collected():
        assert state() == (True, (2 * YOUNG, 10, 10))
    gc.set_threshold(0, 10, 10)
    with seldom_collected():
        assert state() == (False, (0, 10, 10))


def test_of_two_runs_at_once_the_first_settles_it_and_its_end_puts_it_back() -> None:
    first, second = seldom_collected(), seldom_collected()
    first.__enter__()
    second.__enter__()
    assert state() == (True, (YOUNG, 10, 10))
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert state() == (False, (700, 10, 10))
