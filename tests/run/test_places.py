"""Where faults are injected: every place of the table keeps its promises, and a muted plan touches none of them."""

from __future__ import annotations

import dataclasses
import signal
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from chaos.backends.links import Effect
from chaos.faults import FAULTS
from chaos.faults.fault import PLACES, Place
from chaos.run.places import INJECTS, places_of
from chaos.undo.undo import Undo

UNDO = Undo(id="1", kind="toxic.remove", args={}, says="", repair="")
FAULTS_OF: dict[str, dict[str, Any]] = {
    "link": {"link": "edge", "hang": {}, "for": "2s"},
    "journey": {"journey": "save", "surge": {"times": 10}, "for": "2s"},
    "service": {"service": "web", "pause": {}, "for": "2s"},
}


class Touched:
    """Links and traffic that note what is done to them."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.bytes = 100

    def undos(self, *args: Any) -> tuple[Undo, ...]:
        return (UNDO,)

    async def inject(self, *args: Any) -> None:
        self.calls.append(("inject", *args[:2]))
        self.bytes += 11

    async def effect(self, *args: Any) -> Effect:
        return Effect(connections=7)

    async def carried(self) -> dict[str, int]:
        return {"edge": self.bytes}

    mark = "run/experiment"

    def session(self, name: str) -> str:
        return f"12=boot/{self.bytes}"

    async def pause(self, *args: Any) -> None:
        self.calls.append(("pause", *args))

    async def end(self, *args: Any) -> None:
        self.calls.append(("end", *args))

    async def start_again(self, *args: Any) -> None:
        self.calls.append(("start again", *args))
        self.bytes += 1

    async def until_ready(self, *args: Any) -> None:
        self.calls.append(("ready", *args))

    async def state(self, name: str) -> str:
        return {"pause": "stopped", "end": "gone", "start again": "running"}[self.calls[-1][0]]

    def multiply(self, *args: Any) -> None:
        self.calls.append(("multiply", *args))


def scene_of(plan: Any, place: str, *, muted: bool = False, **fault: Any) -> tuple[Any, Touched]:
    touched = Touched()
    made = plan(faults=[fault or FAULTS_OF[place]])
    scene = SimpleNamespace(
        plan=dataclasses.replace(made, muted=muted), links=touched, traffic=touched, services=touched
    )
    return scene, touched


def test_every_place_of_a_fault_is_in_every_table() -> None:
    assert INJECTS.keys() == PLACES.keys() == set(get_args(Place)) == FAULTS_OF.keys()
    assert {fault.place for fault in FAULTS.values()} == INJECTS.keys()


async def in_and_out(scene: Any) -> tuple[tuple[Undo, ...], Effect]:
    (fault,) = scene.plan.faults
    place = places_of(scene, muted=scene.plan.muted)[fault.entry.place]
    undos = place.undos(fault)
    await place.inject(fault)
    effect = await place.effect(fault)
    await place.take_back(fault)
    return undos, effect


def test_a_link_is_put_right_by_recorded_undos_and_tells_what_it_carried_meanwhile(run: Any, plan: Any) -> None:
    scene, touched = scene_of(plan, "link")
    undos, effect = run(in_and_out(scene))
    assert undos == (UNDO,)
    assert effect == Effect(connections=7, carried=11)
    assert touched.calls == [("inject", "edge", "hang on edge")]


def test_a_surge_lives_in_the_runner_and_is_taken_back_there(run: Any, plan: Any) -> None:
    scene, touched = scene_of(plan, "journey")
    undos, effect = run(in_and_out(scene))
    assert (undos, effect) == ((), Effect())
    surge = "surge on save"
    assert touched.calls == [("multiply", "save", surge, 10.0), ("multiply", "save", surge, 1.0)]


def test_a_paused_service_goes_on_by_a_recorded_undo(run: Any, plan: Any) -> None:
    scene, touched = scene_of(plan, "service")
    (undo,), effect = run(in_and_out(scene))
    assert (undo.kind, undo.args) == ("session.resume", {"session": "12=boot/100"})
    assert undo.repair == "pkill -CONT -s 12"
    assert effect == Effect(state="stopped")
    assert touched.calls == [("pause", "web")]


def test_a_killed_service_is_started_again_by_the_runner(run: Any, plan: Any) -> None:
    scene, touched = scene_of(plan, "service", service="web", kill={"signal": "SIGTERM"})
    assert run(in_and_out(scene)) == ((), Effect(state="gone"))
    assert touched.calls == [("end", "web", signal.SIGTERM), ("start again", "web"), ("ready", "web")]


def test_a_restarted_service_is_another_process(run: Any, plan: Any) -> None:
    scene, touched = scene_of(plan, "service", service="web", restart={})
    assert run(in_and_out(scene)) == ((), Effect(state="another process"))
    assert touched.calls == [("end", "web", signal.SIGTERM), ("start again", "web"), ("ready", "web")]


@pytest.mark.parametrize("place", FAULTS_OF)
def test_a_muted_plan_touches_nothing(run: Any, plan: Any, place: str) -> None:
    scene, touched = scene_of(plan, place, muted=True)
    assert run(in_and_out(scene)) == ((), Effect())
    assert touched.calls == []
