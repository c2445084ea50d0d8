"""§1: HTTP itself: routes, methods, headers, exact bytes, and how JSON is read."""

import json
import re

import pytest

PROXY = {"name": "x", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1"}


def content_type(answer):
    return answer.headers["Content-Type"]


@pytest.mark.parametrize(
    "sent", ["application/json", "application/x-www-form-urlencoded", "text/plain", "application/xml", ""]
)
def test_the_content_type_of_a_request_is_ignored(server, sent):
    answer = server.call("POST", "/proxies", PROXY, {"Content-Type": sent})
    assert (answer.status, answer.json["name"]) == (201, "x")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/proxies", None),
        ("POST", "/proxies", PROXY | {"name": "y"}),
        ("GET", "/proxies/x", None),
        ("POST", "/proxies/x", {}),
        ("GET", "/proxies/x/toxics", None),
        ("POST", "/proxies/x/toxics", {"type": "noop", "name": "n"}),
        ("GET", "/proxies/x/toxics/l", None),
        ("PATCH", "/proxies/x/toxics/l", {}),
        ("POST", "/populate", [PROXY]),
    ],
)
def test_a_success_is_json_without_a_newline(server, method, path, body):
    server.ok("POST", "/proxies", PROXY)
    server.ok("POST", "/proxies/x/toxics", {"type": "latency", "name": "l"})
    answer = server.call(method, path, body)
    assert content_type(answer) == "application/json"
    assert answer.raw.strip() == answer.raw
    assert int(answer.headers["Content-Length"]) == len(answer.raw)


def test_errors_end_in_a_newline(server, differs):
    answer = server.call("GET", "/proxies/none")
    assert answer.raw == b'{"error":"proxy not found","status":404}\n'
    wanted = "text/plain; charset=utf-8" if differs("error-content-type") else "application/json"
    assert content_type(answer) == wanted


def test_an_error_of_populate_is_json(server):
    answer = server.call("POST", "/populate", b"")
    assert (answer.status, content_type(answer)) == (400, "application/json")
    assert answer.json["error"] == "bad request body: EOF"


def test_a_deletion_and_a_reset_have_no_body(server):
    server.ok("POST", "/proxies", PROXY)
    server.ok("POST", "/proxies/x/toxics", {"type": "noop", "name": "n"})
    for method, path in (("POST", "/reset"), ("DELETE", "/proxies/x")):
        answer = server.call(method, path, b"ignored")
        assert (answer.status, answer.raw) == (204, b"")
        assert answer.headers.get("Content-Length", "0") == "0"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/proxies"), ("GET", "/version"), ("GET", "/proxies/none"), ("POST", "/reset"), ("POST", "/populate")],
)
def test_every_routed_answer_has_a_request_id_of_its_own(server, method, path):
    ids = {server.call(method, path).headers["X-Toxiproxy-Request-Id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch("[0-9a-v]{20}", each) for each in ids)


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/proxies/", "/version/", "/metrics", "/proxies/a/b", "/proxies/a%2Fb", "/PROXIES",
             "/proxies/a/toxics/b/c", "/proxies/a/toxics/"]
)  # fmt: skip
def test_an_unknown_path(server, path):
    answer = server.call("GET", path)
    assert (answer.status, answer.raw) == (404, b"404 page not found\n")
    assert content_type(answer) == "text/plain; charset=utf-8"
    assert "X-Toxiproxy-Request-Id" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *[("PUT", path) for path in ("/proxies", "/proxies/x", "/proxies/x/toxics", "/proxies/x/toxics/t", "/version")],
        *[(method, "/proxies") for method in ("HEAD", "OPTIONS", "DELETE", "PATCH")],
        *[("GET", path) for path in ("/reset", "/populate")],
        ("POST", "/version"),
        ("DELETE", "/proxies/x/toxics"),
        ("PATCH", "/proxies/x/toxics"),
    ],
)
def test_a_wrong_method(server, method, path):
    answer = server.call(method, path)
    assert (answer.status, answer.raw) == (405, b"")
    assert "X-Toxiproxy-Request-Id" not in answer.headers


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        ("//proxies", "/proxies"),
        ("/a/../version", "/version"),
        ("/./proxies", "/proxies"),
        ("/proxies//x", "/proxies/x"),
    ],
)
def test_a_dirty_path_is_sent_to_the_clean_one(server, path, clean):
    answer = server.call("GET", path)
    assert (answer.status, answer.headers["Location"]) == (301, clean)


@pytest.mark.parametrize("path", ["/proxies", "/version", "/proxies/none"])
def test_browsers_are_refused(server, path):
    answer = server.call("GET", path, headers={"User-Agent": "Mozilla/5.0 (X11)"})
    assert (answer.status, answer.raw) == (403, b"User agent not allowed\n")


@pytest.mark.parametrize(
    ("agent", "path", "method", "status"),
    [
        ("mozilla/5.0", "/proxies", "GET", 200),
        ("Mozilla", "/proxies", "GET", 200),
        ("curl/8.0 Mozilla/5.0", "/proxies", "GET", 200),
        ("", "/proxies", "GET", 200),
        ("Mozilla/5.0", "/nothing", "GET", 404),
        ("Mozilla/5.0", "/proxies", "PUT", 405),
    ],
)
def test_other_agents_pass_and_routes_come_first(server, agent, path, method, status):
    assert server.call(method, path, headers={"User-Agent": agent}).status == status


def test_a_request_without_any_agent_passes(server):
    answer = server.raw(b"GET /proxies HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("host", ["localhost:8474", "127.0.0.1", "[::1]:8474", "LOCALHOST"])
def test_any_name_of_this_machine_is_right(server, host):
    assert server.call("GET", "/proxies", headers={"Host": host}).status == 200


def test_a_name_that_a_page_may_have_rebound(server, differs):
    status = server.call("GET", "/proxies", headers={"Host": "evil.example"}).status
    assert status == (200 if differs("foreign-host") else 403)


def test_a_page_of_another_origin(server, differs):
    status = server.call("POST", "/reset", headers={"Origin": "http://evil.example"}).status
    assert status == (204 if differs("foreign-origin") else 403)


# Framing


def test_http_1_0_is_answered_and_closed(server):
    assert server.raw(b"GET /version HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 200 OK\r\n")


def test_http_1_0_may_stay_open_when_it_asks(server):
    answer = server.raw(b"GET /version HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /version HTTP/1.0\r\n\r\n")
    assert answer.count(b"HTTP/1.0 200 OK\r\n") == 2
    assert answer.count(b"Connection: keep-alive\r\n") == 1


def test_requests_follow_each_other_on_one_connection_in_either_framing(server):
    body = json.dumps([PROXY]).encode()
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (5, body[:5], len(body) - 5, body[5:])
    answer = server.raw(
        b"POST /populate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
        + b"GET /proxies/x HTTP/1.1\r\nHost: localhost\r\n\r\n"
        + b"DELETE /proxies/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\nignored"
        + b"GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )  # fmt: skip
    assert re.findall(rb"HTTP/1.1 (\d+) ", answer) == [b"201", b"200", b"204", b"200"]


def test_a_client_that_waits_to_be_told_is_told_to_continue(server, wire):
    import socket

    body = json.dumps(PROXY).encode()
    with socket.create_connection((server.host, server.port), timeout=wire.PATIENCE_S) as sock:
        sock.sendall(
            b"POST /proxies HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        assert wire.read(sock, 25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert wire.read_all(sock).startswith(b"HTTP/1.1 201 ")


def test_a_reset_without_any_body(server):
    answer = server.raw(b"POST /reset HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 204 ")


# JSON


@pytest.mark.parametrize(
    "body",
    [
        b'{"name":"x","upstream":"127.0.0.1:1","listen":"127.0.0.1:0"} and [more',
        b'{"name":"x","upstream":"127.0.0.1:1","listen":"127.0.0.1:0"}{"name":"y"}',
        b' \n{"name":"x","upstream":"127.0.0.1:1","listen":"127.0.0.1:0","unknown":[{"deep":1}],"toxics":[1]}',
        b'{"name":"w","upstream":"127.0.0.1:1","listen":"127.0.0.1:0","name":"x"}',
        b'{"Name":"x","UPSTREAM":"127.0.0.1:1","lIsTeN":"127.0.0.1:0","Enabled":true}',
        b'{"name":"x","upstream":"127.0.0.1:1","listen":"127.0.0.1:0","enabled":null,"toxics":null}',
    ],
)
def test_first_value_unknown_keys_repeated_keys_any_case_and_null(server, body):
    answer = server.call("POST", "/proxies", body)
    assert answer.status == 201
    assert {key: answer.json[key] for key in ("name", "upstream", "enabled", "toxics")} == {
        "name": "x", "upstream": "127.0.0.1:1", "enabled": True, "toxics": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "field",
    [{"name": 5}, {"name": ["x"]}, {"listen": 8080}, {"upstream": {}}, {"upstream": True}, {"enabled": "yes"},
     {"enabled": 1}],
)  # fmt: skip
def test_types_are_strict(server, field):
    status, text = server.call("POST", "/proxies", PROXY | field).error
    assert status == 400
    assert text.startswith("bad request body: ")
    assert server.ok("GET", "/proxies") == {}


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "EOF"),
        (b" \n", "EOF"),
        (b'{"name":', "unexpected EOF"),
        (b'{"name":"x"', "unexpected EOF"),
        (b'{"name":"x', "unexpected EOF"),
        (b"{", "unexpected EOF"),
    ],
)
@pytest.mark.parametrize("path", ["/proxies", "/proxies/x", "/proxies/x/toxics", "/proxies/x/toxics/n"])
def test_nothing_and_half_of_something(server, path, body, detail):
    server.ok("POST", "/proxies", PROXY)
    server.ok("POST", "/proxies/x/toxics", {"type": "noop", "name": "n"})
    assert server.call("POST", path, body).error == (400, f"bad request body: {detail}")


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"17", b"{]", b"nonsense", b"{'name':1}", b'{"name":NaN}'])
@pytest.mark.parametrize("path", ["/proxies", "/proxies/x", "/proxies/x/toxics", "/proxies/x/toxics/n"])
def test_something_else(server, path, body):
    server.ok("POST", "/proxies", PROXY)
    server.ok("POST", "/proxies/x/toxics", {"type": "noop", "name": "n"})
    status, text = server.call("POST", path, body).error
    assert status == 400
    assert text.startswith("bad request body: ")


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/proxies", (400, "missing required field: name")),
        ("/proxies/x/toxics", (400, "invalid toxic type")),
    ],
)
def test_null_is_an_empty_object(server, path, answer):
    server.ok("POST", "/proxies", PROXY)
    assert server.call("POST", path, b"null").error == answer
    for update in ("/proxies/x", "/proxies/x/toxics/n"):
        server.call("POST", "/proxies/x/toxics", {"type": "noop", "name": "n"})
        assert server.call("POST", update, b"null").status == 200
