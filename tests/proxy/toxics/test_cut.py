import pytest

from chaos.proxy.toxics.base import Close, Reset

POST = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize(("end", "effect"), [("close", Close(0.0, full=True)), ("reset", Reset(0.0))])
def test_the_connection_ends_with_byte_n(exchange, end, effect):
    connection = exchange(("cut", {"bytes": 4, "end": end}))
    assert connection.client(b"\x00 anything") == (b"\x00 anything", b"")
    assert connection.server(b"ab") == (b"", b"ab")
    assert connection.server(b"cdef") == (b"", b"cd")
    assert connection.ends == [("downstream", effect)]
    counted = connection.counters[0].as_json()
    assert (counted["bytes"], counted["closes"], counted["connections"]) == (2, 1, 1)


@pytest.mark.parametrize("size", [1, 40, 1000])
@pytest.mark.parametrize("home", ["upstream", "downstream"])
def test_of_a_message_only_those_that_match_are_cut(exchange, home, size):
    connection = exchange(("cut", {"bytes": len(OK) - 1, "of": "message", "match": {"path": "/a"}}))
    for chain in connection.chains.values():
        chain.stages[0].toxic.site.home = home
    other = POST.replace(b"/a", b"/b")
    for _ in range(3):
        for begin in range(0, len(other), size):
            connection.client(other[begin : begin + size])
        assert connection.server(OK) == (b"", OK)
    connection.to_server = connection.to_client = b""
    for begin in range(0, len(POST), size):
        connection.client(POST[begin : begin + size])
    if home == "upstream":
        assert connection.to_server == POST[: len(OK) - 1]
    else:
        assert connection.to_server == POST
        assert connection.server(OK) == (b"", OK[:-1])
    assert connection.ends == [(home, Close(0.0, full=True))]
    assert connection.counters[0].requests == 1


def test_a_message_that_is_shorter_passes_whole(exchange):
    connection = exchange(("cut", {"bytes": len(OK) + 1, "of": "message"}))
    for _ in range(3):
        connection.client(POST)
        assert connection.server(OK) == (b"", OK)
    assert connection.ends == []


def test_the_acknowledgement_is_never_heard_of(exchange):
    connection = exchange(("cut", {"of": "message", "end": "reset"}))
    assert connection.client(POST) == (POST, b"")
    assert connection.server(OK) == (b"", b"")
    assert connection.ends == [("downstream", Reset(0.0))]
