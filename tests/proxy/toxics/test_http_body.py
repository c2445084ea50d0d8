import pytest

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nServer: s\r\nContent-Type: text/html\r\nContent-Length: 4\r\nETag: x\r\n\r\n"


def test_the_body_is_another_with_a_length_that_is_right_and_the_connection_goes_on(exchange):
    connection = exchange(("http_body", {"body": "{}", "content_type": "application/json", "match": {"path": "/a"}}))
    connection.client(GET)
    new = b"HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"
    assert connection.server(OK + b"ab") == (b"", new)
    assert connection.server(b"cd") == (b"", b"")
    other = GET.replace(b"/a", b"/b")
    assert connection.client(other) == (other, b"")
    assert connection.server(OK + b"abcd") == (b"", OK + b"abcd")
    counted = connection.counters[0].as_json()
    assert (counted["requests"], counted["bytes"]) == (1, 4)


@pytest.mark.parametrize(
    "response",
    [
        OK + b"abcd",
        b"HTTP/1.1 200 OK\r\nServer: s\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"4\r\nabcd\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nServer: s\r\nContent-Type: text/html\r\ncontent-encoding: gzip\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nServer: s\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_by_default_it_is_empty_whatever_the_server_sent(exchange, response):
    connection = exchange(("http_body", {}))
    connection.client(GET)
    connection.server(response)
    connection.server_ends()
    assert (
        connection.to_client == b"HTTP/1.1 200 OK\r\nServer: s\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"
    )


def test_garbage_comes_from_the_seed(exchange):
    def garbage(seed):
        connection = exchange(("http_body", {"garbage": 100}), seed=seed)
        connection.client(GET)
        return connection.server(OK + b"abcd")[1].partition(b"\r\n\r\n")[2]

    assert garbage("a") == garbage("a") != garbage("b")
    assert len(garbage("a")) == 100


@pytest.mark.parametrize(
    ("method", "response"),
    [(b"HEAD", OK), (b"GET", b"HTTP/1.1 204 No Content\r\n\r\n"), (b"GET", b"HTTP/1.1 304 Not Modified\r\n\r\n")],
)
def test_a_response_without_a_body_stays_as_it_is(exchange, method, response):
    connection = exchange(("http_body", {"body": "x"}))
    connection.client(GET.replace(b"GET", method))
    assert connection.server(response) == (b"", response)
    assert connection.counters[0].requests == 0


def test_removal_still_swallows_the_rest_of_the_old_body(exchange):
    connection = exchange(("http_body", {"body": "x"}))
    connection.client(GET)
    connection.server(OK + b"ab")
    connection.remove("t0")
    assert connection.server(b"cd" + OK + b"abcd") == (b"", OK + b"abcd")
    assert connection.is_relay
