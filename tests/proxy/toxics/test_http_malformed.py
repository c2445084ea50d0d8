import pytest
from httptools import HttpParserError, HttpResponseParser

from chaos.proxy.toxics.base import Close

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 4\r\n\r\n"


@pytest.mark.parametrize("kind", ["status_line", "header", "chunk", "length"])
def test_no_strict_client_can_read_it_and_the_connection_ends(exchange, kind):
    connection = exchange(("http_malformed", {"kind": kind}))
    connection.client(GET)
    connection.server(OK + b"abcd")
    assert connection.to_client.startswith(b"HTTP/1.1 ")
    assert b"X-A: b\r\n" in connection.to_client
    with pytest.raises(HttpParserError):
        HttpResponseParser(object()).feed_data(connection.to_client)
    assert connection.ends == [("downstream", Close(0.0, full=True))]
    assert connection.counters[0].requests == 1


def test_a_response_that_is_not_chosen_is_well_formed(exchange):
    connection = exchange(("http_malformed", {"match": {"path": "/b"}}))
    connection.client(GET)
    assert connection.server(OK + b"abcd") == (b"", OK + b"abcd")
