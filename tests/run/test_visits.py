"""Who comes, in whose turn, and the sample that is kept of it; against a tiny server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from aiohttp import web

from chaos.errors import EnvironmentFailed
from chaos.experiment.graceful import Allowance
from chaos.journal.events import GAVE_UP_BEFORE
from chaos.journeys.judging import judging_of
from chaos.run.visits import Visits
from chaos.system.addresses import Addresses

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LEAK = 'Traceback (most recent call last):\n  File "a.py", line 1'


@asynccontextmanager
async def visiting(kept: Any, plan: Any, handler: Handler, today: date = date(2027, 1, 1)) -> AsyncIterator[Visits]:
    """Visits that are prepared, to a server that answers like this."""
    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    addresses = Addresses(links={"edge": site.name.removeprefix("http://")}, services={})
    visits = Visits(plan, addresses, kept.recorder, judging_of(plan, today), mark="test")
    try:
        await visits.prepare()
        yield visits
    finally:
        await visits.close()
        await runner.cleanup()


def journeys(**keys: Any) -> dict[str, Any]:
    return {"save": {"rate": "1/s", "timeout": "5s", "steps": [{"get": "edge:/"}], **keys}}


async def come(kept: Any, visits: Visits, times: int, name: str = "save") -> None:
    for _ in range(times):
        await visits.run(name, kept.recorder.clock.now())


async def fine(request: web.Request) -> web.StreamResponse:
    response = web.Response(text="<p>fine</p>", content_type="text/html")
    if "who" not in request.cookies:
        response.set_cookie("who", f"{id(response)}")
    return response


def test_kinds_of_users_come_in_turns_and_their_people_too(run: Any, plan: Any, kept: Any) -> None:
    made = plan(
        users={"returning": {"count": 2}, "new": {"count": 2}},
        journeys=journeys(user=["returning", "new"], rate="1/s", timeout="100ms"),
        audit={},
    )

    async def visit() -> None:
        async with visiting(kept, made, fine) as visits:
            await come(kept, visits, 6)

    run(visit())
    came = [sample.user for sample in kept.recorder.samples["save"]]
    assert came == ["returning-1", "new-1", "returning-2", "new-2", "returning-1", "new-1"]


@pytest.mark.parametrize(("user", "known"), [({}, [False] * 4), ({"user": "regular"}, [False, False, True, True])])
def test_strangers_come_without_cookies_each_time_and_others_keep_theirs(
    run: Any, plan: Any, kept: Any, user: dict[str, str], known: list[bool]
) -> None:
    made = plan(users={"regular": {"count": 1}}, journeys=journeys(**user, rate="1/min"), audit={})
    arrived = []

    async def handle(request: web.Request) -> web.StreamResponse:
        arrived.append("who" in request.cookies)
        return await fine(request)

    async def visit() -> None:
        async with visiting(kept, made, handle) as visits:
            await come(kept, visits, 4)

    run(visit())
    assert arrived == known


@pytest.mark.parametrize(("rate", "at_first"), [("50/s", 10), ("500/s", 50)])
def test_strangers_cost_nothing_before_they_come(run: Any, plan: Any, kept: Any, rate: str, at_first: int) -> None:
    """At these rates thousands could be under way at once, if the app let them all wait."""
    made = plan(journeys=journeys(rate=rate, timeout="60s"), audit={})

    async def visit() -> None:
        async with visiting(kept, made, fine) as visits:
            await come(kept, visits, 60)
            assert len(visits._people) == at_first

    run(visit())
    assert len({sample.user for sample in kept.recorder.samples["save"]}) == at_first


def test_what_users_save_and_pass_beforehand_goes_with_them(run: Any, plan: Any, kept: Any) -> None:
    made = plan(
        users={"regular": {"count": 1, "before": [{"get": "edge:/login", "save": {"me": {"json": "id"}}}]}},
        journeys=journeys(user="regular", steps=[{"get": "edge:/clips/{saved.me}"}]),
        audit={},
    )
    asked = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.json_response({"id": len(asked)}) if request.path == "/login" else await fine(request)

    async def visit() -> None:
        async with visiting(kept, made, handle) as visits:
            people = len(visits._people)
            await come(kept, visits, people)

    run(visit())
    logins = asked.count("/login")
    assert sorted(asked[logins:]) == [f"/clips/{number + 1}" for number in range(logins)]


def test_a_user_who_cannot_get_ready_stops_it_all_and_says_why(run: Any, plan: Any, kept: Any) -> None:
    made = plan(
        users={"regular": {"before": [{"get": "edge:/login", "save": {"me": {"header": "X-Me"}}}]}},
        journeys=journeys(user="regular"),
        audit={},
    )

    async def visit() -> None:
        async with visiting(kept, made, fine):
            pass

    with pytest.raises(EnvironmentFailed, match=r"users.regular.before\): get edge:/login: the answer should hold me"):
        run(visit())


def test_visits_of_who_has_given_up_are_kept_as_broken_and_nothing_is_sent(run: Any, plan: Any, kept: Any) -> None:
    made = plan(
        users={"regular": {"count": 2}}, journeys=journeys(user="regular", give_up={"after": 1}, rate="1/min"), audit={}
    )
    asked = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(status=500, text="sorry")

    async def visit() -> None:
        async with visiting(kept, made, handle) as visits:
            await come(kept, visits, 5)

    run(visit())
    samples = kept.recorder.samples["save"]
    assert len(asked) == 2
    assert [(sample.user, sample.outcome, sample.gave_up, sample.failure) for sample in samples] == [
        ("regular-1", "broken", True, None),
        ("regular-2", "broken", True, None),
        ("regular-1", "broken", False, GAVE_UP_BEFORE),
        ("regular-2", "broken", False, GAVE_UP_BEFORE),
        ("regular-1", "broken", False, GAVE_UP_BEFORE),
    ]
    assert [sample.took_s for sample in samples[2:]] == [5.0] * 3


def test_in_a_closed_loop_a_visit_that_is_not_made_takes_its_time(run: Any, plan: Any, kept: Any) -> None:
    """Or its client would spin."""
    keys = {"user": "regular", "give_up": {"after": 1}, "clients": 1, "timeout": "50ms"}
    made = plan(users={"regular": {"count": 1}}, journeys={"save": {"steps": [{"get": "edge:/"}], **keys}}, audit={})

    async def visit() -> None:
        async with visiting(kept, made, lambda request: _error()) as visits:
            people = len(visits._people)
            await come(kept, visits, people)
            loop = asyncio.get_running_loop()
            began = loop.time()
            await come(kept, visits, 1)
            assert loop.time() - began >= 0.05

    run(visit())


async def _error() -> web.StreamResponse:
    return web.Response(status=500, text="sorry")


def test_a_sample_holds_all_that_became_of_its_run(run: Any, plan: Any, kept: Any) -> None:
    step = {
        "post": "edge:/",
        "file": {"clip": {"text": "hello"}},
        "key": {"header": "Idempotency-Key"},
        "again": {"same": 1, "changed": True},
        "acknowledge": {"json": "id"},
        "retry": {"wait": "1ms"},
    }
    made = plan(journeys=journeys(steps=[step]), audit={})
    keys, answers = [], iter([503, 201, 201, 422])

    async def handle(request: web.Request) -> web.StreamResponse:
        keys.append(request.headers["Idempotency-Key"])
        status = next(answers)
        headers = {"Retry-After": "0"} if status == 503 else {}
        outcome = "unknown" if status == 503 else "saved"
        return web.json_response({"id": f"c-{len(keys)}", "outcome": outcome}, status=status, headers=headers)

    async def visit() -> None:
        async with visiting(kept, made, handle) as visits:
            await come(kept, visits, 1)

    run(visit())
    seen, sample = kept.events()
    assert len(set(keys)) == 1
    assert (sample.outcome, sample.status, sample.acknowledged, sample.key) == ("served", 201, "c-2", keys[0])
    assert sample.checksum == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert [(each.status, each.acknowledged, each.changed) for each in sample.echoes] == [
        (201, "c-3", False),
        (422, "c-4", True),
    ]
    (first,) = sample.tries
    assert (first.step, first.outcome, first.status, first.retry_after_s, first.told) == (0, "broken", 503, 0, True)
    assert "G03" in first.rules
    assert (first.fate, sample.fate) == ("unknown", "saved")
    assert first.answer == seen.fingerprint
    assert first.at_s <= first.ended_s <= sample.ended_s
    assert 0 < sample.took_s <= sample.ended_s - sample.due_s


def test_time_runs_from_when_the_visit_was_due(run: Any, plan: Any, kept: Any) -> None:
    made = plan(journeys=journeys(), audit={})

    async def visit() -> None:
        async with visiting(kept, made, fine) as visits:
            await visits.run("save", kept.recorder.clock.now() - 3)

    run(visit())
    (sample,) = kept.recorder.samples["save"]
    assert sample.took_s > 3
    assert sample.left_s - sample.due_s >= 3


def test_an_answer_in_time_says_what_it_says_to_its_user(run: Any, plan: Any, kept: Any) -> None:
    made = plan(journeys=journeys(), audit={})

    async def handle(request: web.Request) -> web.StreamResponse:
        page = "<p role=status>We are having issues with uploads.</p><h1>Clips</h1>"
        return web.Response(status=503, text=page, content_type="text/html", headers={"Retry-After": "7"})

    async def visit() -> None:
        async with visiting(kept, made, handle) as visits:
            await come(kept, visits, 1)

    run(visit())
    (sample,) = kept.recorder.samples["save"]
    assert (sample.notice, sample.retry_after_s, sample.status) == (True, 7.0, 503)


@pytest.mark.parametrize(("today", "outcome"), [(date(2027, 1, 31), "served"), (date(2027, 2, 1), "broken")])
def test_findings_that_are_allowed_break_nothing_until_their_last_day(
    run: Any, plan: Any, kept: Any, today: date, outcome: str
) -> None:
    made = plan(journeys=journeys(), audit={})
    allow = Allowance.model_validate({"rule": "G09", "reason": "known", "until": "2027-01-31"})
    made = replace(made, experiment=made.experiment.model_copy(update={"allow": (allow,)}))

    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(text=f"<pre>{LEAK}</pre>", content_type="text/html")

    async def visit() -> None:
        async with visiting(kept, made, handle, today) as visits:
            await come(kept, visits, 1)

    run(visit())
    (sample,) = kept.recorder.samples["save"]
    assert (sample.outcome, sample.rules) == (outcome, ("G09",))
