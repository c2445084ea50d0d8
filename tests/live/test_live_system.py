"""A live system: broken and mended on demand, visited on demand, and nothing of it afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from chaos.errors import EnvironmentFailed, InvalidOption, UndoFailed
from chaos.journal import events as e
from chaos.journal.journal import read_journal
from chaos.live.system import LiveSystem
from chaos.undo import UNDOS
from chaos.undo.processes import marked
from chaos.undo.state import leases_folder


async def ask(live: LiveSystem, path: str = "/") -> int:
    """The status of an answer that comes through the link `edge`."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://{live.addresses.links['edge']}{path}") as answer,
    ):
        await answer.read()
        return answer.status


def events_of(live: LiveSystem) -> list[Any]:
    return list(read_journal(live.folder / "journal.jsonl"))


def left_over(live: LiveSystem) -> tuple[int, ...]:
    return marked(f"{live.folder.name}/up")


def test_a_fault_is_on_until_it_is_undone_and_tells_whom_it_met(run: Any, standing: Any, entry: Any) -> None:
    async def story() -> LiveSystem:
        async with LiveSystem(standing()) as live:
            assert await ask(live) == 200
            fault = await live.inject(entry(link="store", down={}))
            assert await ask(live) == 503
            assert (await fault.proof()).acted
            assert live.faults == (fault,)
            await live.undo(fault)
            assert (fault.undone, live.faults) == (True, ())
            assert await ask(live) == 200
            await live.undo(fault)  # harmless
        return live

    live = run(story())
    assert not left_over(live)
    assert not list(leases_folder().iterdir())
    kinds = [event.event for event in events_of(live)]
    assert kinds[0] == "live_started"
    assert kinds[-1] == "run_ended"
    chosen = kinds.index("fault_chosen")
    assert kinds[chosen : chosen + 6] == [
        "fault_chosen",
        "undo_recorded",
        "fault_injected",
        "fault_took_effect",
        "undo_done",
        "fault_undone",
    ]


def test_a_fault_that_nobody_met_says_so(run: Any, standing: Any, entry: Any) -> None:
    async def story() -> list[str]:
        async with LiveSystem(standing()) as live:
            found = []
            for keys in ({"link": "unused", "latency": {"delay": "50ms"}}, {"link": "unused", "down": {}}):
                fault = await live.inject(entry(**keys))
                proof = await fault.proof()
                assert not proof.acted
                found.append(proof.evidence)
                await live.undo(fault)
                assert await fault.proof() == proof, "it is known afterwards as well"
            return found

    assert run(story()) == [
        "no traffic met it: the link unused carried nothing",
        "no traffic met it: the link unused carried nothing before",
    ]


def test_faults_of_services_are_undone_and_one_at_a_time(run: Any, standing: Any, entry: Any) -> None:
    async def story() -> None:
        async with LiveSystem(standing()) as live:
            assert await ask(live) == 200
            for kind in ("kill", "pause"):
                fault = await live.inject(entry(service="store", **{kind: {}}))
                with pytest.raises(InvalidOption, match=f"{kind} on store is on; one at a time"):
                    await live.inject(entry(service="store", restart={}))
                with pytest.raises(InvalidOption, match="undo that first"):
                    await live.restart("store")
                assert await ask(live) == 503
                assert (await fault.proof()).acted
                await live.undo(fault)
                assert await ask(live) == 200

    run(story())


def test_a_fault_with_a_length_is_over_by_itself_and_one_that_comes_again_does(
    run: Any, standing: Any, entry: Any
) -> None:
    async def story() -> list[str]:
        gone = asyncio.Event()
        seen: list[str] = []

        def listen(event: Any) -> None:
            if isinstance(event, e.FaultInjected | e.FaultUndone):
                seen.append(event.event)
                if len(seen) == 4:
                    gone.set()

        async with LiveSystem(standing()) as live:
            live.watch(listen)
            await live.inject(entry(link="store", down={}, **{"for": "20ms"}, every="60ms", times=2))
            await gone.wait()
            assert await ask(live) == 200
        return seen

    assert run(story()) == ["fault_injected", "fault_undone"] * 2


def test_a_ramp_takes_its_steps(run: Any, standing: Any, entry: Any) -> None:
    async def story() -> list[int]:
        stepped = asyncio.Event()
        steps: list[int] = []

        def listen(event: Any) -> None:
            if isinstance(event, e.FaultStepped):
                steps.append(event.step)
                if len(steps) == 2:
                    stepped.set()

        async with LiveSystem(standing()) as live:
            live.watch(listen)
            ramp = {"of": "delay", "steps": ["20ms", "30ms"], "each": "20ms"}
            fault = await live.inject(entry(link="store", latency={"delay": "10ms"}, ramp=ramp, **{"for": "60s"}))
            await stepped.wait()
            assert not fault.undone
            await live.reset()
            assert fault.undone
        return steps

    assert run(story()) == [1, 2]


def test_a_surge_is_of_all_who_come_also_of_those_who_come_later(run: Any, standing: Any, entry: Any) -> None:
    async def story() -> None:
        async with LiveSystem(standing()) as live:
            with pytest.raises(InvalidOption, match="there is no journey 'raed'; did you mean read"):
                await live.inject(entry(journey="raed", surge={"times": 4}))
            fault = await live.inject(entry(journey="read", surge={"times": 4}))
            users = await live.start_users("read", rate=20.0)
            await users.until(count=40, within_s=10)
            dues = [sample.due_s for sample in users.samples[:40]]
            assert (dues[-1] - dues[0]) / 39 == pytest.approx(1 / 80, rel=0.1), "20 a second, four times as often"
            assert "read came" in (await fault.proof()).evidence
            await live.undo(fault)
            await users.stop()

    run(story())


def test_users_come_until_they_are_stopped_and_what_they_got_is_known(run: Any, standing: Any, entry: Any) -> None:
    async def story() -> LiveSystem:
        async with LiveSystem(standing("leaking")) as live:
            users = await live.start_users("read", rate=100.0)
            await users.until(count=20)
            assert users.figure("served") == 1.0
            fault = await live.inject(entry(link="store", down={}))
            during = users.from_now()
            await during.until(count=20)
            assert during.figure("broken") == 1.0
            assert 0 < users.figure("broken") < 1
            (answer,) = during.answers
            assert (answer.status, "Traceback" in answer.says) == (500, True)
            await live.undo(fault)
            after = users.from_now()
            assert 0 <= await after.until_served() < 5
            await users.stop()
            assert (users.gone, live.users) == (True, ())
            count = users.count
            assert count == sum(users.figure(name) * users.count for name in ("served", "degraded", "broken"))
        return live

    live = run(story())
    came, left = (event for event in events_of(live) if isinstance(event, e.UsersCame | e.UsersLeft))
    assert (came.journey, came.rate_per_s, came.users) == ("read", 100.0, left.users)


def test_reset_takes_away_faults_and_users_and_brings_back_a_service_that_ended_by_itself(
    run: Any, standing: Any, entry: Any
) -> None:
    async def story() -> None:
        async with LiveSystem(standing()) as live:
            await live.start_users("read", clients=2)
            await live.inject(entry(link="store", hang={}))
            await live.reset()
            assert (live.faults, live.users) == ((), ())
            (store,) = (
                pid for pid in left_over(live) if b"tiny_app.py\0store" in Path(f"/proc/{pid}/cmdline").read_bytes()
            )
            os.kill(store, signal.SIGKILL)
            assert "store" in await live.until_failure()
            with pytest.raises(EnvironmentFailed, match="store ended by itself"):
                await live.reset()
            assert live.failure() is None
            assert await ask(live) == 200
            await live.reset()

    run(story())


def test_a_cancelled_injection_leaves_nothing_on(run: Any, standing: Any, entry: Any) -> None:
    async def story() -> LiveSystem:
        async with LiveSystem(standing()) as live:
            injecting = asyncio.create_task(live.inject(entry(link="store", down={})))
            while not live.faults:
                await asyncio.sleep(0)
            injecting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await injecting
            assert live.faults == ()
            assert await ask(live) == 200
        return live

    run(story())


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"link": "stoer", "down": {}}, "there is no link 'stoer'; did you mean store?"),
        ({"link": "store", "down": {}, "at": "1s"}, "begins at once; leave `at` out"),
        ({"link": "store", "down": {}, "during": {"read": {"broken": "0%"}}}, "leave `during` out"),
        ({"journey": "patient", "surge": {"times": 2}}, "have no rate"),
    ],
)
def test_what_can_not_be_broken_is_refused_and_nothing_is_touched(
    run: Any, standing: Any, entry: Any, keys: dict[str, Any], message: str
) -> None:
    patient = ("audit:\n", "  patient: {clients: 1, steps: [{get: 'edge:/'}]}\naudit:\n")

    async def story() -> LiveSystem:
        async with LiveSystem(standing(change=patient)) as live:
            with pytest.raises(InvalidOption, match=message.replace("?", r"\?").replace("`", ".")):
                await live.inject(entry(**keys))
        return live

    assert not [event for event in events_of(run(story())) if isinstance(event, e.FaultChosen)]


def test_a_system_that_does_not_come_up_leaves_nothing(run: Any, standing: Any) -> None:
    live = LiveSystem(standing(change=("tiny_app.py store", "missing.py store")))

    async def story() -> None:
        async with live:
            raise AssertionError("it stands")

    with pytest.raises(EnvironmentFailed):
        run(story())
    assert not left_over(live)
    assert not list(leases_folder().iterdir())


def test_a_text_that_answers_are_judged_by_must_be_in_the_environment(
    run: Any, standing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may never be seen would else be looked for by its placeholder, and never be found."""
    monkeypatch.delenv("TINY_CANARY", raising=False)
    made = standing(change=("journeys:", 'rules: {canaries: ["{env.TINY_CANARY}"]}\njourneys:'))

    async def stands() -> None:
        async with LiveSystem(made):
            pass

    message = "rules of the system needs the environment variable TINY_CANARY, which is not set"
    with pytest.raises(EnvironmentFailed, match=message):
        run(stands())
    assert not list(leases_folder().glob("*.jsonl"))


def test_what_could_not_be_undone_is_told_and_how_to_repair_it(
    run: Any, standing: Any, entry: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(args: Any) -> None:
        raise RuntimeError("it is stuck")

    monkeypatch.setattr("chaos.undo.UNDOS", {**UNDOS, "proxy.enable": stuck})
    live = LiveSystem(standing())

    async def story() -> None:
        async with live:
            fault = await live.inject(entry(link="store", down={}))
            with pytest.raises(UndoFailed, match=r"take the link store up again \(it is stuck\); to repair it: curl"):
                await live.undo(fault)
            assert fault.undone

    with pytest.raises(UndoFailed, match="could not undo"):
        run(story())
    assert not left_over(live), "all else was undone"
