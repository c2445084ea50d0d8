"""§5: populate."""

import pytest


def spec(name, listen="127.0.0.1:0", upstream="127.0.0.1:1", **fields):
    return {"name": name, "listen": listen, "upstream": upstream, **fields}


@pytest.fixture
def two(free_port):
    return [spec(f"p{number}", listen=f"127.0.0.1:{free_port()}") for number in (1, 2)]


def names(proxies):
    return [each["name"] for each in proxies]


def test_it_makes_them_and_lists_those_of_the_request_in_their_order(server, two):
    server.ok("POST", "/proxies", spec("other"))
    answer = server.call("POST", "/populate", [*reversed(two), spec("off", enabled=False)])
    assert (answer.status, list(answer.json)) == (201, ["proxies"])
    assert names(answer.json["proxies"]) == ["p2", "p1", "off"]
    assert [each["enabled"] for each in answer.json["proxies"]] == [True, True, False]
    assert all(each["toxics"] == [] for each in answer.json["proxies"])
    assert set(server.ok("GET", "/proxies")) == {"other", "p1", "p2", "off"}


def test_null_for_enabled_is_true(server, two):
    assert server.ok("POST", "/populate", [spec("a", enabled=None)])["proxies"][0]["enabled"] is True


def test_keys_in_any_case_and_toxics_that_were_sent_back(server):
    body = [{"Name": "a", "LISTEN": "127.0.0.1:0", "Upstream": "b:1", "toxics": [{"type": "latency", "name": "l"}]}]
    assert server.ok("POST", "/populate", body)["proxies"][0]["toxics"] == []


def test_the_same_again_is_left_alone(server, upstream, wire, two):
    up = upstream()
    two[0]["upstream"] = f"127.0.0.1:{up.address[1]}"
    server.ok("POST", "/populate", two)
    server.ok("POST", "/proxies/p1/toxics", {"type": "latency", "attributes": {"latency": 3}})
    server.ok("POST", "/proxies/p2", {"enabled": False})
    before = server.ok("GET", "/proxies")
    import socket

    host, _, port = two[0]["listen"].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=wire.PATIENCE_S) as client:
        remote = up.accept()
        assert wire.passes(client, remote)
        two[0]["enabled"], two[1]["enabled"] = False, True
        assert server.ok("POST", "/populate", two)["proxies"] == [before["p1"], before["p2"]]
        two[0]["listen"] = f"localhost:{port}"
        assert server.ok("POST", "/populate", two)["proxies"] == [before["p1"], before["p2"]]
        assert wire.passes(client, remote)


@pytest.mark.parametrize("what", ["listen", "upstream"])
def test_what_differs_is_made_anew_without_toxics(server, two, free_port, what):
    server.ok("POST", "/populate", two)
    for name in ("p1", "p2"):
        server.ok("POST", f"/proxies/{name}/toxics", {"type": "noop"})
    two[0][what] = f"127.0.0.1:{free_port()}"
    first, second = server.ok("POST", "/populate", two)["proxies"]
    assert (first[what], first["toxics"], first["enabled"]) == (two[0][what], [], True)
    assert len(second["toxics"]) == 1


def test_what_differs_cuts_its_connections(server, through, wire):
    client, remote = through.open()
    assert wire.passes(client, remote)
    server.ok("POST", "/populate", [spec(through.name, listen=through.now["listen"], upstream="127.0.0.1:2")])
    assert wire.ending(client) == wire.ending(remote) == "fin"


def test_what_differs_takes_the_enabled_that_was_sent(server, two):
    server.ok("POST", "/populate", two)
    two[0] |= {"upstream": "x:2", "enabled": False}
    assert server.ok("POST", "/populate", two)["proxies"][0]["enabled"] is False


def test_port_0_always_differs(server):
    first = server.ok("POST", "/populate", [spec("p")])["proxies"][0]
    server.ok("POST", "/proxies/p/toxics", {"type": "noop"})
    second = server.ok("POST", "/populate", [spec("p")])["proxies"][0]
    assert first["toxics"] == second["toxics"] == []


@pytest.mark.parametrize("listen", [":{}", "0.0.0.0:{}"])
def test_a_wildcard_is_the_same_again(server, free_port, differs, listen):
    wanted = [spec("w", listen=listen.format(free_port()))]
    server.ok("POST", "/populate", wanted)
    server.ok("POST", "/proxies/w/toxics", {"type": "noop"})
    toxics = server.ok("POST", "/populate", wanted)["proxies"][0]["toxics"]
    assert len(toxics) == (0 if differs("wildcard-differs") else 1)


def test_the_actual_address_of_a_wildcard_is_the_same_on_both(server, free_port):
    made = server.ok("POST", "/populate", [spec("w", listen=f":{free_port()}")])["proxies"][0]
    server.ok("POST", "/proxies/w/toxics", {"type": "noop"})
    assert len(server.ok("POST", "/populate", [spec("w", listen=made["listen"])])["proxies"][0]["toxics"]) == 1


def test_a_name_given_twice_is_replaced_by_the_second(server, two):
    two[1]["name"] = "p1"
    answer = server.call("POST", "/populate", two)
    assert (answer.status, names(answer.json["proxies"])) == (201, ["p1", "p1"])
    assert server.ok("GET", "/proxies")["p1"]["listen"] == two[1]["listen"]


# What is wrong with it


@pytest.mark.parametrize(
    ("extra", "error"),
    [
        ({"name": "b"}, "missing required field: upstream at proxy 2"),
        ({"upstream": "x:1"}, "missing required field: name at proxy 2"),
        ({"name": "", "upstream": "x:1"}, "missing required field: name at proxy 2"),
        ({}, "missing required field: name at proxy 2"),
        (None, "missing required field: name at proxy 2"),
    ],
)
def test_all_are_checked_before_any_is_touched(server, differs, extra, error):
    old = server.ok("POST", "/proxies", spec("old"))
    answer = server.call("POST", "/populate", [spec("old", upstream="other:1"), extra, spec("c")])
    nothing = None if differs("populate-null") else []
    assert (answer.status, answer.json) == (400, {"error": error, "status": 400, "proxies": nothing})
    assert server.ok("GET", "/proxies") == {"old": old}


@pytest.mark.parametrize("body", [b"", b"{}", b'{"proxies":[]}', b'"x"', b"[1]", b'[{"name":5}]', b"[{"])
def test_what_can_not_be_read(server, differs, body):
    answer = server.call("POST", "/populate", body)
    assert (answer.status, answer.json["status"]) == (400, 400)
    assert answer.json["error"].startswith("bad request body: ")
    assert answer.json["proxies"] == (None if differs("populate-null") else [])
    assert server.ok("GET", "/proxies") == {}


@pytest.mark.parametrize("body", [b"[]", b"null"])
def test_nothing_to_do(server, differs, body):
    answer = server.call("POST", "/populate", body)
    assert (answer.status, answer.json) == (201, {"proxies": None if differs("populate-null") else []})


def test_the_first_failure_ends_it_and_what_was_done_is_told(server, two, free_port):
    two[1]["listen"] = two[0]["listen"]
    answer = server.call("POST", "/populate", [*two, spec("p3")])
    assert answer.status == answer.json["status"] == 500
    assert answer.json["error"] == f"listen tcp {two[0]['listen']}: bind: address already in use"
    assert names(answer.json["proxies"]) == ["p1"]
    assert set(server.ok("GET", "/proxies")) == {"p1"}


def test_the_first_one_failing_leaves_nothing(server, differs):
    answer = server.call("POST", "/populate", [spec("p", listen=f"127.0.0.1:{server.port}"), spec("q")])
    assert answer.status == 500
    assert answer.json["proxies"] == (None if differs("populate-null") else [])
    assert server.ok("GET", "/proxies") == {}


def test_an_unusable_address_of_a_known_and_of_a_new_one(server):
    old = server.ok("POST", "/proxies", spec("p"))
    known = server.call("POST", "/populate", [spec("p", listen="bogus")])
    assert (known.status, known.json["error"]) == (500, "address bogus: missing port in address")
    new = server.call("POST", "/populate", [spec("q", listen="bogus")])
    assert (new.status, new.json["error"]) == (500, "listen tcp: address bogus: missing port in address")
    assert server.ok("GET", "/proxies") == {"p": old}


def test_a_replacement_that_can_not_start_leaves_the_old_one_disabled(server, through, wire):
    through.toxic("noop")
    client, remote = through.open()
    assert wire.passes(client, remote)
    old = through.now
    answer = server.call("POST", "/populate", [spec(through.name, listen=f"127.0.0.1:{server.port}")])
    assert answer.status == 500
    assert wire.ending(client) == wire.ending(remote) == "fin"
    assert through.now == old | {"enabled": False}
