"""What all HTTP toxics have in common: they see messages, let others pass byte for byte, and go in an orderly way."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.proxy.toxics import TOXICS
from chaos.proxy.toxics.base import Close

HTTP = [*sorted(name for name in TOXICS if name.startswith("http_") and name != "http_count"), "cut"]
"""Those that let be what they don't match; `http_count` has nothing to match, and looks at requests alone."""
NOBODY = {"match": {"path": "/nobody-asks-for-this"}}
GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
HEAD = b"HEAD /d HTTP/1.1\r\nHost: x\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
EXCHANGES = [
    (GET, OK),
    (POST, b"HTTP/1.1 100 Continue\r\n\r\n" + OK),
    (CHUNKED, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    (HEAD, b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"),
    (GET, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"),
]


def cut_up(stream, cuts):
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[begin:end] for begin, end in pairwise(places)]


def attributes_of(name):
    return {**NOBODY, "of": "message"} if name == "cut" else NOBODY


@settings(deadline=None)
@given(
    names=st.lists(st.sampled_from(HTTP), min_size=1, max_size=3),
    exchanges=st.lists(st.sampled_from(EXCHANGES), min_size=1, max_size=5),
    cuts=st.tuples(*[st.lists(st.integers(0, 2000), max_size=6)] * 2),
    remove_at=st.integers(0, 12),
    late=st.booleans(),
)
def test_untouched_exchanges_pass_byte_for_byte_however_they_come_and_whatever_is_removed(
    exchange, names, exchanges, cuts, remove_at, late
):
    connection = exchange(*((name, attributes_of(name)) for name in names), late=late)
    requests, responses = (b"".join(each) for each in zip(*exchanges, strict=True))
    feeds = [(connection.client, each) for each in cut_up(requests, cuts[0])]
    feeds += [(connection.server, each) for each in cut_up(responses, cuts[1])]
    for number, (feed, data) in enumerate(feeds):
        if number == remove_at:
            connection.remove("t0")
        feed(data)
    connection.server_ends()
    connection.client_ends()
    assert connection.to_server == requests
    assert connection.to_client == responses
    assert sorted(end for end, _ in connection.ends) == ["downstream", "upstream"]
    assert all(counters.requests == counters.connections == 0 for counters in connection.counters)
    if not late:  # one that comes in the middle of a pipeline takes one request's answer for another's
        assert all(counters.foreign == 0 for counters in connection.counters)


@settings(deadline=None)
@given(
    asked=st.lists(st.booleans(), min_size=1, max_size=6),
    cuts=st.tuples(*[st.lists(st.integers(0, 2000), max_size=6)] * 2),
    names=st.sampled_from([["http_error"], ["http_error", "http_delay"], ["http_delay", "http_error"]]),
)
def test_answers_of_our_own_take_their_place_among_the_servers(exchange, asked, cuts, names):
    """Pipelined: each client's request gets its answer, in order, whoever gives it."""
    attributes = {"http_error": {"match": {"path": "/ours*"}, "body": "no"}, "http_delay": {"delay": 5}}
    connection = exchange(*((name, attributes[name]) for name in names))
    requests = [b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"ours" if ours else b"theirs") for ours in asked]
    for data in cut_up(b"".join(requests), cuts[0]):
        connection.client(data)
    theirs = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n%02d" % number for number, ours in enumerate(asked) if not ours
    ]
    assert connection.to_server == b"".join(each for each, ours in zip(requests, asked, strict=True) if not ours)
    for data in cut_up(b"".join(theirs), cuts[1]):
        connection.server(data)
    connection.until(10)
    got = connection.to_client.split(b"HTTP/1.1 ")[1:]
    assert [each[:3] for each in got] == [b"503" if ours else b"200" for ours in asked]
    assert [each[-2:] for each in got if each.startswith(b"200")] == [each[-2:] for each in theirs]


@pytest.mark.parametrize("swallowed", [b"hel", b"", b"hello"])
def test_removal_sees_a_swallowed_request_through_and_still_gives_its_answer(exchange, swallowed):
    connection = exchange(("http_error", {"match": {"path": "/b"}}))
    connection.client(GET)
    connection.client(POST[: -5 + len(swallowed)] if swallowed != b"hello" else POST)
    assert connection.remove("t0") == (b"", b"")
    assert connection.client(POST[-5 + len(swallowed) :] if swallowed != b"hello" else b"") == (b"", b"")
    assert connection.client(POST) == (POST, b"")  # a new one is none of its business
    _, answered = connection.server(OK)
    assert answered.startswith(OK + b"HTTP/1.1 503 ")
    assert connection.is_relay
    assert connection.server(OK) == (b"", OK)


def test_removal_lets_go_of_a_head_that_is_not_complete_before_what_follows_it(exchange):
    connection = exchange(("http_error", {}))
    assert connection.client(GET[:10]) == (b"", b"")
    assert connection.remove("t0") == (GET[:10], b"")
    assert connection.client(GET[10:]) == (GET[10:], b"")
    assert connection.is_relay


@pytest.mark.parametrize("name", HTTP)
def test_after_an_upgrade_both_directions_pass_untouched(exchange, name):
    connection = exchange((name, attributes_of(name)))
    request = b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    response = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    connection.client(request)
    assert connection.server(response + b"\x81\x02hi")[1] == response + b"\x81\x02hi"
    for frame in (b"\x81\x82abcdxx", GET, b"\x88\x80"):
        assert connection.client(frame) == (frame, b"")
        assert connection.server(frame) == (b"", frame)
    assert connection.counters[0].as_json()["foreign"] == 0


@pytest.mark.parametrize("fields", [b"", b"Content-Length: 0\r\n"])
def test_after_connect_is_accepted_the_tunnel_is_left_alone(exchange, fields):
    connection = exchange(("http_error", {"match": {"method": "GET"}}))
    connection.client(b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n")
    connection.server(b"HTTP/1.1 200 Connected\r\n" + fields + b"\r\n")
    assert connection.client(GET) == (GET, b"")
    assert connection.server(b"\x00") == (b"", b"\x00")


def test_after_a_refused_upgrade_it_is_http_again(exchange):
    connection = exchange(("http_error", {"match": {"path": "/a"}}))
    connection.client(b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    connection.server(OK)
    to_server, to_client = connection.client(GET)
    assert to_server == b""
    assert to_client.startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize("name", HTTP)
def test_what_is_no_http_passes_and_is_counted(exchange, name):
    connection = exchange((name, {"of": "message"} if name == "cut" else {}))
    assert connection.client(b"\x00\x01\x02") == (b"\x00\x01\x02", b"")
    assert connection.server(OK) == (b"", OK)
    counted = connection.counters[0].as_json()
    assert (counted["foreign"], counted["requests"], counted["connections"]) == (1, 0, 0)


def test_a_server_that_speaks_no_http_passes_and_is_counted(exchange):
    connection = exchange(("http_body", {}))
    connection.client(GET)
    assert connection.server(b"220 mail\r\n") == (b"", b"220 mail\r\n")
    assert connection.server(OK) == (b"", OK)
    assert connection.counters[0].foreign == 1


def test_without_a_request_what_the_server_says_passes(exchange):
    connection = exchange(("http_body", {}))
    assert connection.server(b"HTTP/1.1 408 Request Timeout\r\n\r\n")[1] == b"HTTP/1.1 408 Request Timeout\r\n\r\n"


@pytest.mark.parametrize(
    ("match", "hits"),
    [
        ({}, True),
        ({"method": "POST"}, True),
        ({"method": "post"}, True),
        ({"method": ["PUT", "POST"]}, True),
        ({"method": "GET"}, False),
        ({"path": "/up*"}, True),
        ({"path": "/up"}, False),
        ({"path": "/upload/?"}, True),
        ({"path": "/upload/7\\?x"}, False),
        ({"path": "/UP*"}, False),
        ({"header": {"x-kind": "video*"}}, True),
        ({"header": {"X-Kind": "audio"}}, False),
        ({"header": {"X-None": "*"}}, False),
        ({"header": {"X-Kind": "*", "Host": "x"}}, True),
        ({"method": "POST", "path": "/up*", "header": {"Host": "y"}}, False),
    ],
)
def test_matchers(exchange, match, hits):
    connection = exchange(("http_error", {"match": match}))
    request = (
        b"POST /upload/7?x=1 HTTP/1.1\r\nHost: x\r\nX-Kind: audio/ogg\r\nX-KIND: video/mp4\r\nContent-Length: 0\r\n\r\n"
    )
    to_server, _ = connection.client(request)
    assert (to_server == b"") is hits


@pytest.mark.parametrize(
    ("target", "hits"),
    [
        (b"/up", True),
        (b"/up?x=/down", True),
        (b"/upload", True),
        (b"/u", False),
        (b"/down?/up", False),
        (b"http://x:1/up", True),
        (b"http://x/down", False),
        (b"http://up", False),
        (b"*", False),
    ],
)
def test_a_path_is_matched_in_every_form_of_a_target(exchange, target, hits):
    connection = exchange(("http_error", {"match": {"path": "/up*"}}))
    to_server, _ = connection.client(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (to_server == b"") is hits


def test_a_body_has_no_headers(exchange):
    connection = exchange(("http_error", {"match": {"header": {"X-Kind": "*"}}}))
    request = b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n\r\nX-Kind: a\r"
    assert connection.client(request) == (request, b"")


def test_a_piece_of_a_body_that_looks_like_a_message_is_none(exchange):
    connection = exchange(("http_body", {"body": "ours", "match": {"path": "/a"}}))
    for content, give, sent in ((POST, connection.client, b"POST /c HTTP/1.1"), (OK, connection.server, OK[:15])):
        give(sent + b"\r\nContent-Length: %d\r\n\r\n" % len(content))
        give(content)
    connection.client(GET)
    assert connection.server(OK)[1].endswith(b"\r\n\r\nours")


def hits_of(exchange, count=400, seed="seed", toxicity=1.0, only=()):
    connection = exchange(("http_error", {"match": {"path": "/a"}}), seed=seed)
    connection.common[0].toxicity = toxicity
    connection.common[0].only_requests = frozenset(only)
    return [connection.client(POST)[0] == POST and connection.client(GET)[0] == b"" for _ in range(count)]


def test_a_share_is_of_requests_also_on_one_connection_and_the_seed_decides_which(exchange):
    hits = hits_of(exchange, toxicity=0.5)
    assert 150 < sum(hits) < 250
    assert hits_of(exchange, toxicity=0.5) == hits
    assert hits_of(exchange, toxicity=0.5, seed="other") != hits
    assert not any(hits_of(exchange, toxicity=0.0))


def test_ordinals_count_the_requests_that_match(exchange):
    assert [number for number, hit in enumerate(hits_of(exchange, 10, only=[3, 5]), 1) if hit] == [3, 5]


def test_a_bodys_pieces_leave_as_they_come_and_nothing_is_collected(exchange):
    connection = exchange(("http_delay", {"match": {"path": "/x"}}), ("http_error", NOBODY))
    connection.client(b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (1 << 40))
    chunk = bytes(1 << 16)
    for _ in range(20):
        assert connection.client(chunk) == (chunk, b"")
    assert all(stage.held_bytes == 0 for chain in connection.chains.values() for stage in chain.stages)


def test_a_half_closed_client_still_gets_its_answer(exchange):
    connection = exchange(("http_error", {"match": {"path": "/b"}}))
    connection.client(GET + POST)
    connection.client_ends()
    assert connection.server(OK)[1].startswith(OK + b"HTTP/1.1 503 ")
    connection.server_ends()
    assert connection.ends == [("upstream", Close(0.0)), ("downstream", Close(0.0))]


def test_what_comes_again_and_again_is_still_told_apart(exchange):
    connection = exchange(("http_body", {"body": "ours", "match": {"path": "/b"}}))
    interim, failed = b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno"
    head = b"HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n"
    for _ in range(3):
        told = [(GET, [OK]), (GET, [OK]), (GET, [interim, interim, OK]), (GET, [failed]), (POST, [OK])]
        for request, responses in told:
            assert connection.client(request) == (request, b"")
            for response in responses:
                passed = connection.server(response)[1]
                assert passed == response if request is GET else passed.endswith(b"\r\n\r\nours")
        assert connection.client(head) == (head, b"")
        assert connection.server(OK[:-2]) == (b"", OK[:-2])
    assert connection.counters[0].requests == 3
    assert connection.counters[0].foreign == 0


def test_a_late_one_leaves_the_message_in_flight_alone(exchange):
    connection = exchange(("http_error", {}), late=True)
    assert connection.client(b"rest of a body") == (b"rest of a body", b"")
    assert connection.server(OK) == (b"", OK)
    assert connection.client(GET)[1].startswith(b"HTTP/1.1 503 ")
    assert connection.counters[0].foreign == 0
