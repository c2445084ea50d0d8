"""A run of several experiments: signals, full disks, and what is left in the lease."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chaos.backends.links import Choice
from chaos.errors import UNDO_FAILED, EnvironmentFailed, UndoFailed
from chaos.journal import events as e
from chaos.journal.journal import Journal, read_journal
from chaos.run.folders import new_run, repeated
from chaos.run.room import Room
from chaos.run.suite import LOOK_EVERY_S, Conduct, LeftOpen, Retries, Suite, Watchers
from chaos.run.workers.here import Here
from chaos.undo import perform
from chaos.undo.lease import read_lease
from chaos.undo.processes import marked
from chaos.undo.state import leases_folder
from chaos.verdict.judge import judge
from chaos.verdict.verdict import EXIT_CODES, Verdict

SLEEPS = {"services": {"web": {"command": "sleep 60", "ready": {"get": "/", "within": "30s"}}}}


def suite(plans: list[Any], judged: Any) -> tuple[Suite, Path]:
    folder = new_run([plan.id for plan in plans])
    return Suite(plans, folder, Watchers(listeners=(), judged=judged), choice=Choice("embedded")), folder.path


def ends_at_once(plan: Any, id: str) -> Any:
    """Its service ends by itself, so that the experiment is an error within a moment."""
    return plan(id, services={"web": {"command": "false"}}, audit={})


def test_every_experiment_gets_a_verdict_and_nothing_is_left(run: Any, plan: Any) -> None:
    seen: list[Verdict] = []
    made, folder = suite([ends_at_once(plan, "a"), ends_at_once(plan, "b")], seen.append)
    verdicts = run(made.run())
    assert [verdict.id for verdict in verdicts] == ["a", "b"]
    assert list(verdicts) == seen
    assert {verdict.exit_code for verdict in verdicts} == {3}
    assert not list(leases_folder().iterdir())
    assert not marked(f"{folder.name}/a")


def test_a_signal_between_two_experiments_is_not_lost(run: Any, plan: Any) -> None:
    """The next one says that it was stopped, without having started anything; the rest is left out."""

    def interrupt(verdict: Verdict) -> None:
        if verdict.id == "a":
            os.kill(os.getpid(), signal.SIGTERM)

    made, folder = suite([ends_at_once(plan, name) for name in "abc"], interrupt)

    async def with_a_turn_of_the_loop() -> Any:
        return await made.run()

    verdicts = run(with_a_turn_of_the_loop())
    assert verdicts[-1].exit_code == 128 + signal.SIGTERM
    assert verdicts[-1].verdict == "aborted"
    assert len(verdicts) < 3
    stopped = folder / verdicts[-1].id / "journal.jsonl"
    assert judge(read_journal(stopped)).exit_code == 128 + signal.SIGTERM


def test_a_signal_while_a_service_starts_ends_it(run: Any, plan: Any) -> None:
    sleeping = [plan(name, **SLEEPS, audit={}) for name in "ab"]
    made, folder = suite(sleeping, lambda verdict: None)

    async def interrupted() -> Any:
        running = asyncio.create_task(made.run())
        while len(marked(f"{folder.name}/a")) < 2:
            await asyncio.sleep(0.005)  # between two looks
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        return await running

    (verdict,) = run(interrupted())
    assert verdict.exit_code == 130
    assert not marked(f"{folder.name}/a")
    assert not list(leases_folder().iterdir())


def test_a_journal_that_takes_no_more_leaves_nothing_running(
    run: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full from the moment in which the service runs."""
    append = Journal.append
    count = 0

    def until_full(self: Journal, event: Any) -> None:
        nonlocal count
        count += 1
        if count > 3:
            raise EnvironmentFailed("the journal can't be written: No space left on device")
        append(self, event)

    monkeypatch.setattr(Journal, "append", until_full)
    made, folder = suite([plan("a", services={"web": {"command": "sleep 60"}}, audit={})], lambda verdict: None)
    with pytest.raises((EnvironmentFailed, ExceptionGroup), match=r"No space left|sub-exception"):
        run(made.run())
    assert not marked(f"{folder.name}/a")


def test_a_lease_that_can_not_be_written_stops_everything_beforehand(run: Any, plan: Any, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    made, folder = suite([ends_at_once(plan, "a")], lambda verdict: None)
    with pytest.raises(EnvironmentFailed, match="the open undos can't be recorded"):
        run(made.run())
    assert not (folder / "a" / "journal.jsonl").exists()


def test_what_could_not_be_undone_stays_in_the_lease(run: Any, plan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chaos.run.undoer.perform", lambda undo: "it is stuck")
    nobody = type("Nobody", (), {"dismiss": lambda self: None})()
    monkeypatch.setattr("chaos.undo.guarded.Guardian", lambda lease: nobody)
    made, _ = suite([ends_at_once(plan, "a")], lambda verdict: None)
    (verdict,) = run(made.run())
    assert verdict.exit_code == 6
    (lease,) = leases_folder().iterdir()
    state = read_lease(lease)
    assert state is not None
    assert [undo.kind for undo in state.open_undos] == ["processes.end"]
    assert [perform(undo) for undo in state.open_undos] == [None]


def test_several_at_once_get_their_verdicts_in_the_order_of_the_run(run: Any, plan: Any) -> None:
    """Three systems are up together; the fourth experiment is left out when they are stopped."""
    sleeping = [plan(name, **SLEEPS, audit={}) for name in "abcd"]
    folder = new_run([each.id for each in sleeping])
    watchers = Watchers(listeners=(), judged=lambda _: None)
    made = Suite(sleeping, folder, watchers, choice=Choice(), conduct=Conduct(room=Room(3)))

    async def interrupted() -> Any:
        running = asyncio.create_task(made.run())
        while not all(len(marked(f"{folder.id}/{name}")) >= 2 for name in "abc"):
            await asyncio.sleep(0.005)  # between two looks
        os.kill(os.getpid(), signal.SIGTERM)
        return await running

    verdicts = run(interrupted())
    assert [(verdict.id, verdict.exit_code) for verdict in verdicts] == [(name, 143) for name in "abc"]
    assert not any(marked(f"{folder.id}/{name}") for name in "abcd")
    assert not list(leases_folder().iterdir())


def concluding(words: list[str]) -> Any:
    """A judge that says these words, one after the other, of whatever it is given."""

    def say(events: Any) -> Verdict:
        word = words.pop(0)
        return replace(judge(events), verdict=word, exit_code=EXIT_CODES[word])  # type: ignore[arg-type,index]

    return say


RETRIED: dict[str, tuple[int, list[str], int]] = {
    "the second attempt counts": (3, ["inconclusive", "passed"], 2),
    "so does one that failed": (3, ["inconclusive", "failed"], 2),
    "the last one counts though it is no better": (2, ["inconclusive"] * 3, 3),
    "failed is never tried again": (3, ["failed"], 1),
    "an error is never tried again": (3, ["error"], 1),
    "nothing is tried again unasked": (0, ["inconclusive"], 1),
}


@pytest.mark.parametrize("case", RETRIED)
def test_what_was_inconclusive_is_tried_again_and_nothing_else(
    run: Any, plan: Any, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    most, words, attempts = RETRIED[case]
    last = words[-1]
    monkeypatch.setattr("chaos.run.verdicts.judge", concluding([*words]))
    told: list[tuple[str, str, int]] = []
    folder = new_run(["a"])
    watchers = Watchers(
        listeners=(),
        judged=lambda verdict: told.append(("counts", verdict.verdict, verdict.attempt)),
        again=lambda verdict: told.append(("again", verdict.verdict, verdict.attempt)),
    )
    made = Suite([ends_at_once(plan, "a")], folder, watchers, choice=Choice(), conduct=Conduct(retries=Retries(most)))
    (verdict,) = run(made.run())
    assert (verdict.verdict, verdict.attempt) == (last, attempts)
    again = [("again", "inconclusive", number) for number in range(1, attempts)]
    assert told == [*again, ("counts", last, attempts)]


def test_earlier_attempts_are_kept_beside_the_one_that_counts(
    run: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.run.verdicts.judge", concluding(["inconclusive", "inconclusive", "passed"]))
    folder = new_run(["a"])
    made = Suite(
        [ends_at_once(plan, "a")],
        folder,
        Watchers(listeners=(), judged=lambda verdict: None),
        choice=Choice(),
        conduct=Conduct(retries=Retries(5)),
    )
    run(made.run())
    attempts = {name: next(read_journal(folder.journal(name))).attempt for name in ("a~1", "a~2", "a")}  # type: ignore[union-attr]
    assert attempts == {"a~1": 1, "a~2": 2, "a": 3}
    assert not list(leases_folder().iterdir())


def told_busy(names: set[str]) -> Any:
    """A judge that finds the machine too busy at the first attempt of these experiments."""

    def say(events: Any) -> Verdict:
        verdict = judge(events)
        word = "inconclusive" if verdict.id in names and verdict.attempt == 1 else "passed"
        return replace(verdict, verdict=word, busy=word != "passed", exit_code=EXIT_CODES[word])  # type: ignore[arg-type,index]

    return say


def test_what_this_machine_was_too_busy_for_is_run_again_alone_after_all_others(
    run: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.run.verdicts.judge", told_busy({"a", "c"}))
    told: list[tuple[str, str, int]] = []
    under_way: set[str] = set()
    beside: dict[tuple[str, int], set[str]] = {}

    def named(name: str) -> Any:
        def listen(event: Any) -> None:
            if event.event == "run_started":
                under_way.add(name)
                beside[name, event.attempt] = under_way - {name}
            elif event.event == "run_ended":
                under_way.discard(name)

        return listen

    watchers = Watchers(
        listeners=(),
        named=(named,),
        judged=lambda verdict: told.append(("counts", verdict.id, verdict.attempt)),
        again=lambda verdict: told.append(("again", verdict.id, verdict.attempt)),
    )
    folder = new_run([*"abcd"])
    plans = [ends_at_once(plan, name) for name in "abcd"]
    verdicts = run(Suite(plans, folder, watchers, choice=Choice(), conduct=Conduct(room=Room(2)), hire=Here).run())
    assert [(verdict.id, verdict.verdict, verdict.attempt) for verdict in verdicts] == [
        ("a", "passed", 2),
        ("b", "passed", 1),
        ("c", "passed", 2),
        ("d", "passed", 1),
    ]
    assert told[-2:] == [("counts", "a", 2), ("counts", "c", 2)]
    assert {("again", "a", 1), ("again", "c", 1)} <= set(told)
    assert beside["a", 2] == beside["c", 2] == set()
    assert (folder.path / "a~1" / "journal.jsonl").exists()


@pytest.mark.parametrize(("most", "order"), [(1, "abcd"), (2, "bdac")])
def test_of_several_at_once_those_begin_first_that_are_broken_for_longest(
    run: Any, plan: Any, most: int, order: str
) -> None:
    began: list[str] = []

    def named(name: str) -> Any:
        return lambda event: began.append(name) if event.event == "run_started" else None

    plans = [
        plan(name, [{"link": "edge", "hang": {}, "for": lasts}], services={"web": {"command": "false"}}, audit={})
        for name, lasts in zip("abcd", ("1s", "9s", "1s", "2s"), strict=True)
    ]
    watchers = Watchers(listeners=(), named=(named,), judged=lambda verdict: None)
    folder = new_run([*"abcd"])
    verdicts = run(Suite(plans, folder, watchers, choice=Choice(), conduct=Conduct(room=Room(most)), hire=Here).run())
    assert "".join(began) == order
    assert [verdict.id for verdict in verdicts] == [*"abcd"]


def test_whenever_the_machine_was_too_busy_one_less_runs_at_once(
    run: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.run.verdicts.judge", told_busy({"a", "b"}))
    under_way: set[str] = set()
    beside: dict[str, set[str]] = {}

    def named(name: str) -> Any:
        def listen(event: Any) -> None:
            if event.event == "run_started":
                under_way.add(name)
            elif event.event == "run_ended":
                beside[name] = under_way - {name}
                under_way.discard(name)

        return listen

    watchers = Watchers(listeners=(), named=(named,), judged=lambda verdict: None)
    folder = new_run([*"abcdef"])
    plans = [ends_at_once(plan, name) for name in "abcdef"]
    run(Suite(plans, folder, watchers, choice=Choice(), conduct=Conduct(room=Room(3)), hire=Here).run())
    assert beside["e"] == beside["f"] == set(), "two of three workers have gone home"


def test_one_after_the_other_a_busy_machine_is_no_reason_to_try_again(
    run: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.run.verdicts.judge", told_busy({"a"}))
    made, _ = suite([ends_at_once(plan, "a")], lambda verdict: None)
    (verdict,) = run(made.run())
    assert (verdict.verdict, verdict.attempt) == ("inconclusive", 1)


def test_every_repetition_is_a_run_of_its_own_that_knows_its_number(run: Any, plan: Any) -> None:
    plans = [ends_at_once(plan, name) for name in "ab" for _ in range(2)]
    folder = new_run(repeated(["a", "b"], 2))
    watchers = Watchers(listeners=(), judged=lambda _: None)
    verdicts = run(Suite(plans, folder, watchers, choice=Choice(), conduct=Conduct(repeat=2)).run())
    assert [(verdict.id, verdict.repetition) for verdict in verdicts] == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert [judge(read_journal(folder.journal(name))).repetition for name in folder.experiments] == [1, 2, 1, 2]


class CannotEnd(Here):
    """A worker that does all, and can't end what it did it on."""

    async def end(self) -> None:
        await super().end()
        raise UndoFailed("end the proxy: it would not go")


def test_verdicts_are_kept_of_a_run_whose_systems_can_not_be_ended(run: Any, plan: Any) -> None:
    folder = new_run(["a"])
    watchers = Watchers(listeners=(), judged=lambda verdict: None)
    hire: Any = lambda orders, number: CannotEnd(orders)  # noqa: E731
    made = Suite([ends_at_once(plan, "a")], folder, watchers, choice=Choice(), hire=hire)
    with pytest.raises(LeftOpen, match="it would not go") as failed:
        run(made.run())
    assert [verdict.id for verdict in failed.value.verdicts] == ["a"]
    assert failed.value.exit_code == UNDO_FAILED


class Slowly:
    """A worker whose users come when they are let, and whose experiments are over when they are told."""

    def __init__(self, journals: dict[str, Any], waits: dict[str, asyncio.Event]) -> None:
        self._journals, self._waits = journals, waits

    async def run(self, task: Any, listeners: Any) -> Verdict:
        self._journals[task.name] = listeners
        await self._waits.setdefault(task.name, asyncio.Event()).wait()
        events = [
            e.RunStarted(at_s=0, plan=task.plan, gatecrash="0", rules="1", python="3", wall_time="2021-07-06"),
            BEGUN,
        ]
        return judge(events)

    def interrupt(self, signal: int) -> None: ...

    async def end(self) -> None: ...


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)  # between two looks


BEGUN = e.PhaseStarted(at_s=1.0, phase="baseline")


def test_another_begins_when_the_users_of_the_one_before_are_there_and_the_machine_has_time(
    run: Any, plan: Any
) -> None:
    listeners: dict[str, Any] = {}
    waits: dict[str, asyncio.Event] = {}
    free = [2.0]
    folder = new_run([*"abc"])
    watchers = Watchers(listeners=(), judged=lambda verdict: None)
    conduct = Conduct(room=Room(3, lambda: free[0]))
    hire: Any = lambda orders, number: Slowly(listeners, waits)  # noqa: E731
    made = Suite([plan(name) for name in "abc"], folder, watchers, choice=Choice(), conduct=conduct, hire=hire)

    async def watched() -> None:
        running = asyncio.create_task(made.run())
        await until(lambda: "a" in listeners)
        for _ in range(5):
            assert made._room.for_another(1, coming=0)
            assert [*listeners] == ["a"], "its users are not there yet"
            await asyncio.sleep(LOOK_EVERY_S)
        for listener in listeners["a"]:
            listener(BEGUN)
        await until(lambda: "b" in listeners)
        free[0] = 0.0
        for listener in listeners["b"]:
            listener(BEGUN)
        await asyncio.sleep(2 * LOOK_EVERY_S)
        assert "c" not in listeners, "the machine has no time"
        free[0] = 2.0
        await until(lambda: "c" in listeners)
        for name in "abc":
            waits[name].set()
        assert len(await running) == 3

    run(watched())
