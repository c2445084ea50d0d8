"""How many experiments run at once, and what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaos.run.room import FREE_CORES, MOST_AT_ONCE, WINDOW_S, FreeCores, Room, room_for

LOCAL: dict[str, Any] = {"services": {"web": {"command": "web"}}, "audit": {}}


def test_a_number_is_taken_as_it_is_said_but_no_more_than_there_are(plan: Any) -> None:
    room = room_for([plan(**LOCAL)] * 9, 7)
    assert (room.most, room.said) == (7, "")
    assert room_for([plan(**LOCAL)] * 2, 7).most == 2
    assert [room.for_another(count, coming=count) for count in (0, 6, 7)] == [True, True, False]


FREE: dict[str, tuple[int, int, float, bool]] = {
    "nothing runs: the first may always begin": (0, 0, 0.0, True),
    "no users are there yet: as many as there are cores may begin": (1, 1, 0.0, True),
    "but no more": (2, 2, 2.0, False),
    "there is time for another": (3, 0, FREE_CORES, True),
    "there is none": (3, 0, FREE_CORES - 0.01, False),
    "nobody knows yet what the one before takes": (3, 1, 2.0, False),
    "so many are the most": (5, 0, 2.0, False),
}


@pytest.mark.parametrize("case", FREE)
def test_auto_goes_by_what_nobody_uses(case: str) -> None:
    under_way, coming, free, expected = FREE[case]
    assert Room(5, lambda: free, at_first=2).for_another(under_way, coming=coming) is expected


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="this system has no such count")
def test_auto_looks_at_this_machine_and_has_an_end(plan: Any) -> None:
    room = room_for([plan(**LOCAL)] * 500, None)
    assert room.most == MOST_AT_ONCE
    assert room.said == "as many at once as this machine has time for"
    assert room.for_another(0, coming=0)
    assert not room.for_another(1, coming=0), "it has not looked for long enough"


def test_where_the_machine_was_too_busy_one_less_runs_at_once() -> None:
    room = Room(32)
    found = []
    for under_way in (4, 4, 1, 1):
        room.was_too_busy(under_way)
        found.append(room.most)
    assert found == [3, 2, 1, 1]


def test_free_cores_are_counted_over_a_while() -> None:
    seen = iter([(0.0, 10.0), (WINDOW_S / 2, 10.6), (WINDOW_S, 10.8), (2 * WINDOW_S, 10.9), (2.5 * WINDOW_S, 11.0)])
    free = FreeCores(lambda: next(seen))
    found = [free.now() for _ in range(5)]
    assert found[:2] == [0.0, 0.0]
    assert found[2:] == pytest.approx([0.8 / WINDOW_S, 0.1 / WINDOW_S, 0.2 / (1.5 * WINDOW_S)])


@pytest.mark.parametrize("asked", [None, 4])
def test_a_system_that_runs_already_meets_one_experiment_at_a_time(plan: Any, asked: int | None) -> None:
    room = room_for([plan(**LOCAL), plan()], asked)
    assert room.most == 1
    assert "one at a time: store already runs" in room.said
    assert room_for([plan()], 1).said == "", "nobody asked for more"


@pytest.mark.parametrize("asked", [None, 4])
def test_workers_from_elsewhere_come_to_one_experiment_at_a_time(plan: Any, asked: int | None) -> None:
    made = plan(**LOCAL, journeys={"save": spread({"expect": 2, "port": 5999})})
    room = room_for([plan(**LOCAL), made], asked)
    assert (room.most, "workers from elsewhere" in room.said, "port 5999" in room.said) == (1, True, True)
    assert room_for([made], 1).said == "", "nobody asked for more"


def test_workers_that_are_started_here_have_a_port_for_each_experiment(plan: Any) -> None:
    room = room_for([plan(**LOCAL, journeys={"save": spread(2)})] * 3, 3)
    assert (room.most, room.said) == (3, "")


def spread(workers: Any) -> dict[str, Any]:
    return {"traffic": {"engine": "locust", "users": 5, "workers": workers}, "steps": [{"get": "edge:/"}]}
