"""Toxiproxies that run: here the embedded proxy plays one, with a proxy of its owner's on it."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from pathlib import Path
from typing import Any

from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.external import ToxiproxyLinks
from chaos.backends.links import Count, Placed, Surroundings
from chaos.faults.fault import SetToxics, ToxicSpec

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def say(address: str, text: bytes) -> bytes:
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(text)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


def test_what_comes_by_is_counted_on_links_that_are_ours_and_requests_where_that_was_asked(
    run: Any, embedded: EmbeddedLinks, tmp_path: Path, mark: str, upstream: Any
) -> None:
    async def all_of_it() -> None:
        async with upstream() as address:
            await embedded.start({"theirs": address}, lambda undo: None)
            host, _, port = embedded.proxied("theirs").api.removeprefix("http://").rpartition(":")
            folder = tmp_path / "taps"
            folder.mkdir()
            external = ToxiproxyLinks(
                Surroundings(
                    folder=folder,
                    mark=mark,
                    seed=1,
                    servers={"": (host, int(port))},
                    placed={"owned": Placed("", "theirs")},
                    counted=frozenset({"db", "owned"}),
                )
            )
            upstreams = {"db": address, "cache": address, "owned": address}
            links = await external.start(upstreams, lambda undo: None)
            assert await external.counts() == {"db": Count(0, 0), "cache": Count(0)}
            for name, times in (("db", 2), ("cache", 3), ("owned", 1)):
                for _ in range(times):
                    assert (await say(links[name], 2 * REQUEST)).count(b"you said GET") == 2
            assert await external.counts() == {"db": Count(2, 4), "cache": Count(3)}

    run(all_of_it())


async def on_theirs(embedded: EmbeddedLinks, folder: Path, mark: str) -> ToxiproxyLinks:
    """With one link, `owned`, on the proxy `theirs` of the embedded one."""
    await embedded.start({"theirs": "127.0.0.1:1"}, lambda undo: None)
    host, _, port = embedded.proxied("theirs").api.removeprefix("http://").rpartition(":")
    servers, placed = {"": (host, int(port))}, {"owned": Placed("", "theirs")}
    external = ToxiproxyLinks(Surroundings(folder=folder, mark=mark, seed=1, servers=servers, placed=placed))
    await external.start({"owned": "127.0.0.1:1"}, lambda undo: None)
    return external


def test_on_a_system_whose_links_are_all_their_owners_nothing_is_counted(
    run: Any, embedded: EmbeddedLinks, tmp_path: Path, mark: str
) -> None:
    async def all_of_it() -> None:
        external = await on_theirs(embedded, tmp_path, mark)
        assert await external.counts() == {}

    run(all_of_it())


def slow(delay_s: float) -> SetToxics:
    attributes = {"latency_s": delay_s, "jitter_s": 0.0}
    return SetToxics((ToxicSpec("latency", "downstream", attributes),))


def test_a_toxic_on_an_owners_proxy_is_altered_there(
    run: Any, embedded: EmbeddedLinks, tmp_path: Path, mark: str
) -> None:
    async def all_of_it() -> None:
        external = await on_theirs(embedded, tmp_path, mark)
        await external.inject("owned", "slow", slow(0.02), 1.0)
        await external.alter("owned", "slow", slow(0.05))
        with urllib.request.urlopen(f"{embedded.proxied('theirs').api}/proxies/theirs", timeout=5) as answer:
            (toxic,) = json.load(answer)["toxics"]
        assert toxic["attributes"]["latency"] == 50

    run(all_of_it())
