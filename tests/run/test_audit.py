"""The audit against a fake store: it looks until all is there, or the time for it is over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from chaos.errors import EnvironmentFailed
from chaos.journal.events import Sample
from chaos.run import audit
from chaos.run.audit import take_audits
from chaos.system.addresses import Addresses

NEVER = object()


@pytest.fixture
def taking(plan: Any, kept: Any) -> Callable[..., Any]:
    """Takes the audit against a store that gives these answers one after the other, the last one for ever."""

    @asynccontextmanager
    async def store(answers: list[Any], asked: list[str]) -> AsyncIterator[str]:
        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            asked.append(request.path)
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            while answer is NEVER and request.transport is not None:
                await asyncio.sleep(0.005)  # between two looks at the connection
            if isinstance(answer, web.Response):
                return answer
            return web.Response(
                text=answer if isinstance(answer, str) else json.dumps(None if answer is NEVER else answer)
            )

        runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield site.name.removeprefix("http://")
        finally:
            await runner.cleanup()

    async def take(acknowledged: list[str], answers: list[Any], **changes: Any) -> tuple[Any, list[str]]:
        asked: list[str] = []
        for name in acknowledged:
            kept.recorder.add(
                Sample(
                    journey="save",
                    user="u",
                    due_s=0,
                    left_s=0,
                    ended_s=1,
                    took_s=1,
                    outcome="served",
                    acknowledged=name,
                )
            )
        async with store(answers, asked) as address:
            scene: Any = SimpleNamespace(
                plan=plan(**changes),
                recorder=kept.recorder,
                addresses=Addresses({"edge": "127.0.0.1:1"}, {"web": "127.0.0.1:1", "store": address}),
                now=kept.recorder.clock.now,
            )
            await take_audits(scene, 12.5)
        return kept.events()[-2:], asked

    return take


def items(*names: str) -> list[dict[str, str]]:
    return [{"id": name} for name in names]


def audit_of(**keys: Any) -> dict[str, Any]:
    return {"items": {"of": "save", "stored": {"get": "store:/items", "ids": "[*].id"}, "within": "30s", **keys}}


def test_all_that_was_promised_is_there_at_once(run: Any, taking: Any) -> None:
    (started, taken), asked = run(taking(["a", "b"], [items("b", "a", "other")]))
    assert (started.phase, started.at_s) == ("audit", 12.5)
    assert (taken.stored, taken.pending) == (("b", "a", "other"), ())
    assert asked == ["/items"]


def test_what_arrives_late_is_waited_for(run: Any, taking: Any) -> None:
    answers = [[], items("a"), items("a", "b")]
    (_, taken), asked = run(taking(["a", "b"], answers, audit=audit_of()))
    assert taken.stored == ("a", "b")
    assert len(asked) == 3


def test_what_never_arrives_is_waited_for_only_so_long(run: Any, taking: Any) -> None:
    (_, taken), asked = run(taking(["a", "b"], [items("a")], audit=audit_of(within="100ms")))
    assert taken.stored == ("a",)
    assert taken.waited_s >= 0.1
    assert len(asked) >= 2


def test_an_id_that_was_promised_twice_must_be_there_twice(run: Any, taking: Any) -> None:
    (_, taken), asked = run(taking(["a", "a"], [items("a"), items("a", "a")], audit=audit_of()))
    assert taken.stored == ("a", "a")
    assert len(asked) == 2


def test_what_is_pending_is_asked_for_first_and_waited_for(run: Any, taking: Any) -> None:
    both = audit_of(pending={"get": "store:/pending", "ids": "[*].id"})
    (_, taken), asked = run(taking(["a"], [items("a"), items("a"), [], items("a")], audit=both))
    assert asked == ["/pending", "/items", "/pending", "/items"]
    assert (taken.pending, taken.stored) == ((), ("a",))


def test_ids_may_be_numbers(run: Any, taking: Any) -> None:
    (_, taken), _ = run(taking(["7"], [[{"id": 7}]], audit=audit_of()))
    assert taken.stored == ("7",)


CHECKED = {"get": "store:/items", "ids": "[*].id", "checksums": "[*].sha256"}


def test_checksums_come_from_the_same_answer_as_the_ids(run: Any, taking: Any) -> None:
    stored = [{"id": "a", "sha256": "0a"}, {"id": "b", "sha256": "0b"}]
    (_, taken), asked = run(taking(["a"], [stored], audit=audit_of(stored=CHECKED)))
    assert (taken.stored, taken.checksums) == (("a", "b"), ("0a", "0b"))
    assert asked == ["/items"]


def test_ids_without_a_checksum_are_an_error_of_the_environment(run: Any, taking: Any) -> None:
    with pytest.raises(EnvironmentFailed, match="store:/items has 2 ids, but 1 checksums"):
        run(taking(["a"], [[{"id": "a", "sha256": "0a"}, {"id": "b"}]], audit=audit_of(stored=CHECKED)))


BROKEN: dict[str, tuple[Any, str]] = {
    "an error": (web.Response(status=503), "store:/items answered 503"),
    "no JSON": ("<p>", "store:/items: Expecting value"),
    "no list": ({"id": 1}, r"'\[\*\].id' is no list in store:/items"),
    "too deep": ("[" * 200_000, "store:/items: "),
    "a message": ('"hello"', r"'\[\*\].id' is no list in store:/items"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_store_that_can_not_be_asked_is_an_error_of_the_environment(run: Any, taking: Any, case: str) -> None:
    answer, message = BROKEN[case]
    with pytest.raises(EnvironmentFailed, match=f"the audit could not be taken: .*{message}"):
        run(taking(["a"], [answer]))


def test_a_store_that_never_answers_is_given_up(run: Any, taking: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "ANSWER_WITHIN_S", 0.05)
    with pytest.raises(EnvironmentFailed, match=r"store:/items: no complete answer within 0\.05s"):
        run(taking(["a"], [NEVER]))
