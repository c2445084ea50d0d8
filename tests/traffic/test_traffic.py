"""Arrivals: on schedule whatever becomes of them, in order of a clock that the test moves."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from typing import Any

import pytest

from chaos.experiment.system import Journey
from chaos.traffic.traffic import Traffic

NEVER = "never"


def journey(**keys: Any) -> Journey:
    return Journey.model_validate_json(json.dumps({"steps": [{"get": "edge:/"}], **keys}))


class Runs:
    """Notes who was due when and left when. A run ends when `release` says so, or at once."""

    def __init__(self, clock: Any, *, held: bool = False) -> None:
        self._clock = clock
        self._held = held
        self.left: list[tuple[str, float, float]] = []
        self.waiting: list[asyncio.Event] = []
        self.ended = 0

    async def __call__(self, name: str, due_s: float) -> None:
        self.left.append((name, due_s, self._clock.now()))
        if self._held:
            event = asyncio.Event()
            self.waiting.append(event)
            await event.wait()
        self.ended += 1

    def dues(self, name: str) -> list[float]:
        return [round(due - 100, 6) for who, due, _ in self.left if who == name]


def traffic(journeys: dict[str, Journey], runs: Any, clock: Any, group: asyncio.TaskGroup, seed: int = 1) -> Traffic:
    return Traffic(journeys, runs, clock, random.Random(seed), group)


@pytest.mark.parametrize("held", [False, True])
def test_arrivals_keep_to_their_schedule_whether_or_not_they_are_answered(run: Any, clock: Any, held: bool) -> None:
    """Coordinated omission: an app that never answers must not slow its users down."""
    runs = Runs(clock, held=held)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="10/s")}, runs, clock, group)
            arrivals.start()
            await clock.to(103.0)
            arrivals.abandon()

    run(all_of_it())
    dues = runs.dues("open")
    assert len(dues) in {30, 31}
    assert 0 <= dues[0] < 0.1
    assert [round(b - a, 6) for a, b in itertools.pairwise(dues)] == [0.1] * (len(dues) - 1)
    assert all(left == due for _, due, left in runs.left)


def test_a_machine_that_stood_still_sends_what_is_due_late_and_it_shows(run: Any, clock: Any, settled: Any) -> None:
    runs = Runs(clock)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="10/s")}, runs, clock, group)
            arrivals.start()
            await clock.to(100.5)
            clock.jump(1.0)
            await clock.to(102.0)
            arrivals.abandon()

    run(all_of_it())
    late = [left - due for _, due, left in runs.left if left > due + 0.001]
    assert 9 <= len(late) <= 11
    assert max(late) > 0.8
    assert len(runs.left) in {20, 21}, "nobody is left out"


def test_journeys_do_not_march_in_step_and_the_same_seed_is_the_same_schedule(run: Any, clock: Any) -> None:
    async def first_dues(seed: int) -> dict[str, float]:
        runs = Runs(clock)
        start = clock.now()
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({name: journey(rate="10/s") for name in "abc"}, runs, clock, group, seed)
            arrivals.start()
            await clock.to(clock.now() + 0.1)
            arrivals.abandon()
        return {name: round(due - start, 6) for name, due, _ in runs.left}

    first = run(first_dues(1))
    assert len(set(first.values())) == 3
    assert run(first_dues(1)) == first
    assert run(first_dues(2)) != first


def test_finished_is_the_moment_up_to_which_every_run_has_ended(run: Any, clock: Any, settled: Any) -> None:
    runs = Runs(clock, held=True)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="10/s")}, runs, clock, group)
            arrivals.start()
            await clock.to(100.35)
            dues = [due for _, due, _ in runs.left]
            assert dues[0] - 0.001 < arrivals.finished_s() < dues[0], "the first is under way"
            runs.waiting[1].set()
            await settled()
            assert arrivals.finished_s() < dues[0], "the second alone does not help"
            runs.waiting[0].set()
            await settled()
            assert dues[1] < arrivals.finished_s() < dues[2]
            for event in runs.waiting:
                event.set()
            await settled()
            coming = dues[-1] + 0.1
            assert dues[-1] < arrivals.finished_s() < coming, "the next one may still turn out to be slow"
            arrivals.abandon()

    run(all_of_it())


def test_a_run_is_finished_as_soon_as_its_sample_is_there(run: Any, clock: Any) -> None:
    """Whoever waits for samples looks at what is finished at once, and may not get another chance."""
    seen: list[float] = []
    dues: list[float] = []

    async def all_of_it() -> None:
        recorded, may_end = asyncio.Event(), asyncio.Event()

        async def one(name: str, due_s: float) -> None:
            dues.append(due_s)
            await may_end.wait()
            recorded.set()

        async def watch() -> None:
            await recorded.wait()
            seen.append(arrivals.finished_s())

        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="1/s")}, one, clock, group)
            arrivals.start()
            await clock.to(101.0)
            watching = group.create_task(watch())
            await asyncio.sleep(0)
            may_end.set()
            await watching
            arrivals.abandon()

    run(all_of_it())
    assert seen[0] > dues[0]


def test_of_several_journeys_the_slowest_decides_what_is_finished(run: Any, clock: Any, settled: Any) -> None:
    runs = Runs(clock)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"fast": journey(rate="100/s"), "slow": journey(rate="1/s")}, runs, clock, group)
            arrivals.start()
            await clock.to(101.0)
            assert arrivals.finished_s() <= clock.now() + 0.01
            assert arrivals.finished_s() > 100.9
            arrivals.abandon()

    run(all_of_it())


def test_stopping_lets_nobody_else_come_and_waits_for_those_under_way(run: Any, clock: Any, settled: Any) -> None:
    runs = Runs(clock, held=True)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="10/s"), "loop": journey(clients=2)}, runs, clock, group)
            arrivals.start()
            await clock.to(100.5)
            came = len(runs.left)
            stopping = group.create_task(arrivals.stop())
            await clock.to(105.0)
            assert not stopping.done()
            for event in runs.waiting:
                event.set()
            assert await stopping == 100.5
            assert (len(runs.left), runs.ended) == (came, came)
            assert arrivals.finished_s() > 104.9, "nothing is open any more"

    run(all_of_it())


def test_stopping_when_nobody_is_under_way_returns_at_once(run: Any, clock: Any) -> None:
    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="10/s")}, Runs(clock), clock, group)
            arrivals.start()
            await arrivals.stop()

    run(all_of_it())


def test_giving_up_ends_those_under_way_too(run: Any, clock: Any) -> None:
    runs = Runs(clock, held=True)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="10/s"), "loop": journey(clients=3)}, runs, clock, group)
            arrivals.start()
            await clock.to(100.5)
            arrivals.abandon()

    run(all_of_it())
    assert runs.left
    assert runs.ended == 0


def test_giving_up_at_once_leaves_nothing_to_wait_for(run: Any, clock: Any) -> None:
    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="10/s"), "loop": journey(clients=3)}, Runs(clock), clock, group)
            arrivals.start()
            arrivals.abandon()
            await arrivals.stop()

    run(all_of_it())


def test_closed_loop_clients_wait_for_their_answers(run: Any, clock: Any, settled: Any) -> None:
    runs = Runs(clock, held=True)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"loop": journey(clients=3)}, runs, clock, group)
            arrivals.start()
            await settled()
            assert len(runs.left) == 3
            runs.waiting[0].set()
            await settled()
            assert len(runs.left) == 4
            assert arrivals.finished_s() < 100.0
            arrivals.abandon()

    run(all_of_it())


def test_a_client_thinks_between_two_runs(run: Any, clock: Any, settled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    thought: list[float] = []
    sleep = asyncio.sleep

    async def think(seconds: float) -> None:
        if seconds:
            thought.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", think)
    runs = Runs(clock)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"loop": journey(clients=1, think="1.5s")}, runs, clock, group)
            arrivals.start()
            await settled()
            arrivals.abandon()

    run(all_of_it())
    assert set(thought) == {1.5}
    assert abs(len(runs.left) - len(thought)) <= 1


def test_a_surge_begins_and_ends_at_its_moment(run: Any, clock: Any, settled: Any) -> None:
    """Also where the next user would not have come for a long time."""
    runs = Runs(clock)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="1/s"), "other": journey(rate="1/s")}, runs, clock, group)
            arrivals.start()
            await clock.to(110.0)
            arrivals.multiply("open", "surge", 10)
            await clock.to(112.0)
            assert 111.8 < arrivals.finished_s() < 112.2
            arrivals.multiply("open", "surge", 1)
            await clock.to(120.0)
            arrivals.abandon()

    run(all_of_it())
    came = [sum(low < due <= high for due in runs.dues("open")) for low, high in ((0, 10), (10, 12), (12, 20))]
    assert came == [10, 20, 8]
    assert all(left == due for _, due, left in runs.left)
    assert len(runs.dues("other")) == 20


def test_two_surges_of_one_journey_multiply_each_other(run: Any, clock: Any) -> None:
    runs = Runs(clock)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="1/s")}, runs, clock, group)
            arrivals.start()
            arrivals.multiply("open", "first", 2)
            arrivals.multiply("open", "second", 5)
            await clock.to(110.0)
            arrivals.multiply("open", "first", 1)
            await clock.to(120.0)
            arrivals.abandon()

    run(all_of_it())
    dues = runs.dues("open")
    assert sum(due <= 10 for due in dues) in {100, 101}
    assert sum(due > 10 for due in dues) in {49, 50}


def test_a_surge_that_ends_after_the_traffic_brings_nobody_back(run: Any, clock: Any) -> None:
    runs = Runs(clock)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = traffic({"open": journey(rate="10/s")}, runs, clock, group)
            arrivals.start()
            arrivals.multiply("open", "surge", 2)
            await clock.to(101.0)
            await arrivals.stop()
            arrivals.multiply("open", "surge", 1)
            await clock.to(105.0)

    run(all_of_it())
    assert max(runs.dues("open")) <= 1.0


@pytest.mark.parametrize("keys", [{"rate": "10/s"}, {"clients": 2}])
def test_an_exception_in_a_run_ends_the_whole_group(run: Any, clock: Any, keys: dict[str, Any]) -> None:
    async def one(name: str, due_s: float) -> None:
        raise ZeroDivisionError

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            traffic({"open": journey(**keys)}, one, clock, group).start()
            await clock.to(101.0)
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as failed:
        run(all_of_it())
    assert {type(error) for error in failed.value.exceptions} == {ZeroDivisionError}


class Away:
    """Users who are played elsewhere."""

    def __init__(self, finished_s: float) -> None:
        self.done: list[str] = []
        self.finished = finished_s
        self.ended = asyncio.Event()

    def begin(self, group: asyncio.TaskGroup) -> None:
        self.done.append("begin")

    def finished_s(self) -> float:
        return self.finished

    async def stop(self) -> None:
        self.done.append("stop")
        await self.ended.wait()

    def abandon(self) -> None:
        self.done.append("abandon")


def test_users_elsewhere_begin_and_end_with_all_others_and_nothing_is_finished_before_they_are(
    run: Any, clock: Any, settled: Any
) -> None:
    away = Away(finished_s=100.5)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            runs = Runs(clock)
            arrivals = Traffic({"open": journey(rate="10/s")}, runs, clock, random.Random(1), group, [away])
            arrivals.start()
            await clock.to(102.0)
            assert arrivals.finished_s() == 100.5
            away.finished = 109.0
            assert 101.9 < arrivals.finished_s() < 102.2, "of those here the next is due"
            stopping = asyncio.create_task(arrivals.stop())
            await settled()
            assert not stopping.done()
            away.ended.set()
            assert await stopping == 102.0
            arrivals.abandon()

    run(all_of_it())
    assert away.done == ["begin", "stop", "abandon"]


def test_a_journey_may_have_no_users_here_at_all(run: Any, clock: Any) -> None:
    away = Away(finished_s=101.0)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = Traffic({}, Runs(clock), clock, random.Random(1), group, [away])
            arrivals.start()
            await clock.to(103.0)
            assert arrivals.finished_s() == 101.0

    run(all_of_it())


def test_two_that_start_at_the_same_moment_send_users_at_the_same_moments(run: Any, clock: Any) -> None:
    """Also while more come to one of them: of the other journeys, and to the other, they come as before."""
    both = Runs(clock), Runs(clock)

    async def all_of_it() -> None:
        async with asyncio.TaskGroup() as group:
            journeys = {"open": journey(rate="7/s"), "save": journey(rate="13/s")}
            arrivals = [traffic(journeys, runs, clock, group) for runs in both]
            for each in arrivals:
                each.start(100.0)
            await clock.to(101.0)
            arrivals[0].multiply("save", "surge", 5.0)
            await clock.to(103.0)
            for each in arrivals:
                each.abandon()

    run(all_of_it())
    one, other = both
    dues = [[due for name, due, _ in runs.left if name == "open"] for runs in both]
    assert dues[0] == dues[1], "to the last bit: runs are paired by it"
    assert len(dues[0]) in {20, 21}
    assert len(one.dues("save")) > 2 * len(other.dues("save")) > 70
