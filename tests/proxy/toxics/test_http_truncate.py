import pytest

from chaos.proxy.toxics.base import Close

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("response", "passed"),
    [
        ([OK + b"0123456789"], OK + b"0123"),
        ([OK, b"01", b"23", b"45"], OK + b"0123"),
        ([OK[:9], OK[9:] + b"012", b"3456789"], OK + b"0123"),
        ([CHUNKED + b"3\r\n012\r\n3\r\n345\r\n0\r\n\r\n"], CHUNKED + b"3\r\n012\r\n3\r\n3"),
        ([CHUNKED + b"4\r\n0123\r\n", b"0\r\n\r\n"], CHUNKED + b"4\r\n0123"),
        ([b"HTTP/1.1 200 OK\r\n\r\n0123456789"], b"HTTP/1.1 200 OK\r\n\r\n0123"),
    ],
)
def test_the_head_and_so_many_bytes_pass_and_then_the_connection_ends(exchange, response, passed):
    connection = exchange(("http_truncate", {"bytes": 4}))
    connection.client(GET)
    for data in response:
        connection.server(data)
    assert connection.to_client == passed
    assert connection.ends == [("downstream", Close(0.0, full=True))]
    assert (connection.counters[0].requests, connection.counters[0].closes) == (1, 1)


def test_at_0_bytes_the_head_is_all(exchange):
    connection = exchange(("http_truncate", {}))
    connection.client(GET)
    assert connection.server(OK + b"0123456789")[1] == OK
    assert connection.ends == [("downstream", Close(0.0, full=True))]


@pytest.mark.parametrize(
    ("request_head", "response"),
    [
        (GET, OK + b"0123456789"),
        (GET, CHUNKED + b"3\r\n012\r\n0\r\n\r\n"),
        (GET, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"),
        (b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
    ],
)
def test_a_body_that_is_no_longer_passes_whole_and_nothing_is_claimed(exchange, request_head, response):
    connection = exchange(("http_truncate", {"bytes": 10}))
    for _ in range(2):
        connection.client(request_head)
        assert connection.server(response) == (b"", response)
    assert connection.ends == []
    assert connection.counters[0].requests == 0


def test_removal_before_the_limit_lets_the_rest_pass(exchange):
    connection = exchange(("http_truncate", {"bytes": 4}))
    connection.client(GET)
    connection.server(OK + b"01")
    connection.remove("t0")
    assert connection.is_relay
    assert connection.server(b"23456789") == (b"", b"23456789")
