"""A message that comes whole takes a quicker way through a toxic than one in parts: nobody must see a difference."""

from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.proxy.http1.framing import RequestFraming, ResponseFraming
from chaos.proxy.toxics import TOXICS

REQUESTS = [
    b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /a?b=/b HTTP/1.1\r\nHost: x\r\nX-Kind: video\r\n\r\n",
    b"GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\na\r\n\r\n\n",
    b"POST /b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
    b"PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /a HTTP/1.0\r\n\r\n",
    b"\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\r\n\r\n",
    b"\r\n",
    b"\x16\x03\x01\x02",
]
RESPONSES = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\na\r\n\r\n\n",
    b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
    b"\r\n",
    b"220 mail\r\n",
]
MATCHES = [
    {},
    {"path": "/b"},
    {"path": "/a*"},
    {"path": "*b"},
    {"path": "/nobody"},
    {"method": ["POST", "HEAD"]},
    {"header": {"X-Kind": "v*"}},
]
TOXIC = [
    *((name, {}) for name in sorted(TOXICS) if name.startswith("http_")),
    ("http_delay", {"delay": 20, "jitter": 10}),
    ("http_rate_limit", {"rate": 20, "burst": 2}),
    ("http_truncate", {"bytes": 3}),
    ("http_body", {"garbage": 3}),
    ("cut", {"of": "message", "bytes": 30}),
    ("cut", {"of": "connection", "bytes": 200}),
]


@st.composite
def pieces(draw, messages):
    """Mostly whole messages, some of them together, cut up or spoilt."""
    stream = b"".join(draw(st.lists(st.sampled_from(messages), min_size=1, max_size=2)))
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(stream) - 1))
        stream = stream[:place] + draw(st.binary(max_size=2)) + stream[place + 1 :]
    cuts = draw(st.one_of(st.just([]), st.lists(st.integers(0, len(stream)), max_size=3)))
    return [stream[begin:end] for begin, end in pairwise(sorted({0, len(stream), *cuts}))]


EVENTS = st.one_of(
    st.tuples(st.just("client"), pieces(REQUESTS)),
    st.tuples(st.just("client"), st.sampled_from(REQUESTS[:8]).map(lambda whole: [whole])),
    st.tuples(st.just("server"), pieces(RESPONSES)),
    st.tuples(st.just("server"), st.sampled_from(RESPONSES[:7]).map(lambda whole: [whole])),
    st.tuples(st.sampled_from(["client_ends", "server_ends", "wait", "remove"]), st.just([])),
)


def story(connection, events):
    """All that can be seen from outside, after each event."""
    for number, (what, data) in enumerate(events):
        at_s = number / 100
        if what == "wait":
            connection.until(at_s + 0.005)
        elif what == "remove":
            connection.remove("t0")
        elif what.endswith("_ends"):
            getattr(connection, what)()
        for piece in data:
            getattr(connection, what)(piece, at_s)
        yield (
            connection.to_server,
            connection.to_client,
            list(connection.ends),
            [counters.as_json() for counters in connection.counters],
            [common.requests for common in connection.common],
        )
    yield connection.until(100.0), connection.to_server, connection.to_client


@settings(deadline=None, max_examples=300)
@given(
    toxics=st.lists(st.tuples(st.sampled_from(TOXIC), st.sampled_from(MATCHES)), min_size=1, max_size=2),
    events=st.lists(EVENTS, min_size=1, max_size=12),
    late=st.booleans(),
    share=st.sampled_from([1.0, 0.5]),
    only=st.sampled_from([(), (1, 3)]),
)
def test_the_quick_way_does_what_the_careful_one_does(exchange, toxics, events, late, share, only):
    def run(*, quickly):
        named = ((name, {**attributes, "match": match}) for (name, attributes), match in toxics)
        connection = exchange(*named, late=late, quickly=quickly)
        for common in connection.common:
            common.toxicity, common.only_requests = share, frozenset(only)
        return list(story(connection, events))

    quick = run(quickly=True)
    with (
        patch.object(RequestFraming, "whole", return_value=None),
        patch.object(ResponseFraming, "whole", return_value=False),
    ):
        careful = run(quickly=False)
    assert quick == careful


@pytest.mark.parametrize("name", sorted(name for name in TOXICS if name.startswith("http_") and name != "http_count"))
def test_whole_messages_that_are_let_be_are_read_once(exchange, name):
    """Or the comparison above would compare the careful way with itself."""
    connection = exchange((name, {"match": {"path": "/nobody"}}))
    with patch.object(RequestFraming, "feed") as asked, patch.object(ResponseFraming, "feed") as answered:
        for request, response in zip(REQUESTS[:5], RESPONSES[:3] * 2, strict=False):
            assert connection.client(request) == (request, b"")
            assert connection.server(response) == (b"", response)
    assert not asked.called
    assert not answered.called
