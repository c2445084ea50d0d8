"""HTTP toxics over the wire: `python -m chaos.proxy` between real clients and an aiohttp server."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

PATIENCE_S = 20.0
MIB = 1024 * 1024


class Site:
    """An aiohttp server in a thread; it remembers which requests reached it."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.runner: web.AppRunner
        self.address: tuple[str, int] = asyncio.run_coroutine_threadsafe(self._start(), self.loop).result(PATIENCE_S)

    async def _start(self) -> tuple[str, int]:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_get("/ws", self._websocket)
        app.router.add_get("/chunked", self._chunked)
        app.router.add_post("/upload", self._upload)
        app.router.add_route("*", "/{path:.*}", self._plain)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        host, port = self.runner.addresses[0][:2]
        return host, port

    async def _plain(self, request: web.Request) -> web.Response:
        self.seen.append(request.path)
        return web.Response(text=f"hello {request.path}")

    async def _chunked(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        for number in range(100):
            await response.write(b"%03d " % number * 500)
        return response

    async def _upload(self, request: web.Request) -> web.Response:
        digest, size = hashlib.sha256(), 0
        async for piece in request.content.iter_chunked(1 << 16):
            digest.update(piece)
            size += len(piece)
        self.seen.append(request.path)
        return web.Response(text=f"{size} {digest.hexdigest()}")

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data.upper())
        return socket

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.runner.cleanup(), self.loop).result(PATIENCE_S)
        self.loop.call_soon_threadsafe(self.loop.stop)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


class Client:
    """Keeps its connection. An answer is (status, body)."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.connection = http.client.HTTPConnection(*address, timeout=PATIENCE_S)

    def __call__(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> tuple[int, bytes]:
        self.connection.request(method, path, body, headers)
        with self.connection.getresponse() as response:
            return response.status, response.read()

    @property
    def port(self) -> int:
        """Of its end of the connection: another one means another connection."""
        assert self.connection.sock is not None
        return int(self.connection.sock.getsockname()[1])


@pytest.fixture
def client() -> Iterator[Callable[[tuple[str, int]], Client]]:
    made: list[Client] = []

    def make(address: tuple[str, int]) -> Client:
        made.append(Client(address))
        return made[-1]

    yield make
    for each in made:
        each.connection.close()


def counted(server: Any, proxy: str) -> Any:
    [counters] = server.effects(proxy)["toxics"].values()
    return counters


def test_a_share_of_the_requests_of_one_connection_gets_errors_and_the_seed_says_which(
    new_server: Any, site: Site, client: Any
) -> None:
    def hits(seed: str) -> list[bool]:
        server = new_server("--seed", seed)
        user = client(server.proxy("share", site.address))
        server.toxic("share", "http_error", toxicity=0.5, match={"path": "/share*"})
        site.seen.clear()
        user("/other")
        port = user.port
        found = [user(f"/share{number}")[0] == 503 for number in range(60)]
        assert user.port == port, "kept alive"
        assert site.seen == ["/other", *(f"/share{number}" for number, hit in enumerate(found) if not hit)]
        assert counted(server, "share")["requests"] == sum(found)
        assert counted(server, "share")["connections"] == 1
        return found

    first = hits("7")
    assert 15 <= sum(first) <= 45
    assert hits("7") == first
    assert hits("8") != first


def test_ordinals_are_counted_over_all_connections(server: Any, site: Site, client: Any) -> None:
    address = server.proxy("ordinals", site.address)
    before = client(address)
    before("/a")
    toxic = server.toxic("ordinals", "http_error", only={"request": [2, 3]})
    users = [before, client(address), client(address), client(address)]
    assert [user("/a")[0] for user in users] == [200, 503, 503, 200]
    shown = server.ok("GET", f"/proxies/ordinals/toxics/{toxic}")
    assert shown["attributes"]["only"] == {"request": [2, 3]}
    server.ok("DELETE", f"/proxies/ordinals/toxics/{toxic}")
    server.toxic("ordinals", "http_error", only={"connection": 2})
    users = [before, *(client(address) for _ in range(3))]
    assert [[user("/a")[0] for _ in range(2)] for user in users] == [[200] * 2, [200] * 2, [503] * 2, [200] * 2]


def test_pipelined_requests_are_answered_in_order(server: Any, site: Site, connect: Any, wire: Any) -> None:
    address = server.proxy("pipeline", site.address)
    server.toxic("pipeline", "http_error", match={"path": "/ours"}, body="ours", status=500)
    sock = connect(address)
    asked = [b"/ours", b"/a", b"/ours", b"/ours", b"/b", b"/ours"]
    sock.sendall(b"".join(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path for path in asked[:-1]))
    sock.sendall(b"GET /ours HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    got = wire.read_all(sock)
    assert [each.rpartition(b"\r\n\r\n")[2] for each in got.split(b"HTTP/1.1 ")[1:]] == [
        b"ours", b"hello /a", b"ours", b"ours", b"hello /b", b"ours",
    ]  # fmt: skip


def test_an_upload_with_100_continue_streams_through_in_little_memory(new_server: Any, site: Site) -> None:
    server = new_server()
    address = server.proxy("upload", site.address)
    server.toxic("upload", "http_delay", delay=1)
    server.toxic("upload", "http_error", match={"path": "/nobody"})
    piece = bytes(range(256)) * 256
    count = 64 * MIB // len(piece)

    async def pieces() -> Any:
        for _ in range(count):
            yield piece

    async def upload() -> str:
        async with aiohttp.ClientSession() as session:
            url = f"http://{address[0]}:{address[1]}/upload"
            async with session.post(url, data=pieces(), expect100=True) as response:
                return await response.text()

    before_kb = memory_kb(server.process.pid)
    expected = hashlib.sha256(piece * count).hexdigest()
    assert asyncio.run(upload()) == f"{count * len(piece)} {expected}"
    assert memory_kb(server.process.pid) - before_kb < 24 * 1024


def memory_kb(pid: int) -> int:
    """The most that it ever had."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])


def test_who_waits_for_leave_to_send_gets_the_error_at_once(server: Any, site: Site, connect: Any, wire: Any) -> None:
    address = server.proxy("expect", site.address)
    server.toxic("expect", "http_error")
    sock = connect(address)
    sock.sendall(b"POST /upload HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
    answer = wire.read_all(sock)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Connection: close" in answer


def test_head_and_chunks_pass_as_they_are(server: Any, site: Site, client: Any) -> None:
    through, direct = client(server.proxy("as_is", site.address)), client(site.address)
    server.toxic("as_is", "http_body", match={"path": "/nobody"})
    server.toxic("as_is", "http_truncate", match={"path": "/nobody"})
    for path, method in [("/a", "HEAD"), ("/chunked", "GET"), ("/b", "GET"), ("/b", "HEAD"), ("/c", "PUT")]:
        assert through(path, method) == direct(path, method)


def test_a_truncated_answer_is_noticed_and_the_next_one_is_whole(server: Any, site: Site, client: Any) -> None:
    user = client(server.proxy("truncate", site.address))
    server.toxic("truncate", "http_truncate", bytes=1000, match={"path": "/chunked"})
    with pytest.raises(http.client.IncompleteRead):
        user("/chunked")
    user.connection.close()
    assert user("/a") == (200, b"hello /a")


def test_websockets_pass_untouched(server: Any, site: Site) -> None:
    host, port = server.proxy("websocket", site.address)
    server.toxic("websocket", "http_error", match={"path": "/a"})
    server.toxic("websocket", "http_body", body="x", match={"path": "/ws"})

    async def talk() -> list[str]:
        async with aiohttp.ClientSession() as session, session.ws_connect(f"http://{host}:{port}/ws") as ws:
            heard = []
            for text in ("one", "GET / HTTP/1.1\r\n\r\n", "x" * 100_000):
                await ws.send_str(text)
                heard.append(await ws.receive_str())
            return heard

    assert asyncio.run(talk()) == ["ONE", "GET / HTTP/1.1\r\n\r\n", "X" * 100_000]
    assert counted_all(server, "websocket", "foreign") == 0


def counted_all(server: Any, proxy: str, what: str) -> int:
    return sum(counters[what] for counters in server.effects(proxy)["toxics"].values())


def test_what_is_no_http_passes_and_is_counted(server: Any, upstream: Any, connect: Any, wire: Any) -> None:
    address = server.proxy("foreign", upstream().address)
    toxic = server.toxic("foreign", "http_error")
    sock = connect(address)
    for data in (b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n", bytes(100_000)):
        sock.sendall(data)
        assert wire.read(sock, len(data)) == data
    assert server.effects("foreign")["toxics"][toxic] == {
        "type": "http_error", "connections": 0, "requests": 0, "bytes": 0, "closes": 0, "foreign": 1,
    }  # fmt: skip


def test_toxics_come_and_go_while_users_talk_and_nothing_is_lost(server: Any, site: Site, client: Any) -> None:
    address = server.proxy("live", site.address)
    stop = threading.Event()
    answers: list[list[tuple[int, bytes]]] = []
    failures: list[BaseException] = []

    def talk(name: int) -> None:
        user, mine = client(address), []
        answers.append(mine)
        try:
            user("/first")
            port = user.port
            number = 0
            while not stop.is_set():
                path = f"/u{name}/{number}"
                status, body = user(path, "POST", b"x" * (number * 997 % 70_000))
                assert (status, body) in [(200, f"hello {path}".encode()), (503, b"ours")], (status, body)
                mine.append((status, body))
                number += 1
            assert user.port == port, "one connection all along"
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=talk, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    for number in range(60):
        toxic = server.toxic("live", "http_error", body="ours", toxicity=0.5, name=f"e{number % 2}")
        other = server.toxic("live", "http_delay", delay=1)
        server.ok("POST", f"/proxies/live/toxics/{toxic}", {"attributes": {"body": "ours"}, "toxicity": 0.9})
        server.ok("DELETE", f"/proxies/live/toxics/{toxic}")
        server.ok("DELETE", f"/proxies/live/toxics/{other}")
    stop.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert not failures, failures
    assert {status for mine in answers for status, _ in mine} == {200, 503}


def test_a_toxic_set_during_an_upload_waits_for_the_next_request(server: Any, site: Site, connect: Any) -> None:
    address = server.proxy("late", site.address)
    with closing(connect(address)) as sock:
        sock.sendall(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + bytes(100_000))
        toxic = server.toxic("late", "http_error")
        sock.sendall(bytes(200_000))
        reader = sock.makefile("rb")
        assert reader.readline() == b"HTTP/1.1 200 OK\r\n"
        length = int(http.client.parse_headers(reader)["Content-Length"])
        assert reader.read(length).startswith(b"300000 ")
        sock.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        assert reader.readline() == b"HTTP/1.1 503 Service Unavailable\r\n"
        assert server.effects("late")["toxics"][toxic]["requests"] == 1


def test_a_cut_answer_was_acknowledged_and_is_never_heard_of(server: Any, site: Site, client: Any) -> None:
    user = client(server.proxy("cut", site.address))
    toxic = server.toxic("cut", "cut", of="message", end="reset", match={"method": "POST"})
    user("/a")
    site.seen.clear()
    with pytest.raises(ConnectionResetError):
        user("/upload", "POST", b"x" * 1000)
    assert site.seen == ["/upload"]
    server.ok("DELETE", f"/proxies/cut/toxics/{toxic}")
    server.toxic("cut", "cut", of="message", stream="upstream", bytes=500, match={"method": "POST"})
    user.connection.close()
    site.seen.clear()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        user("/upload", "POST", b"x" * 1000)
    assert site.seen == []


def test_slow_connect_delays_new_connections_alone_and_removal_lets_them_go(
    server: Any, site: Site, client: Any, wire: Any
) -> None:
    address = server.proxy("connect", site.address)
    live = client(address)
    live("/a")
    toxic = server.toxic("connect", "slow_connect", delay=200)
    began_s = time.monotonic()
    live("/a")
    assert time.monotonic() - began_s < 0.2
    client(address)("/a")
    assert time.monotonic() - began_s >= 0.2
    assert server.effects("connect")["toxics"][toxic]["connections"] == 1
    server.ok("POST", f"/proxies/connect/toxics/{toxic}", {"attributes": {"delay": 3_600_000}})
    waiting = client(address)
    waiting.connection.request("GET", "/a")
    wire.eventually(lambda: server.effects("connect")["toxics"][toxic]["connections"] == 2)
    server.ok("DELETE", f"/proxies/connect/toxics/{toxic}")
    assert waiting.connection.getresponse().read() == b"hello /a"


def test_a_rate_limit_is_the_proxys_not_the_connections(server: Any, site: Site, client: Any) -> None:
    address = server.proxy("rate", site.address)
    server.toxic("rate", "http_rate_limit", rate=0.01, burst=5)
    statuses = [client(address)("/a")[0] for _ in range(8)]
    assert statuses == [200] * 5 + [429] * 3


def test_httptools_is_imported_with_the_first_http_toxic_and_not_before() -> None:
    code = (
        "import sys, chaos.proxy.toxic_body as b\n"
        "from chaos.proxy.toxics import TOXICS\n"
        "made = [kind.schema() for kind in TOXICS.values()]\n"
        "TOXICS['cut'].load(TOXICS['cut'].schema())\n"
        "assert 'httptools' not in sys.modules\n"
        "TOXICS['http_error'].load(TOXICS['http_error'].schema())\n"
        "assert 'httptools' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"staus": 500}, "there is no attribute 'staus' here; did you mean status?"),
        ({"status": 5}, "attributes.status, a whole number from 200 to 599 was expected"),
        ({"only": {"request": 0}}, "attributes.only.request must be a number from 1 up"),
        ({"only": {"requests": 1}}, "attributes.only has no requests"),
    ],
)
def test_the_api_refuses_what_makes_no_sense(server: Any, attributes: dict[str, Any], message: str) -> None:
    name = f"refuses_{abs(hash(message))}"
    server.proxy(name, "127.0.0.1:1")
    status, answer = server.call("POST", f"/proxies/{name}/toxics", {"type": "http_error", "attributes": attributes})
    assert status == 400
    assert message in answer["error"]
    assert server.ok("GET", f"/proxies/{name}/toxics") == []
    sent = {"type": "latency", "attributes": {"only": {"request": 1}}}
    assert server.call("POST", f"/proxies/{name}/toxics", sent)[0] == 400


def test_a_client_that_sends_byte_by_byte_is_understood(server: Any, site: Site, connect: Any, wire: Any) -> None:
    address = server.proxy("bytes", site.address)
    server.toxic("bytes", "http_error", match={"path": "/ours"})
    sock: socket.socket = connect(address)
    for path in (b"/ours", b"/theirs"):
        for byte in b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n" % path:
            sock.send(bytes([byte]))
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += sock.recv(65536)
        assert answer.startswith(b"HTTP/1.1 503 " if path == b"/ours" else b"HTTP/1.1 200 ")
