import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from demo_app.web.history import SAME_WITHIN_S, Historian, History, Incident
from demo_app.web.model import Part

POSTING = Part("Posting", False, "New clips may appear late.", since_s=995.0)
JOINING = Part("Joining", False, "New members wait.")

WaitUntil = Callable[[Callable[[], bool], str], None]


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history.db")


def test_what_was_wrong_is_kept_from_when_to_when(history: History) -> None:
    history.look([], 990.0)
    history.look([POSTING], 1000.0)
    history.look([POSTING, JOINING], 1001.0)
    history.look([JOINING], 1002.0)
    assert history.newest() == [
        Incident("Joining", "New members wait.", 1001.0, None),
        Incident("Posting", "New clips may appear late.", 995.0, 1002.0),
    ]


def test_looking_often_changes_nothing(history: History) -> None:
    for now_s in range(1000, 1010):
        history.look([POSTING], float(now_s))
    assert len(history.newest()) == 1


@pytest.mark.parametrize(("later_s", "incidents"), [(SAME_WITHIN_S - 1, 1), (SAME_WITHIN_S + 1, 2)])
def test_what_comes_back_within_a_minute_is_the_same_incident(history: History, later_s: float, incidents: int) -> None:
    history.look([POSTING], 1000.0)
    history.look([], 1001.0)
    history.look([POSTING], 1001.0 + later_s)
    assert len(history.newest()) == incidents
    assert history.newest()[0].ended_s is None


def test_it_outlives_a_restart_and_what_was_open_then_ends_when_it_is_found_to_be_well(
    history: History, tmp_path: Path
) -> None:
    history.look([POSTING, JOINING], 1000.0)
    again = History(tmp_path / "history.db")
    again.look([JOINING], 1030.0)
    assert {(one.part, one.ended_s) for one in again.newest()} == {("Joining", None), ("Posting", 1030.0)}


def test_the_newest_come_first_and_not_more_than_asked_for(history: History) -> None:
    for number in range(5):
        history.look([Part("Watching", False, f"{number}")], 1000.0 + 200 * number)
        history.look([], 1100.0 + 200 * number)
    assert [one.text for one in history.newest(2)] == ["4", "3"]


def test_it_is_written_though_nobody_opens_a_page(history: History, wait_until: WaitUntil) -> None:
    wrong = [POSTING]
    failures = iter([True])

    def look() -> list[Part]:
        if next(failures, False):
            raise OSError("no room")
        return list(wrong)

    historian = Historian(history, look)
    historian.start()
    wait_until(lambda: len(history.newest()) == 1, "it is noted, though the first look failed")
    wrong.clear()
    wait_until(lambda: history.newest()[0].ended_s is not None, "its end is noted")
    historian.end()
    assert not [thread for thread in threading.enumerate() if thread is historian]
