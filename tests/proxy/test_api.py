"""The REST API over the wire; `server` is one process for all tests here, so each uses its own names."""

import contextlib
import os
import re
import socket
import threading

import pytest


def spec(name="typed", **fields):
    return {"name": name, "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1", **fields}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def listens(address):
    with socket.socket() as sock:
        return sock.connect_ex(address) == 0


# Proxies


def test_create_show_and_delete(server):
    made = server.call("POST", "/proxies", spec("life", listen="localhost:0"))
    assert made[0] == 201
    assert list(made[1]) == ["name", "listen", "upstream", "enabled", "toxics"]
    assert re.fullmatch(r"127\.0\.0\.1:[1-9]\d*", made[1]["listen"])
    assert made[1] | {"listen": ""} == {
        "name": "life", "listen": "", "upstream": "127.0.0.1:1", "enabled": True, "toxics": [],
    }  # fmt: skip
    assert server.call("GET", "/proxies/life") == (200, made[1])
    assert server.call("GET", "/proxies")[1]["life"] == made[1]
    assert server.call("DELETE", "/proxies/life") == (204, "")
    assert server.call("GET", "/proxies/life") == (404, {"error": "proxy not found", "status": 404})
    assert server.call("DELETE", "/proxies/life")[0] == 404


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"", 400, "bad request body: EOF"),
        (b'{"name":', 400, "bad request body: unexpected EOF"),
        (b"{}", 400, "missing required field: name"),
        (b"null", 400, "missing required field: name"),
        (b'{"name":"x"}', 400, "missing required field: upstream"),
        (
            {"name": "x", "upstream": "u:1", "listen": "bogus"},
            500,
            "listen tcp: address bogus: missing port in address",
        ),
        ({"name": "x", "upstream": "u:1", "listen": "127.0.0.1:99999"}, 500, "listen tcp: address 99999: invalid port"),
        (
            {"name": "x", "upstream": "u:1", "listen": "192.0.2.1:1"},
            500,
            "listen tcp 192.0.2.1:1: bind: cannot assign requested address",
        ),
    ],
)
def test_create_refuses(server, body, status, error):
    assert server.call("POST", "/proxies", body) == (status, {"error": error, "status": status})
    assert server.call("GET", "/proxies/x")[0] == 404


@pytest.mark.parametrize("field", [{"name": 5}, {"listen": 8080}, {"enabled": "yes"}, {"upstream": []}])
def test_create_is_strict_about_types(server, field):
    status, answer = server.call("POST", "/proxies", spec(**field))
    assert (status, answer["error"][:18]) == (400, "bad request body: ")


def test_keys_in_any_case_null_as_absent_and_any_content_type(server):
    body = b'{"Name":"cased","LISTEN":"127.0.0.1:0","Upstream":"127.0.0.1:1","enabled":null,"toxics":[1]} trailing'
    status, answer = server.call(
        "POST", "/proxies", body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (status, answer["enabled"], answer["toxics"]) == (201, True, [])


def test_a_second_one_of_a_name_and_a_busy_port(server):
    first = server.ok("POST", "/proxies", spec("first"))
    assert server.call("POST", "/proxies", spec("first")) == (409, {"error": "proxy already exists", "status": 409})
    error = f"listen tcp {first['listen']}: bind: address already in use"
    assert server.call("POST", "/proxies", spec("second", listen=first["listen"])) == (
        500, {"error": error, "status": 500},
    )  # fmt: skip
    assert server.call("GET", "/proxies/second")[0] == 404


def test_a_disabled_one_takes_no_port_and_keeps_its_text(server):
    port = free_port()
    made = server.ok("POST", "/proxies", spec("off", listen=f"localhost:{port}", enabled=False))
    assert (made["listen"], made["enabled"]) == (f"localhost:{port}", False)
    assert not listens(("127.0.0.1", port))
    server.ok("POST", "/proxies", spec("nonsense", listen="bogus", enabled=False))
    assert server.call("POST", "/proxies/nonsense", {"enabled": True})[0] == 500


def test_wildcards_show_as_dual_stack(server):
    made = server.ok("POST", "/proxies", spec("wild", listen=":0"))
    assert re.fullmatch(r"\[::\]:\d+|0\.0\.0\.0:\d+", made["listen"])
    port = int(made["listen"].rpartition(":")[2])
    assert listens(("127.0.0.1", port))
    clash = server.call("POST", "/proxies", spec("wild2", listen=f":{port}"))
    assert clash[1]["error"] == f"listen tcp :{port}: bind: address already in use"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_update_restarts_only_what_differs_and_keeps_toxics(server, method):
    name = f"updated{method}"
    made = server.ok("POST", "/proxies", spec(name))
    server.toxic(name, "latency", latency=1)
    same = server.ok(method, f"/proxies/{name}", {"listen": made["listen"].replace("127.0.0.1", "localhost")})
    assert same["listen"] == made["listen"]
    moved = server.ok(method, f"/proxies/{name}", {"listen": "127.0.0.1:0", "upstream": "127.0.0.1:2", "name": "x"})
    assert moved["listen"] != made["listen"]
    assert (moved["name"], moved["upstream"], len(moved["toxics"])) == (name, "127.0.0.1:2", 1)
    disabled = server.ok(method, f"/proxies/{name}", {"enabled": False})
    assert (disabled["enabled"], disabled["listen"]) == (False, moved["listen"])
    assert server.ok(method, f"/proxies/{name}", {"enabled": True}) == moved


def test_update_to_a_busy_port_leaves_it_disabled_and_repairable(server):
    made = server.ok("POST", "/proxies", spec("clash"))
    server.toxic("clash", "latency", latency=1)
    busy = f"127.0.0.1:{server.port}"
    status, answer = server.call("PATCH", "/proxies/clash", {"listen": busy})
    assert (status, answer["error"]) == (500, f"listen tcp {busy}: bind: address already in use")
    left = server.ok("GET", "/proxies/clash")
    assert (left["listen"], left["enabled"], len(left["toxics"])) == (busy, False, 1)
    repaired = server.ok("POST", "/proxies/clash", {"listen": made["listen"], "enabled": True})
    assert (repaired["listen"], repaired["enabled"]) == (made["listen"], True)


def test_an_update_that_cannot_be_resolved_changes_nothing(server):
    made = server.ok("POST", "/proxies", spec("kept"))
    status, answer = server.call("POST", "/proxies/kept", {"listen": "bogus", "upstream": "127.0.0.1:9"})
    assert (status, answer) == (500, {"error": "address bogus: missing port in address", "status": 500})
    assert server.call("POST", "/proxies/kept", b"")[1]["error"] == "bad request body: EOF"
    assert server.ok("GET", "/proxies/kept") == made


# Toxics


def test_toxics_have_defaults_are_listed_by_stream_and_echoed(server):
    server.ok("POST", "/proxies", spec("toxic"))
    down = server.ok("POST", "/proxies/toxic/toxics", {"type": "latency", "attributes": {"latency": 100, "other": 1}})
    assert down == {
        "attributes": {"latency": 100, "jitter": 0},
        "name": "latency_downstream",
        "type": "latency",
        "stream": "downstream",
        "toxicity": 1,
    }
    up = server.ok("POST", "/proxies/toxic/toxics", {"type": "noop", "stream": "UpStream", "toxicity": 0.3333333333})
    assert (up["name"], up["stream"], up["toxicity"]) == ("noop_UpStream", "UpStream", 0.33333334)
    assert server.ok("GET", "/proxies/toxic/toxics") == [up, down]
    assert server.ok("GET", "/proxies/toxic")["toxics"] == [up, down]
    assert server.ok("GET", "/proxies/toxic/toxics/noop_UpStream") == up
    assert server.call("DELETE", "/proxies/toxic/toxics/noop_UpStream") == (204, "")
    assert server.call("DELETE", "/proxies/toxic/toxics/noop_UpStream") == (
        404, {"error": "toxic not found", "status": 404},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"type": "nope", "stream": "sideways"}, 400, "stream was invalid, can be either upstream or downstream"),
        ({"type": "noop", "stream": ""}, 400, "stream was invalid, can be either upstream or downstream"),
        ({"type": "Latency"}, 400, "invalid toxic type"),
        ({}, 400, "invalid toxic type"),
        ({"type": "latency", "name": "there", "stream": "upstream", "attributes": {"latency": "x"}}, 409,
         "toxic already exists"),
        (b"", 400, "bad request body: EOF"),
    ],
)  # fmt: skip
def test_a_toxic_is_refused_for_the_first_thing_wrong(server, body, status, error):
    if server.call("GET", "/proxies/strict")[0] == 404:
        server.ok("POST", "/proxies", spec("strict"))
        server.toxic("strict", "noop", name="there")
    assert server.call("POST", "/proxies/strict/toxics", body) == (status, {"error": error, "status": status})


@pytest.mark.parametrize("attributes", [{"latency": "100"}, {"latency": 100.5}, {"latency": 1 << 63}, [], "x"])
def test_attributes_are_strict(server, attributes):
    server.call("POST", "/proxies", spec("numbers"))
    status, answer = server.call("POST", "/proxies/numbers/toxics", {"type": "latency", "attributes": attributes})
    assert (status, answer["error"][:18]) == (400, "bad request body: ")
    assert server.ok("GET", "/proxies/numbers/toxics") == []


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_update_changes_all_or_nothing(server, method):
    name = f"atomic{method}"
    server.ok("POST", "/proxies", spec(name))
    server.toxic(name, "latency", latency=100, jitter=7, name="l")
    path = f"/proxies/{name}/toxics/l"
    updated = server.ok(
        method, path, {"attributes": {"latency": 50}, "toxicity": 0.5, "name": "x", "stream": "upstream"}
    )
    assert updated["attributes"] == {"latency": 50, "jitter": 7}
    assert (updated["toxicity"], updated["name"], updated["stream"]) == (0.5, "l", "downstream")
    assert server.call(method, path, {"attributes": {"latency": 999, "jitter": "x"}, "toxicity": 1})[0] == 400
    assert server.call(method, path, b"")[0] == 400
    assert server.ok("GET", path) == updated
    assert server.call(method, f"/proxies/{name}/toxics/none", b"")[1]["error"] == "toxic not found"


# Populate and reset


def test_populate_leaves_the_same_alone_and_replaces_what_differs(server):
    wanted = [spec("p1", listen=f"127.0.0.1:{free_port()}"), spec("p2", listen=f"localhost:{free_port()}")]
    status, answer = server.call("POST", "/populate", wanted)
    assert status == 201
    assert list(answer) == ["proxies"]
    assert [proxy["name"] for proxy in answer["proxies"]] == ["p1", "p2"]
    for name in ("p1", "p2"):
        server.toxic(name, "noop")
    server.ok("POST", "/proxies/p1", {"enabled": False})
    wanted[1]["upstream"] = "127.0.0.1:2"
    first, second = server.ok("POST", "/populate", wanted)["proxies"]
    assert (first["enabled"], len(first["toxics"])) == (False, 1)
    assert (second["upstream"], second["toxics"]) == ("127.0.0.1:2", [])


def test_populate_leaves_a_wildcard_alone_too(server):
    wanted = [spec("w1", listen=f":{free_port()}"), spec("w2", listen=f"0.0.0.0:{free_port()}")]
    for _ in range(2):
        server.ok("POST", "/populate", wanted)
        if not server.ok("GET", "/proxies/w1/toxics"):
            server.toxic("w1", "noop")
            server.toxic("w2", "noop")
    assert len(server.ok("GET", "/proxies/w1/toxics")) == len(server.ok("GET", "/proxies/w2/toxics")) == 1


def test_populate_stops_at_the_first_failure_and_says_what_was_done(server):
    port = free_port()
    wanted = [spec(f"n{number}", listen=f"127.0.0.1:{port + (number == 3)}") for number in (1, 2, 3)]
    status, answer = server.call("POST", "/populate", wanted)
    assert (status, answer["status"]) == (500, 500)
    assert answer["error"] == f"listen tcp 127.0.0.1:{port}: bind: address already in use"
    assert [proxy["name"] for proxy in answer["proxies"]] == ["n1"]
    assert server.call("GET", "/proxies/n1")[0] == 200
    assert server.call("GET", "/proxies/n3")[0] == 404


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ([spec("bad1"), {"name": "bad2"}], 400, "missing required field: upstream at proxy 2"),
        ([spec("bad1"), {"upstream": "x:1"}], 400, "missing required field: name at proxy 2"),
        ([None], 400, "missing required field: name at proxy 1"),
        ({}, 400, "bad request body: an array of proxies was expected"),
        (b"", 400, "bad request body: EOF"),
    ],
)
def test_populate_checks_all_before_it_touches_any(server, body, status, error):
    answer = {"error": error, "status": status, "proxies": []}
    assert server.call("POST", "/populate", body) == (status, answer)
    assert server.call("GET", "/proxies/bad1")[0] == 404


@pytest.mark.parametrize("body", [b"[]", b"null"])
def test_populate_with_nothing_answers_a_list(server, body):
    assert server.call("POST", "/populate", body) == (201, {"proxies": []})


def test_reset_starts_all_and_removes_all_toxics(new_server):
    server = new_server()
    blocked_port = free_port()
    for proxy in (spec("r1", enabled=False), spec("r2", enabled=False, listen=f"127.0.0.1:{blocked_port}"), spec("r3")):
        server.ok("POST", "/proxies", proxy)
        server.toxic(proxy["name"], "timeout")
    with socket.create_server(("127.0.0.1", blocked_port)):
        status, answer = server.call("POST", "/reset")
    assert (status, answer["error"]) == (500, f"listen tcp 127.0.0.1:{blocked_port}: bind: address already in use")
    proxies = server.ok("GET", "/proxies")
    assert {name: (proxy["enabled"], proxy["toxics"]) for name, proxy in proxies.items()} == {
        "r1": (True, []), "r2": (False, []), "r3": (True, []),
    }  # fmt: skip
    assert server.call("POST", "/reset") == (204, "")
    assert server.ok("GET", "/proxies/r2")["enabled"]


# The transport


def test_version_has_toxiproxys_exact_bytes_and_an_id(server):
    with socket.create_connection((server.host, server.port)) as sock:
        sock.sendall(b"GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        raw = b"".join(iter(lambda: sock.recv(4096), b""))
    head, _, body = raw.partition(b"\r\n\r\n")
    assert body == b'{"version": "2.12.0"}\n'
    assert b"Content-Type: application/json;charset=utf-8" in head
    assert re.search(rb"X-Toxiproxy-Request-Id: [0-9a-v]{20}\r\n", head)


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/", 404, "404 page not found\n"),
        ("GET", "/proxies/", 404, "404 page not found\n"),
        ("GET", "/metrics", 404, "404 page not found\n"),
        ("PUT", "/proxies", 405, ""),
        ("DELETE", "/version", 405, ""),
        ("GET", "//proxies", 301, ""),
    ],
)
def test_unrouted_requests(server, method, path, status, text):
    assert server.call(method, path) == (status, text)


def test_browsers_and_other_origins_are_kept_out(server):
    assert server.call("GET", "/proxies", headers={"User-Agent": "Mozilla/5.0"}) == (403, "User agent not allowed\n")
    assert server.call("GET", "/nothing", headers={"User-Agent": "Mozilla/5.0"})[0] == 404
    assert server.call("POST", "/reset", headers={"Origin": "http://evil.example"})[0] == 403
    assert server.call("GET", "/proxies", headers={"Host": "evil.example"})[0] == 403


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"\x16\x03\x01garbage\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000, b"431")],
)
def test_garbage_is_answered_and_the_connection_closed(server, data, status):
    with socket.create_connection((server.host, server.port), timeout=10) as sock:
        sock.sendall(data)
        answer = b"".join(iter(lambda: sock.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 " + status)


def test_pipelined_chunked_and_expecting_requests_on_one_connection(server):
    with socket.create_connection((server.host, server.port), timeout=10) as sock:
        sock.sendall(
            b"GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n"
            b"POST /populate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"
            b"POST /populate HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        seen = b""
        while b"100 Continue\r\n\r\n" not in seen:
            seen += sock.recv(4096)
        sock.sendall(b"[]")
        while seen.count(b'{"proxies":[]}') < 2:
            seen += sock.recv(4096)
    assert re.findall(rb"HTTP/1.1 (\d+)", seen) == [b"200", b"201", b"100", b"201"]


def test_a_client_that_sends_and_never_reads_does_not_block_the_others(server):
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect((server.host, server.port))
        sock.setblocking(False)
        requests = b"GET /proxies HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100
        with contextlib.suppress(BlockingIOError):
            while sock.send(requests):
                pass
        assert server.call("GET", "/version")[0] == 200


SLOW_NAMES = """
import sys
from chaos.proxy import resolver
from chaos.proxy.address import look_up
def slow(host, port):
    open(sys.argv.pop()).read()  # a FIFO: waits until the test has closed its other end
    return look_up("127.0.0.1", port)
resolver.look_up = slow
from chaos.proxy.main import main
sys.exit(main(sys.argv[1:-1]))
"""


def test_a_slow_name_server_holds_up_only_who_asked_for_the_name(new_server, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    server = new_server(str(fifo), command=["-c", SLOW_NAMES])
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(server.call("POST", "/proxies", spec("named", listen="some.name:0"))), daemon=True
    )
    asking.start()
    with fifo.open("w"):
        assert server.call("GET", "/proxies") == (200, {})
        assert not answers
    asking.join(20)
    assert answers[0][0] == 201
    assert answers[0][1]["listen"].startswith("127.0.0.1:")
