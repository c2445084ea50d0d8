"""§2, §3: proxies: what they look like, and how they are made, changed and deleted."""

import json
import re
import socket

import pytest

KEYS = ["name", "listen", "upstream", "enabled", "toxics"]


def spec(name="x", **fields):
    return {"name": name, "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1", **fields}


def listens(port, host="127.0.0.1"):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as sock:
        return sock.connect_ex((host, port)) == 0


def port_of(proxy):
    return int(proxy["listen"].rpartition(":")[2])


@pytest.fixture
def shown(differs):
    """The keys of a proxy, in their order."""
    return [*KEYS[:4], "Logger", "toxics"] if differs("logger-key") else KEYS


# What they look like


def test_a_proxy_shows_five_keys_everywhere(server, shown):
    made = server.ok("POST", "/proxies", spec())
    assert list(made) == shown
    assert {key: made[key] for key in KEYS} == spec(listen=made["listen"], enabled=True, toxics=[])
    assert server.ok("GET", "/proxies/x") == made
    assert server.ok("GET", "/proxies") == {"x": made}
    assert server.ok("POST", "/proxies/x", {}) == made
    assert server.ok("POST", "/populate", [spec(listen=made["listen"])])["proxies"] == [made]


def test_it_is_written_without_spaces(server):
    made = server.call("POST", "/proxies", spec())
    assert json.dumps(made.json, separators=(",", ":")).encode() == made.raw


def test_no_proxies(server):
    assert server.call("GET", "/proxies").raw == b"{}"


@pytest.mark.parametrize(
    ("asked", "shows"),
    [("localhost:{}", "127.0.0.1:{}"), ("127.0.0.1:{}", "127.0.0.1:{}"), (":{}", "[::]:{}"), ("0.0.0.0:{}", "[::]:{}"),
     ("[::1]:{}", "[::1]:{}"), ("[::]:{}", "[::]:{}")],
)  # fmt: skip
def test_listen_shows_the_actual_address(server, free_port, asked, shows):
    port = free_port()
    assert server.ok("POST", "/proxies", spec(listen=asked.format(port)))["listen"] == shows.format(port)
    assert listens(port, "::1" if "::1" in asked else "127.0.0.1")


@pytest.mark.parametrize(
    ("asked", "host"),
    [("localhost:0", "127.0.0.1"), ("127.0.0.1:0", "127.0.0.1"), ("127.0.0.1:", "127.0.0.1"), (":0", "[::]"),
     ("", "[::]"), (":", "[::]"), ("0.0.0.0:0", "[::]")],
)  # fmt: skip
def test_a_port_that_is_left_open_shows_the_real_one(server, asked, host):
    made = server.ok("POST", "/proxies", spec(listen=asked))
    assert re.fullmatch(re.escape(host) + r":[1-9]\d*", made["listen"])
    assert listens(port_of(made))


def test_listen_and_enabled_have_defaults(server):
    made = server.ok("POST", "/proxies", {"name": "x", "upstream": "127.0.0.1:1"})
    assert made["enabled"] is True
    assert re.fullmatch(r"\[::\]:[1-9]\d*", made["listen"])


def test_a_wildcard_hears_both_families(server, free_port):
    port = free_port()
    server.ok("POST", "/proxies", spec(listen=f":{port}"))
    assert listens(port, "127.0.0.1")
    assert listens(port, "::1")


def test_the_name_of_a_service_is_its_port(own_server, free_port):
    from contextlib import suppress

    server = own_server()
    with suppress(OSError):
        server.ok("POST", "/proxies", spec(listen="127.0.0.1:postgresql", enabled=False))
    answer = server.call("POST", "/proxies", spec("on", listen="127.0.0.1:postgresql"))
    busy = "listen tcp 127.0.0.1:5432: bind: address already in use"
    assert answer.error == (500, busy) if answer.status == 500 else answer.json["listen"] == "127.0.0.1:5432"


@pytest.mark.parametrize("name", ["a b", "ünï", "per%cent", "?query", "#", 'quo"te', "dot.dot", "<&>", "..."])
def test_any_text_is_a_name(server, name):
    from urllib.parse import quote

    assert server.ok("POST", "/proxies", spec(name))["name"] == name
    path = f"/proxies/{quote(name, safe='')}"
    assert server.ok("GET", path)["name"] == name
    assert server.call("POST", path, {"name": "other"}).json["name"] == name
    assert server.call("DELETE", path).status == 204
    assert server.ok("GET", "/proxies") == {}


def test_a_name_with_a_slash_can_not_be_addressed(own_server):
    server = own_server()
    server.ok("POST", "/proxies", spec("a/b"))
    assert list(server.ok("GET", "/proxies")) == ["a/b"]
    assert server.call("GET", "/proxies/a%2Fb").status == server.call("GET", "/proxies/a/b").status == 404


def test_upstream_is_stored_as_given_and_not_looked_up(server):
    for number, upstream in enumerate(["no-such-host.invalid:80", "nonsense", "127.0.0.1:http", " x "]):
        assert server.ok("POST", "/proxies", spec(f"u{number}", upstream=upstream))["upstream"] == upstream


# Create


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 400, "missing required field: name"),
        ({"name": ""}, 400, "missing required field: name"),
        ({"name": None, "upstream": "u:1"}, 400, "missing required field: name"),
        ({"upstream": ""}, 400, "missing required field: name"),
        ({"name": "x"}, 400, "missing required field: upstream"),
        ({"name": "x", "upstream": ""}, 400, "missing required field: upstream"),
        ({"name": "x", "upstream": "u:1", "listen": "bogus"}, 500,
         "listen tcp: address bogus: missing port in address"),
        ({"name": "x", "upstream": "u:1", "listen": "127.0.0.1:99999"}, 500,
         "listen tcp: address 99999: invalid port"),
        ({"name": "x", "upstream": "u:1", "listen": "127.0.0.1:-1"}, 500, "listen tcp: address -1: invalid port"),
        ({"name": "x", "upstream": "u:1", "listen": "1:2:3"}, 500,
         "listen tcp: address 1:2:3: too many colons in address"),
        ({"name": "x", "upstream": "u:1", "listen": "::1"}, 500,
         "listen tcp: address ::1: too many colons in address"),
        ({"name": "x", "upstream": "u:1", "listen": "192.0.2.1:4001"}, 500,
         "listen tcp 192.0.2.1:4001: bind: cannot assign requested address"),
    ],
)  # fmt: skip
def test_create_refuses(server, body, status, error):
    assert server.call("POST", "/proxies", body).error == (status, error)
    assert server.ok("GET", "/proxies") == {}


def test_a_host_that_nobody_knows(server):
    status, text = server.call("POST", "/proxies", spec(listen="no-such-host.invalid:4000")).error
    assert status == 500
    assert re.fullmatch(r"listen tcp: lookup no-such-host\.invalid( on [^ ]+)?: .+", text)
    assert server.ok("GET", "/proxies") == {}


def test_create_checks_body_then_fields_then_the_name_then_the_port(server):
    first = server.ok("POST", "/proxies", spec("taken"))
    assert server.call("POST", "/proxies", {"name": "taken"}).error == (400, "missing required field: upstream")
    again = spec("taken", listen=first["listen"])
    assert server.call("POST", "/proxies", again).error == (409, "proxy already exists")
    assert server.call("POST", "/proxies", spec("taken", listen="bogus")).error == (409, "proxy already exists")
    assert server.call("POST", "/proxies", spec("taken", enabled=False)).error == (409, "proxy already exists")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_busy_port_leaves_no_proxy_behind(server, host):
    first = server.ok("POST", "/proxies", spec("first"))
    second = spec("second", listen=f"{host}:{port_of(first)}")
    error = f"listen tcp {first['listen']}: bind: address already in use"
    assert server.call("POST", "/proxies", second).error == (500, error)
    assert server.call("GET", "/proxies/second").error == (404, "proxy not found")
    server.ok("DELETE", "/proxies/first")
    assert server.ok("POST", "/proxies", second)["listen"] == first["listen"]


def test_a_busy_wildcard_is_named_by_its_ipv4_side(server):
    port = port_of(server.ok("POST", "/proxies", spec("first", listen=":0")))
    for asked, named in (("", ""), ("0.0.0.0", "0.0.0.0"), ("[::]", "0.0.0.0")):
        answer = server.call("POST", "/proxies", spec("second", listen=f"{asked}:{port}"))
        assert answer.error == (500, f"listen tcp {named}:{port}: bind: address already in use")


def test_a_disabled_one_takes_no_port_and_keeps_its_text(server, free_port):
    port = free_port()
    made = server.ok("POST", "/proxies", spec(listen=f"localhost:{port}", enabled=False))
    assert (made["listen"], made["enabled"]) == (f"localhost:{port}", False)
    assert not listens(port)
    started = server.ok("POST", "/proxies/x", {"enabled": True})
    assert (started["listen"], started["enabled"]) == (f"127.0.0.1:{port}", True)
    assert listens(port)
    stopped = server.ok("POST", "/proxies/x", {"enabled": False})
    assert (stopped["listen"], stopped["enabled"]) == (f"127.0.0.1:{port}", False)
    assert not listens(port)


def test_a_disabled_one_may_have_a_nonsense_address_until_it_is_started(server):
    made = server.ok("POST", "/proxies", spec(listen="bogus", enabled=False))
    assert made["listen"] == "bogus"
    status, text = server.call("POST", "/proxies/x", {"enabled": True}).error
    assert (status, text) == (500, "address bogus: missing port in address")
    assert server.call("POST", "/reset").error == (500, "listen tcp: address bogus: missing port in address")
    assert server.ok("GET", "/proxies/x")["enabled"] is False


# Update


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_update_keeps_what_is_not_named(server, method):
    made = server.ok("POST", "/proxies", spec())
    updated = server.ok(method, "/proxies/x", {"upstream": "127.0.0.1:2", "name": "y", "toxics": [{"a": 1}]})
    assert updated == made | {"upstream": "127.0.0.1:2"}
    assert server.ok(method, "/proxies/x", {"enabled": False}) == updated | {"enabled": False}
    nulls = {"enabled": None, "listen": None, "upstream": None}
    assert server.ok(method, "/proxies/x", nulls) == updated | {"enabled": False}
    assert list(server.ok("GET", "/proxies")) == ["x"]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_update_of_an_unknown_one_comes_before_its_body(server, method):
    assert server.call(method, "/proxies/none", b"").error == (404, "proxy not found")


@pytest.mark.parametrize("field", [{"enabled": "yes"}, {"listen": 8080}, {"upstream": 5}, {"name": 5}])
def test_update_is_strict_about_types_and_changes_nothing(server, field):
    made = server.ok("POST", "/proxies", spec())
    assert server.call("POST", "/proxies/x", {"upstream": "other:1", **field}).error[0] == 400
    assert server.ok("GET", "/proxies/x") == made


def test_an_empty_upstream_is_accepted_here(server):
    server.ok("POST", "/proxies", spec())
    assert server.ok("POST", "/proxies/x", {"upstream": ""})["upstream"] == ""


@pytest.mark.parametrize(
    "same", [{}, {"enabled": True}, {"listen": "127.0.0.1:{}"}, {"listen": "localhost:{}", "enabled": True}]
)
def test_an_update_to_the_same_disturbs_no_connection(server, through, wire, same):
    client, remote = through.open()
    assert wire.passes(client, remote)
    body = {key: text.format(through.address[1]) if key == "listen" else text for key, text in same.items()}
    now = through.now
    assert through.update(**body) == now
    assert through.update(**body, upstream=now["upstream"]) == now
    assert wire.passes(client, remote)


def test_the_wildcard_it_was_made_with_is_the_same(server, upstream, wire, free_port, differs):
    listen = f"0.0.0.0:{free_port()}"
    proxy = server.proxy(upstream(), listen=listen)
    client = socket.create_connection(("127.0.0.1", int(listen.rpartition(":")[2])), timeout=wire.PATIENCE_S)
    remote = proxy._upstream.accept()
    assert wire.passes(client, remote)
    assert proxy.update(listen=listen)["listen"] == f"[::]:{listen.rpartition(':')[2]}"
    if differs("wildcard-differs"):
        assert wire.ending(client) == "fin"
    else:
        assert wire.passes(client, remote)
    client.close()


@pytest.mark.parametrize("change", ["listen", "upstream", "port 0"])
def test_an_update_to_another_cuts_connections_and_keeps_toxics(server, through, upstream, wire, free_port, change):
    through.toxic("latency", latency=7, name="kept")
    old, toxics = through.now, through.now["toxics"]
    client, remote = through.open()
    assert wire.passes(client, remote)
    body = {
        "listen": {"listen": f"localhost:{free_port()}"},
        "upstream": {"upstream": "127.0.0.1:1"},
        "port 0": {"listen": "127.0.0.1:0"},
    }[change]
    new = through.update(**body)
    assert wire.ending(client) == wire.ending(remote) == "fin"
    assert (new["toxics"], new["enabled"]) == (toxics, True)
    assert (new["listen"] == old["listen"]) is (change == "upstream")
    assert listens(port_of(new))
    assert listens(port_of(old)) is (change == "upstream")


def test_a_bad_listen_changes_nothing(server, through, wire):
    client, remote = through.open()
    now = through.now
    for listen, error in [
        ("bogus", "address bogus: missing port in address"),
        ("127.0.0.1:99999", "address 99999: invalid port"),
        ("1:2:3", "address 1:2:3: too many colons in address"),
    ]:
        body = {"listen": listen, "upstream": "other:1", "enabled": False}
        assert server.call("POST", through.path, body).error == (500, error)
    assert through.now == now
    assert wire.passes(client, remote)


def test_a_busy_port_leaves_it_disabled_with_the_new_values_until_it_is_repaired(server, through, upstream, wire):
    through.toxic("latency", latency=7, name="kept")
    toxics = through.now["toxics"]
    client, remote = through.open()
    assert wire.passes(client, remote)
    busy = f"127.0.0.1:{server.port}"
    error = f"listen tcp {busy}: bind: address already in use"
    other = upstream()
    text = f"127.0.0.1:{other.address[1]}"
    assert server.call("PATCH", through.path, {"listen": busy, "upstream": text}).error == (500, error)
    assert wire.ending(client) == wire.ending(remote) == "fin"
    broken = through.now
    assert (broken["listen"], broken["upstream"], broken["enabled"], broken["toxics"]) == (busy, text, False, toxics)
    assert server.call("PATCH", through.path, {"enabled": True}).error == (500, error)
    repaired = server.ok("PATCH", through.path, {"listen": "127.0.0.1:0", "enabled": True})
    assert (repaired["enabled"], repaired["toxics"]) == (True, toxics)
    client = through.connect()
    assert wire.passes(client, other.accept())
    client.close()


def test_a_disabled_one_takes_new_values_without_starting(server, free_port):
    server.ok("POST", "/proxies", spec(enabled=False))
    port = free_port()
    updated = server.ok("POST", "/proxies/x", {"listen": f"localhost:{port}", "upstream": "127.0.0.1:2"})
    assert (updated["listen"], updated["upstream"], updated["enabled"]) == (f"localhost:{port}", "127.0.0.1:2", False)
    assert not listens(port)


def test_disable_and_enable_again(server, through, wire):
    through.toxic("latency", latency=7)
    before, address = through.now, through.address
    client, remote = through.open()
    assert wire.passes(client, remote)
    assert through.update(enabled=False) == before | {"enabled": False}
    assert wire.ending(client) == wire.ending(remote) == "fin"
    with socket.socket() as sock:
        assert sock.connect_ex(address) != 0
    assert through.update(enabled=True) == before
    assert wire.passes(*through.open())


# Delete


def test_delete_cuts_everything_and_the_name_is_free_again(server, through, wire):
    through.toxic("latency", latency=7)
    client, remote = through.open()
    assert wire.passes(client, remote)
    address, before = through.address, through.now
    through.delete()
    with socket.socket() as sock:
        assert sock.connect_ex(address) != 0
    assert wire.ending(client) == wire.ending(remote) == "fin"
    for method in ("GET", "DELETE"):
        assert server.call(method, through.path).error == (404, "proxy not found")
    again = {key: before[key] for key in ("name", "listen", "upstream")}
    assert server.ok("POST", "/proxies", again)["toxics"] == []
