"""The players of one worker, without Locust: who sits, plays, and what is told of it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

import chaos
from chaos.experiment.experiment import Experiment
from chaos.experiment.plan import Plan
from chaos.experiment.system import System
from chaos.system.addresses import Addresses
from chaos.system.environment import plan_with_environment
from chaos.traffic.locust.crew import Crew
from chaos.traffic.locust.fleet import order_for
from chaos.traffic.locust.orders import FAILED, READY, REPORT
from chaos.traffic.locust.worker import Worker

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
JOURNEY = {"traffic": {"engine": "locust", "users": 5, "workers": 2}, "timeout": "5s", "steps": [{"get": "edge:/"}]}
SYSTEM: dict[str, Any] = {
    "name": "tiny",
    "services": {"web": {"command": "web"}},
    "links": {"edge": {"to": "web"}},
    "journeys": {"open": JOURNEY, "other": {**JOURNEY, "traffic": None, "rate": "1/s"}},
}
EXPERIMENT = {
    "name": "tiny",
    "system": "system.yaml",
    "steady_state": {"open": {"served": ">= 99%"}},
    "faults": [{"link": "edge", "hang": {}, "for": "6s"}],
}


def plan(**changes: Any) -> Plan:
    return Plan(
        id="tiny",
        file="tiny.yaml",
        folder="/",
        vars={},
        seed=1,
        experiment=Experiment.model_validate_json(json.dumps(EXPERIMENT)),
        system=System.model_validate_json(json.dumps({**SYSTEM, **changes})),
    )


class Told:
    """What a crew has said so far."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(self, kind: str, data: Mapping[str, Any]) -> None:
        self.said.append((kind, data))

    def of(self, kind: str) -> list[Mapping[str, Any]]:
        return [data for each, data in self.said if each == kind]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for report in self.of(REPORT) for line in report["events"]]

    @property
    def samples(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == "sample"]

    async def until(self, condition: Callable[[], object]) -> None:
        while not condition():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def working(handler: Handler, told: Told, worker: int = 0, **changes: Any) -> AsyncIterator[Crew]:
    """A crew at work, on a server that answers like this; the run's clock began a second ago."""
    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    addresses = Addresses({"edge": site.name.removeprefix("http://")}, {})
    order = order_for("open", plan(**changes), addresses, date(2027, 1, 1))
    crew = Crew({**order, "worker": worker, "zero_s": time.monotonic() - 1.0}, told)
    work = asyncio.create_task(crew.work())
    try:
        yield crew
    finally:
        crew.stop()
        work.cancel()
        await runner.cleanup()


async def fine(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<p>fine</p>", content_type="text/html")


async def leaks(request: web.Request) -> web.StreamResponse:
    return web.Response(status=500, text="Traceback (most recent call last):\n  File 'a.py'", content_type="text/plain")


def test_a_worker_gets_its_share_of_the_users_and_one_journey_alone() -> None:
    order = order_for("open", plan(), Addresses({"edge": "127.0.0.1:1"}, {}), date(2027, 1, 1))
    journeys = json.loads(order["plan"])["system"]["journeys"]
    assert list(journeys) == ["open"]
    assert (journeys["open"]["clients"], order["links"]) == (3, {"edge": "127.0.0.1:1"})


def test_a_worker_is_not_told_how_services_are_started() -> None:
    made = plan(services={"web": {"command": "web --key k3y", "env": {"PASSWORD": "s3cret"}}}, vars={"token": "t0ken"})
    order = order_for("open", replace(made, vars={"token": "t0ken"}), Addresses({}, {}), date(2027, 1, 1))
    assert not any(secret in json.dumps(order) for secret in ("k3y", "s3cret", "t0ken"))


def test_a_worker_is_told_what_its_own_users_send_and_nothing_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_MEMBERS", "m3mber")
    monkeypatch.setenv("OF_OTHERS", "0ther")
    log_in = {"post": "edge:/login", "form": {"password": "{env.OF_MEMBERS}"}}
    theirs = {"before": [{"post": "edge:/login", "form": {"password": "{env.OF_OTHERS}"}}]}
    made = plan(
        users={"member": {"before": [log_in]}, "editor": theirs},
        journeys={"open": {**JOURNEY, "user": "member"}, "other": {**JOURNEY, "user": "editor"}},
        probes={"queue": {"get": "web:/{env.OF_OTHERS}"}},
        detect={"status": {"get": "web:/{env.OF_OTHERS}", "well": "fine"}},
    )
    order = json.dumps(order_for("open", plan_with_environment(made), Addresses({}, {}), date(2027, 1, 1)))
    assert "m3mber" in order
    assert "{env.OF_MEMBERS}" not in order
    assert "0ther" not in order
    assert "OF_OTHERS" not in order


def test_seats_are_played_from_when_they_are_taken_until_they_are_free(run: Any) -> None:
    told = Told()

    async def all_of_it() -> None:
        async with working(fine, told, worker=7) as crew:
            await told.until(lambda: told.of(READY) and told.of(REPORT))
            assert not told.samples
            for seat in range(3):
                crew.sit(seat)
            await told.until(lambda: len(told.samples) >= 30)
            assert told.of(REPORT)[-1]["seats"] == 3
            for seat in range(3):
                crew.rise(seat)
            reports = len(told.of(REPORT)) + 2
            await told.until(lambda: len(told.of(REPORT)) >= reports)
            played = len(told.samples)
            await told.until(lambda: len(told.of(REPORT)) >= reports + 2)
            assert len(told.samples) == played

    run(all_of_it())
    assert {sample["outcome"] for sample in told.samples} == {"served"}
    assert {sample["journey"] for sample in told.samples} == {"open"}
    assert all(sample["user"].startswith("7/") for sample in told.samples)
    assert all(1.0 <= sample["due_s"] <= sample["ended_s"] for sample in told.samples), "on the run's clock"


def test_what_is_told_as_finished_has_been_told(run: Any) -> None:
    """A phase that waits for it must not find a sample later that belongs before it."""
    told = Told()

    async def all_of_it() -> None:
        async with working(fine, told) as crew:
            await told.until(lambda: told.of(READY))
            for seat in range(3):
                crew.sit(seat)
            await told.until(lambda: len(told.of(REPORT)) >= 10)

    run(all_of_it())
    finished_s = 0.0
    for report in told.of(REPORT):
        dues = [event["due_s"] for event in map(json.loads, report["events"]) if event["event"] == "sample"]
        assert all(due > finished_s for due in dues)
        assert report["finished_s"] >= finished_s
        finished_s = report["finished_s"]


def test_a_run_under_way_is_played_to_its_end_before_all_is_stopped(run: Any) -> None:
    told, arrived, let_go = Told(), asyncio.Event(), asyncio.Event()

    async def held(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await let_go.wait()
        return await fine(request)

    async def all_of_it() -> None:
        async with working(held, told) as crew:
            await told.until(lambda: told.of(READY))
            crew.sit(0)
            await arrived.wait()
            crew.stop()
            crew.sit(1)  # too late
            reports = len(told.of(REPORT)) + 3
            await told.until(lambda: len(told.of(REPORT)) >= reports)
            assert not any(report["stopped"] for report in told.of(REPORT))
            let_go.set()
            await told.until(lambda: told.of(REPORT)[-1]["stopped"])

    run(all_of_it())
    assert [sample["outcome"] for sample in told.samples] == ["served"]


def test_an_answer_that_is_not_served_is_told_once_and_before_its_samples(run: Any) -> None:
    told = Told()

    async def all_of_it() -> None:
        async with working(leaks, told) as crew:
            await told.until(lambda: told.of(READY))
            crew.sit(0)
            await told.until(lambda: len(told.samples) >= 5)

    run(all_of_it())
    (seen,) = (event for event in told.events if event["event"] == "answer_seen")
    assert told.events[0] == seen
    assert {(sample["outcome"], sample["answer"]) for sample in told.samples} == {("broken", seen["fingerprint"])}


def test_users_who_cannot_get_ready_are_told(run: Any) -> None:
    told = Told()
    changes = {
        "users": {"known": {"count": 1, "before": [{"get": "edge:/", "expect": {"text": "welcome"}}]}},
        "journeys": {"open": {**JOURNEY, "user": "known"}},
    }

    async def all_of_it() -> None:
        async with working(fine, told, **changes):
            await told.until(lambda: told.of(FAILED))

    run(all_of_it())
    assert "could not get ready" in told.of(FAILED)[0]["reason"]
    assert not told.of(READY)


def test_a_worker_of_another_version_does_not_play() -> None:
    worker = Worker("127.0.0.1", 5557)
    order = order_for("open", plan(), Addresses({}, {}), date(2027, 1, 1))
    worker._take_on({**order, "gatecrash": "0.0.1"})
    ((kind, data),) = worker._outgoing
    assert (kind, data["reason"]) == (FAILED, f"it has Gatecrash {chaos.__version__}, the run 0.0.1")


def test_a_plan_that_cannot_be_read_is_told_without_what_stands_in_it() -> None:
    worker = Worker("127.0.0.1", 5557)
    order = order_for("open", plan(), Addresses({}, {}), date(2027, 1, 1))
    worker._take_on({**order, "plan": order["plan"].replace('"edge:/"', '"s3cret"')})
    ((kind, data),) = worker._outgoing
    assert kind == FAILED
    assert data["reason"].startswith("it can't read the plan: ")
    assert "steps" in data["reason"]
    assert "s3cret" not in data["reason"]


def test_a_bug_is_told_with_its_traceback(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()

    async def broken(*args: Any) -> None:
        raise ZeroDivisionError("by zero")

    async def all_of_it() -> None:
        async with working(fine, told) as crew:
            await told.until(lambda: told.of(READY))
            monkeypatch.setattr("chaos.run.visits.Visits.run", broken)
            crew.sit(0)
            await told.until(lambda: told.of(FAILED))

    run(all_of_it())
    assert "ZeroDivisionError: by zero" in told.of(FAILED)[0]["traceback"]


def test_users_begin_somewhere_in_their_pause(run: Any) -> None:
    """The lower bound shows the pauses: without them all would come at once."""
    told = Told()

    async def all_of_it() -> None:
        async with working(fine, told, journeys={"open": {**JOURNEY, "think": "400ms"}}) as crew:
            await told.until(lambda: told.of(READY))
            for seat in range(20):
                crew.sit(seat)
            await told.until(lambda: len(told.samples) >= 20)

    run(all_of_it())
    dues = sorted(sample["due_s"] for sample in told.samples)
    assert dues[19] - dues[0] > 0.1
    assert max(later - earlier for earlier, later in pairwise(dues[:20])) < 0.3, "spread, not in one or two waves"
