"""The embedded proxy as a child: every fault goes in, acts, and is put right by its undos alone."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.links import Count, Surroundings
from chaos.backends.served import plain
from chaos.errors import EnvironmentFailed
from chaos.faults import FAULTS
from chaos.faults.fault import SetToxics, TakeDown
from chaos.undo import perform
from chaos.undo.processes import end_marked, marked

ACTS: dict[str, dict[str, str]] = {
    "latency": {"delay": "30ms"},
    "down": {},
    "hang": {},
    "timeout": {"after": "30ms"},
    "reset_peer": {},
    "bandwidth": {"rate": "1KB/s", "stream": "downstream"},
    "slow_close": {"delay": "30ms"},
    "slicer": {"size": "4B", "delay": "1ms", "stream": "downstream"},
    "limit_data": {"bytes": "4B", "stream": "downstream"},
}


def change_of(kind: str) -> Any:
    return FAULTS[kind].model_validate_json(json.dumps(ACTS[kind])).change()


async def say(address: str, text: bytes = b"hello\n", within: float = 10) -> bytes:
    """The whole answer; what a user got until the connection ended."""
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(within):
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(text)
            writer.write_eof()
            return await reader.read()
        finally:
            writer.close()


def latency(delay: str) -> SetToxics:
    change = FAULTS["latency"].model_validate_json(json.dumps({"delay": delay})).change()
    assert isinstance(change, SetToxics)
    return change


def test_a_toxic_that_is_altered_acts_otherwise_at_once_and_no_byte_is_lost(
    run: Any, embedded: EmbeddedLinks, upstream: Any
) -> None:
    """An answer that would have waited for an hour comes when the delay is altered, whole."""

    async def all_of_it() -> None:
        async with upstream() as address:
            links = await embedded.start({"db": address}, lambda undo: None)
            await embedded.inject("db", "slow", latency("3600s"), 1.0)
            waiting = asyncio.ensure_future(say(links["db"], within=20))
            while not (await embedded.effect("db", "slow", latency("3600s"))).bytes:
                await asyncio.sleep(0)
            assert not waiting.done()
            await embedded.alter("db", "slow", latency("1ms"))
            assert await waiting == b"you said hello\n"
            effect = await embedded.effect("db", "slow", latency("1ms"))
            assert effect.connections == 1, "what it touched before counts on"

    run(all_of_it())


@pytest.mark.parametrize("kind", ACTS)
def test_every_fault_acts_and_its_undos_put_all_right(
    run: Any, embedded: EmbeddedLinks, upstream: Any, kind: str
) -> None:
    change = change_of(kind)

    async def all_of_it() -> None:
        async with upstream() as address:
            links = await embedded.start({"db": address, "other": address}, lambda undo: None)
            assert await say(links["db"]) == b"you said hello\n"
            undos = embedded.undos("db", f"{kind} on db", change)
            assert len({undo.id for undo in undos}) == len(undos) >= 1
            await embedded.inject("db", f"{kind} on db", change, 1.0)
            try:
                got = await say(links["db"], within=0.5 if kind == "hang" else 20)
            except (OSError, TimeoutError):
                got = b""
            assert await say(links["other"]) == b"you said hello\n", "nobody else is touched"
            effect = await embedded.effect("db", f"{kind} on db", change)
            if isinstance(change, TakeDown):
                assert effect.canary == "refused"
            else:
                assert effect.connections >= 1
                assert effect.bytes or effect.closes
            assert (got == b"you said hello\n") == (kind in {"latency", "bandwidth", "slicer", "slow_close"})
            for undo in reversed(undos):
                assert await asyncio.to_thread(perform, undo) is None
                assert await asyncio.to_thread(perform, undo) is None, "twice is harmless"
            assert await say(links["db"]) == b"you said hello\n"

    run(all_of_it())


def test_a_fault_that_nobody_met_has_no_effect(run: Any, embedded: EmbeddedLinks, upstream: Any) -> None:
    change = change_of("latency")

    async def all_of_it() -> None:
        async with upstream() as address:
            await embedded.start({"db": address}, lambda undo: None)
            await embedded.inject("db", "slow", change, 1.0)
            effect = await embedded.effect("db", "slow", change)
            assert (effect.connections, effect.requests, effect.bytes, effect.closes) == (0, 0, 0, 0)

    run(all_of_it())


def test_what_links_carried_is_counted_in_both_directions(run: Any, embedded: EmbeddedLinks, upstream: Any) -> None:
    async def all_of_it() -> None:
        async with upstream() as address:
            links = await embedded.start({"db": address, "other": address}, lambda undo: None)
            assert await embedded.carried() == {"db": 0, "other": 0}
            await say(links["db"], b"abc\n")
            assert await embedded.carried() == {"db": len(b"abc\nyou said abc\n"), "other": 0}

    run(all_of_it())


def test_connections_are_counted_for_each_link(run: Any, embedded: EmbeddedLinks, upstream: Any) -> None:
    async def all_of_it() -> None:
        async with upstream() as address:
            links = await embedded.start({"db": address, "other": address}, lambda undo: None)
            assert await embedded.counts() == {"db": Count(0), "other": Count(0)}
            for _ in range(3):
                await say(links["db"], b"abc\n")
            assert await embedded.counts() == {"db": Count(3), "other": Count(0)}

    run(all_of_it())


def test_requests_are_counted_on_the_links_that_it_was_told_and_as_far_as_they_can_be_read(
    run: Any, tmp_path: Path, mark: str, upstream: Any
) -> None:
    counting = EmbeddedLinks(Surroundings(folder=tmp_path, mark=mark, seed=1, counted=frozenset({"db", "raw"})))
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    async def all_of_it() -> None:
        async with upstream() as address:
            links = await counting.start({"db": address, "raw": address, "other": address}, lambda undo: None)
            assert await counting.counts() == {"db": Count(0, 0), "raw": Count(0, 0), "other": Count(0)}
            answers = [await say(links[link], 3 * request) for link in ("db", "other")]
            assert answers[0] == answers[1] != b""
            await say(links["raw"], request)
            await say(links["raw"], b"\x16\x03\x01 is not HTTP\n")
            assert await counting.counts() == {"db": Count(1, 3), "raw": Count(2), "other": Count(1)}

    run(all_of_it())


def test_links_that_are_renewed_count_the_requests_that_the_next_asks_for(
    run: Any, tmp_path: Path, mark: str, upstream: Any
) -> None:
    renewed = EmbeddedLinks(Surroundings(folder=tmp_path, mark=mark, seed=1, counted=frozenset({"db"})))

    async def all_of_it() -> None:
        async with upstream() as address:
            links = await renewed.start({"db": address, "other": address}, lambda undo: None)
            await say(links["db"], b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await renewed.renew(frozenset({"other"}))
            assert await renewed.counts() == {"db": Count(0), "other": Count(0, 0)}
            await say(links["other"], 2 * b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await renewed.counts() == {"db": Count(0), "other": Count(1, 2)}

    run(all_of_it())


def test_an_undo_of_a_proxy_that_is_gone_is_done(run: Any, embedded: EmbeddedLinks, mark: str) -> None:
    async def all_of_it() -> None:
        await embedded.start({"db": "127.0.0.1:1"}, lambda undo: None)
        undos = [*embedded.undos("db", "slow", change_of("hang")), *embedded.undos("db", "gone", TakeDown())]
        end_marked(mark)
        assert [perform(undo) for undo in undos] == [None, None, None]

    run(all_of_it())


def test_a_proxy_that_was_killed_is_a_failure(run: Any, embedded: EmbeddedLinks, mark: str) -> None:
    async def all_of_it() -> None:
        assert embedded.failure() is None
        await embedded.start({"db": "127.0.0.1:1"}, lambda undo: None)
        assert embedded.failure() is None
        (pid,) = marked(mark)
        os.kill(pid, signal.SIGKILL)
        while (failure := embedded.failure()) is None:
            await asyncio.sleep(0)
        assert failure.startswith("the embedded proxy ended (signal 9)")
        with pytest.raises(EnvironmentFailed, match="it can't be reached"):
            await embedded.carried()

    run(all_of_it())


def test_a_proxy_that_can_not_start_is_told_with_its_last_words(
    run: Any, embedded: EmbeddedLinks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.backends.embedded.python", lambda module: ["sh", "-c", "echo no luck; exit 3"])
    with pytest.raises(EnvironmentFailed, match="the embedded proxy did not start\n    no luck"):
        run(embedded.start({}, lambda undo: None))


def test_a_proxy_that_says_nothing_is_not_waited_for_long(
    run: Any, embedded: EmbeddedLinks, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.backends.embedded.python", lambda module: ["sh", "-c", "sleep 60"])
    monkeypatch.setattr("chaos.backends.embedded.START_WITHIN_S", 0.05)
    with pytest.raises(EnvironmentFailed, match="the embedded proxy did not start"):
        run(embedded.start({}, lambda undo: None))


def test_before_its_start_there_is_nothing_to_ask(run: Any, embedded: EmbeddedLinks) -> None:
    with pytest.raises(EnvironmentFailed, match="the embedded proxy was not started"):
        run(embedded.carried())


def test_a_folder_that_is_called_chaos_too_is_not_taken_for_ours(
    run: Any, embedded: EmbeddedLinks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work" / "chaos").mkdir(parents=True)
    (tmp_path / "work" / "chaos" / "__init__.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path / "work")
    assert run(embedded.start({"db": "127.0.0.1:1"}, lambda undo: None)).keys() == {"db"}


def test_a_start_that_is_stopped_leaves_a_child_that_its_mark_finds(
    run: Any, embedded: EmbeddedLinks, mark: str
) -> None:
    async def all_of_it() -> None:
        starting = asyncio.create_task(embedded.start({"db": "127.0.0.1:1"}, lambda undo: None))
        await asyncio.sleep(0)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert len(marked(mark)) == 1
        end_marked(mark)
        assert not marked(mark)

    run(all_of_it())


@pytest.mark.parametrize(("one", "other"), [("a b", "a-b"), ("медленно", "быстроее"), ("a.b", "a/b"), ("é", "è")])
def test_faults_with_different_names_have_different_toxics(one: str, other: str) -> None:
    assert plain(one) != plain(other)
    assert all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in plain(one) + plain(other))


def test_the_canary_tells_what_a_new_connection_meets(run: Any) -> None:
    from chaos.backends.served import knock

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert run(knock(f"127.0.0.1:{port}")) == "accepted"
    assert run(knock(f"127.0.0.1:{port}")) == "refused"


def test_every_fault_is_in_the_table() -> None:
    toxics = {kind for kind, fault in FAULTS.items() if fault.place == "link" and not kind.startswith("http_")}
    assert toxics - {"slow_connect", "corrupt", "cut"} == ACTS.keys()
    assert isinstance(change_of("hang"), SetToxics)
