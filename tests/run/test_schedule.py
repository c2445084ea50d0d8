"""The schedule: each fault in and out at its time, as often as it comes, and shared undos after the last of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from chaos.backends.links import Effect
from chaos.journal import events as e
from chaos.run.schedule import Schedule
from chaos.undo.undo import Undo

DOWN = {"link": "edge", "down": {}}


class Place:
    """Links and undoer in one, which note what is done; a link that is down has one undo, whoever took it down."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.open: set[str] = set()
        self.under_way = 0

    def undos(self, link: str, fault: str, change: Any) -> tuple[Undo, ...]:
        return (Undo(id=f"{link}/up", kind="proxy.enable", args={}, says="", repair=""),)

    async def inject(self, link: str, fault: str, *_: Any) -> None:
        assert f"{link}/up" in self.open
        self.done.append(f"{fault} in")

    async def alter(self, link: str, fault: str, change: Any) -> None:
        (toxic,) = change.toxics
        self.done.append(f"{fault} {toxic.attributes['latency_s']:g}")

    async def effect(self, *_: Any) -> Effect:
        return Effect(canary="refused")

    async def carried(self) -> dict[str, int]:
        return {"edge": 1}

    def record(self, undo: Undo) -> None:
        self.open.add(undo.id)

    async def perform(self, undos: Any) -> None:
        for undo in undos:
            self.open.discard(undo.id)
            self.done.append(undo.id)


def scheduled(run: Any, plan: Any, kept: Any, *faults: dict[str, Any]) -> tuple[Place, list[Any]]:
    place = Place()
    scene = SimpleNamespace(
        plan=plan(faults=list(faults)),
        links=place,
        undoer=place,
        traffic=None,
        services=None,
        recorder=kept.recorder,
        now=kept.recorder.clock.now,
        stop_when_refuted=False,
    )

    async def all_of_it() -> bool:
        return await Schedule(scene).run()  # type: ignore[arg-type]

    assert run(all_of_it())
    return place, kept.events()


def test_a_link_that_two_faults_took_down_is_up_again_when_the_last_of_them_is_over(
    run: Any, plan: Any, kept: Any
) -> None:
    first = {**DOWN, "name": "first", "for": "60ms"}
    second = {**DOWN, "name": "second", "at": "30ms", "for": "90ms"}
    place, events = scheduled(run, plan, kept, first, second)
    assert place.done == ["first in", "second in", "edge/up"]
    assert [event.fault for event in events if isinstance(event, e.FaultUndone)] == ["first", "second"]


def test_a_flapping_link_goes_and_comes_as_often_as_it_should(run: Any, plan: Any, kept: Any) -> None:
    fault = {**DOWN, "name": "flap", "for": "20ms", "every": "50ms", "times": 3}
    place, events = scheduled(run, plan, kept, fault)
    assert place.done == ["flap in", "edge/up"] * 3
    kinds = [event.event for event in events]
    assert kinds == ["fault_injected", "fault_took_effect", "fault_undone"] * 3
    injected = [event.at_s for event in events if isinstance(event, e.FaultInjected)]
    assert all(moment >= 0.05 * number for number, moment in enumerate(injected))


def test_a_ramp_takes_its_steps_while_the_fault_is_on_and_begins_anew_each_time(run: Any, plan: Any, kept: Any) -> None:
    fault = {
        "link": "edge",
        "name": "slower",
        "latency": {"delay": "10ms"},
        "ramp": {"of": "delay", "steps": ["20ms", "30ms"], "each": "20ms"},
        "for": "300ms",
        "every": "400ms",
        "times": 2,
    }
    place, events = scheduled(run, plan, kept, fault)
    assert place.done == ["slower in", "slower 0.02", "slower 0.03", "edge/up"] * 2
    steps = [(event.step, event.at_s) for event in events if isinstance(event, e.FaultStepped)]
    assert [step for step, _ in steps] == [1, 2, 1, 2]
    assert all(at >= soonest for (_, at), soonest in zip(steps, (0.02, 0.04, 0.42, 0.44), strict=True))


def test_faults_that_overlap_without_sharing_anything_are_undone_each_by_itself(run: Any, plan: Any, kept: Any) -> None:
    class Toxics(Place):
        def undos(self, link: str, fault: str, change: Any) -> tuple[Undo, ...]:
            return (Undo(id=f"{link}/up", kind="toxic.remove", args={}, says=fault, repair=""), undo_of(fault))

    def undo_of(fault: str) -> Undo:
        return Undo(id=fault, kind="toxic.remove", args={}, says="", repair="")

    place = Toxics()
    scene = SimpleNamespace(
        plan=plan(faults=[{**DOWN, "name": "a", "for": "60ms"}, {**DOWN, "name": "b", "at": "30ms", "for": "90ms"}]),
        links=place,
        undoer=place,
        traffic=None,
        services=None,
        recorder=kept.recorder,
        now=kept.recorder.clock.now,
        stop_when_refuted=False,
    )

    async def all_of_it() -> None:
        await Schedule(scene).run()  # type: ignore[arg-type]

    run(all_of_it())
    assert place.done == ["a in", "b in", "a", "edge/up", "b"]
