"""§2, §3: toxics in the API: what they look like, and how they are made, changed and removed."""

import json

import pytest

ATTRIBUTES = {
    "latency": ["latency", "jitter"],
    "bandwidth": ["rate"],
    "slow_close": ["delay"],
    "timeout": ["timeout"],
    "reset_peer": ["timeout"],
    "slicer": ["average_size", "size_variation", "delay"],
    "limit_data": ["bytes"],
    "noop": [],
}


@pytest.fixture
def x(server):
    """The path of a proxy's toxics."""
    server.ok("POST", "/proxies", {"name": "x", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1"})
    return "/proxies/x/toxics"


@pytest.mark.parametrize("type_name", ATTRIBUTES)
def test_every_type_shows_all_its_attributes_as_whole_numbers(server, x, type_name):
    values = {name: number for number, name in enumerate(ATTRIBUTES[type_name], 3)}
    made = server.call("POST", x, {"type": type_name, "attributes": values})
    assert made.status == 200
    assert made.json == {
        "attributes": values, "name": f"{type_name}_downstream", "type": type_name, "stream": "downstream",
        "toxicity": 1,
    }  # fmt: skip
    assert list(made.json) == ["attributes", "name", "type", "stream", "toxicity"]
    assert list(made.json["attributes"]) == list(values)
    assert json.dumps(made.json, separators=(",", ":")).encode() == made.raw
    assert server.ok("GET", f"{x}/{type_name}_downstream") == made.json
    assert server.ok("GET", x) == server.ok("GET", "/proxies/x")["toxics"] == [made.json]


@pytest.mark.parametrize("type_name", sorted(set(ATTRIBUTES) - {"slicer"}))
@pytest.mark.parametrize("fields", [{}, {"attributes": None}, {"attributes": {}}, {"attributes": {"unknown": "x"}}])
def test_attributes_are_0_by_default(server, x, type_name, fields):
    made = server.ok("POST", x, {"type": type_name, **fields})
    assert made["attributes"] == dict.fromkeys(ATTRIBUTES[type_name], 0)


def test_attributes_beside_the_type_are_ignored(server, x):
    assert server.ok("POST", x, {"type": "latency", "latency": 500})["attributes"] == {"latency": 0, "jitter": 0}


def test_attributes_are_found_in_any_case_and_null_is_none(server, x):
    made = server.ok("POST", x, {"TYPE": "latency", "Attributes": {"Latency": 5, "JITTER": None}})
    assert made["attributes"] == {"latency": 5, "jitter": 0}


def test_no_toxics(server, x):
    assert server.call("GET", x).raw == b"[]"


@pytest.mark.parametrize("stream", ["upstream", "downstream", "UpStream", "DownStream", "UPSTREAM"])
def test_stream_is_compared_in_any_case_and_echoed(server, x, stream):
    made = server.ok("POST", x, {"type": "latency", "stream": stream})
    assert (made["stream"], made["name"]) == (stream, f"latency_{stream}")
    # It counts as the one that is meant: those upstream are listed first.
    server.ok("POST", x, {"type": "noop", "stream": "downstream", "name": "down"})
    server.ok("POST", x, {"type": "noop", "stream": "upstream", "name": "up"})
    mine = [each["name"] for each in server.ok("GET", x)].index(made["name"])
    assert mine == (0 if stream.lower() == "upstream" else 1)


@pytest.mark.parametrize("name", ["", None])
def test_an_empty_name_is_the_default_one(server, x, name):
    assert server.ok("POST", x, {"type": "noop", "name": name})["name"] == "noop_downstream"


def test_null_for_stream_and_toxicity_is_the_default(server, x):
    made = server.ok("POST", x, {"type": "noop", "stream": None, "toxicity": None})
    assert (made["stream"], made["toxicity"]) == ("downstream", 1)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [("1", "1"), ("0", "0"), ("2", "2"), ("-1", "-1"), ("0.5", "0.5"), ("0.2", "0.2"), ("0.3333333333", "0.33333334"),
     ("1e-3", "0.001"), ("1.0", "1"), ("1E2", "100"), ("0.1234567891234", "0.12345679"), ("16777217", "16777216")],
)  # fmt: skip
def test_toxicity_is_a_32_bit_float(server, x, sent, shown):
    body = f'{{"type":"noop","toxicity":{sent}}}'.encode()
    assert server.call("POST", x, body).raw.endswith(f'"toxicity":{shown}}}'.encode())


@pytest.mark.parametrize("sent", ["1e39", "-1e400"])
def test_a_toxicity_that_is_no_32_bit_float(server, x, sent):
    assert server.call("POST", x, f'{{"type":"noop","toxicity":{sent}}}'.encode()).error[0] == 400


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"type": "nonsense"}, 400, "invalid toxic type"),
        ({}, 400, "invalid toxic type"),
        ({"type": "Latency"}, 400, "invalid toxic type"),
        ({"type": "latency", "stream": ""}, 400, "stream was invalid, can be either upstream or downstream"),
        ({"type": "nonsense", "stream": "side"}, 400, "stream was invalid, can be either upstream or downstream"),
        ({"type": "nonsense", "name": "there"}, 400, "invalid toxic type"),
        ({"type": "latency", "name": "there", "attributes": {"latency": "x"}}, 409, "toxic already exists"),
        ({"type": "latency", "name": "there", "stream": "upstream"}, 409, "toxic already exists"),
        ({"type": "noop", "name": "there"}, 409, "toxic already exists"),
    ],
)
def test_create_refuses_for_the_first_thing_wrong(server, x, body, status, error):
    there = server.ok("POST", x, {"type": "noop", "name": "there"})
    assert server.call("POST", x, body).error == (status, error)
    assert server.ok("GET", x) == [there]


def test_a_proxy_that_is_not_there_comes_before_everything(server, x):
    none = "/proxies/none/toxics"
    for method, path in (("GET", none), ("POST", none), ("GET", f"{none}/t"), ("POST", f"{none}/t"),
                         ("PATCH", f"{none}/t"), ("DELETE", f"{none}/t")):  # fmt: skip
        assert server.call(method, path, b"").error == (404, "proxy not found")


def test_a_toxic_that_is_not_there_comes_before_the_body(server, x):
    for method in ("GET", "POST", "PATCH", "DELETE"):
        assert server.call(method, f"{x}/none", b"").error == (404, "toxic not found")


@pytest.mark.parametrize(
    "attributes",
    [{"latency": "100"}, {"latency": 100.5}, {"latency": 1 << 63}, {"latency": -(1 << 63) - 1}, {"latency": True},
     {"latency": [1]}, {"jitter": {}}, [], "x", 5, [1]],
)  # fmt: skip
def test_attributes_are_strict(server, x, attributes):
    status, text = server.call("POST", x, {"type": "latency", "attributes": attributes}).error
    assert status == 400
    assert text.startswith("bad request body: ")
    assert server.ok("GET", x) == []


@pytest.mark.parametrize("sent", ["100.0", "1e2"])
def test_a_whole_number_that_is_written_as_a_float(server, x, differs, sent):
    answer = server.call("POST", x, f'{{"type":"latency","attributes":{{"latency":{sent}}}}}'.encode())
    if differs("integral-floats"):
        assert answer.error[0] == 400
    else:
        assert b'"latency":100,' in answer.raw


@pytest.mark.parametrize("value", [(1 << 63) - 1, -(1 << 63), -5])
def test_any_whole_number_of_64_bits_is_echoed(server, x, value):
    assert server.ok("POST", x, {"type": "timeout", "attributes": {"timeout": value}})["attributes"]["timeout"] == value


@pytest.mark.parametrize("field", [{"name": 5}, {"type": 5}, {"stream": 5}, {"toxicity": "1"}, {"toxicity": []}])
def test_fields_are_strict(server, x, field):
    assert server.call("POST", x, {"type": "noop", **field}).error[0] == 400
    assert server.ok("GET", x) == []


def test_they_are_listed_upstream_first_in_order_of_creation(server, x):
    for number, stream in enumerate(["downstream", "upstream", "downstream", "upstream"]):
        server.ok("POST", x, {"type": "noop", "name": f"t{number}", "stream": stream})
    server.ok("PATCH", f"{x}/t1", {})
    assert [each["name"] for each in server.ok("GET", x)] == ["t1", "t3", "t0", "t2"]
    assert [each["name"] for each in server.ok("GET", "/proxies/x")["toxics"]] == ["t1", "t3", "t0", "t2"]


def test_more_toxics_than_there_are_types(server, through, wire):
    for number in range(30):
        through.toxic("noop", name=f"n{number}", stream=("upstream", "downstream")[number % 2])
    assert wire.passes(*through.open())
    assert len(through.now["toxics"]) == 30


# Update


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_update_keeps_what_is_not_named(server, x, method):
    made = server.ok("POST", x, {"type": "latency", "name": "l", "attributes": {"latency": 100, "jitter": 7}})
    assert server.ok(method, f"{x}/l", {}) == made
    updated = server.ok(method, f"{x}/l", {"attributes": {"latency": 50, "jitter": None, "odd": 1}, "toxicity": 0.5})
    assert updated == made | {"attributes": {"latency": 50, "jitter": 7}, "toxicity": 0.5}
    ignored = {"name": "n", "type": "noop", "stream": "upstream", "attributes": {"Latency": 51}}
    assert server.ok(method, f"{x}/l", ignored) == updated | {"attributes": {"latency": 51, "jitter": 7}}


def test_what_an_update_ignores_may_be_of_any_type(server, x):
    server.ok("POST", x, {"type": "noop", "name": "n"})
    assert server.call("PATCH", f"{x}/n", {"name": 5, "stream": 5, "type": []}).status == 200


@pytest.mark.parametrize("body", [b"", b"[]", {"attributes": []}, {"toxicity": "1"}, {"attributes": {"latency": "x"}}])
def test_an_update_that_is_refused(server, x, body):
    made = server.ok("POST", x, {"type": "latency", "name": "l", "attributes": {"latency": 100, "jitter": 7}})
    assert server.call("PATCH", f"{x}/l", body).error[0] == 400
    assert server.ok("GET", f"{x}/l") == made


def test_an_update_that_is_refused_changes_nothing_at_all(server, x, differs):
    made = server.ok("POST", x, {"type": "latency", "name": "l", "attributes": {"latency": 100, "jitter": 7}})
    assert server.call("PATCH", f"{x}/l", {"attributes": {"latency": 999, "jitter": "x"}, "toxicity": 0}).status == 400
    left = {"attributes": {"latency": 999 if differs("half-an-update") else 100, "jitter": 7}}
    assert server.ok("GET", f"{x}/l") == made | left


# Delete


def test_delete(server, x):
    server.ok("POST", x, {"type": "latency", "name": "l"})
    answer = server.call("DELETE", f"{x}/l")
    assert (answer.status, answer.raw) == (204, b"")
    for method in ("GET", "DELETE"):
        assert server.call(method, f"{x}/l").error == (404, "toxic not found")
    assert server.ok("GET", x) == []
    server.ok("POST", x, {"type": "noop", "name": "l"})


def test_toxics_may_be_set_while_the_proxy_is_disabled(server, through, wire):
    through.update(enabled=False)
    through.toxic("latency", latency=150)
    through.update(enabled=True)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"x")
    assert wire.read(client, 1) == b"x"
    assert watch.s >= 0.15
