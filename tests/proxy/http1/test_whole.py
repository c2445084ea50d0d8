"""What passes for one whole message, and what does not: that is read by the framing, which the tables of it hold."""

import pytest

from chaos.proxy.http1.heads import LONGEST_HEAD_BYTES
from chaos.proxy.http1.whole import WholeRequests, WholeResponses

GET = b"GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /p HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 5\r\n\r\nhello"
ENDS_IN_LINES = b"POST /l HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\na\r\n\r\nb\r\n"
CHUNKED = b"PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
UPGRADE = b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
POSTED_UPGRADE = UPGRADE.replace(b"GET", b"POST").replace(b"Host: x", b"Content-Length: 2") + b"hi"
LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\n\r\n"
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (GET, (b"GET", b"/a?b=c")),
        (POST, (b"POST", b"/p")),
        (ENDS_IN_LINES, (b"POST", b"/l")),
        (LAST, (b"GET", b"/last")),
        (b"\r\n" + GET, (b"GET", b"/a?b=c")),
        (b"M-SEARCH * HTTP/1.1\r\nHost: x\r\n\r\n", (b"M-SEARCH", b"*")),
        (GET + GET, None),
        (POST + POST, None),
        (GET + b"GET", None),
        (GET + b"GET /b", None),
        (GET + b"\r\n", None),
        (POST + b"\r\n", None),
        (POST + b"\n", None),
        (GET[:-1], None),
        (POST[:-1], None),
        (POST + b"!", None),
        (b"\r\n\r\n" + GET, None),
        (CHUNKED, None),
        (UPGRADE, None),
        (POSTED_UPGRADE, None),
        (b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", None),
        (b"GET /\r\n\r\n", None),
        (b"GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", None),
        (b"GET / HTTP/1.1\nHost: x\n\n", None),
        (b"\x16\x03\x01", None),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * LONGEST_HEAD_BYTES + b"\r\n\r\n", None),
    ],
)
def test_a_request_is_whole_or_it_is_not_whatever_came_before_it(data, read):
    for before in ([], [POST], [GET, LAST], [GET[:9]], [b"\x00"], [UPGRADE], [data], [GET + b"\r\n"]):
        requests = WholeRequests()
        for each in [*before, b"\x00"]:  # with the last, llhttp begins anew
            requests.read(each)
        assert requests.read(data) == read
        if read is not None and data is not LAST:
            assert requests.read(POST) == (b"POST", b"/p")


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (OK, True),
        (PAGE, True),
        (EMPTY, True),
        (NOT_MODIFIED, True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (OK + OK, False),
        (EMPTY + EMPTY, False),
        (EMPTY + b"HTTP", False),
        (EMPTY + b"\r\n", False),
        (PAGE + b"\n", False),
        (OK[:-1], False),
        (OK + b"!", False),
        (CONTINUE, False),
        (CONTINUE + OK, False),
        (SWITCHING, False),
        (UNTIL_CLOSE, False),
        (UNTIL_CLOSE + b"hello", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello", False),
        (b"220 mail\r\n\r\n", False),
    ],
)
def test_a_response_is_whole_or_it_is_not_whatever_came_before_it(data, whole):
    for before in ([], [OK], [CONTINUE], [OK[:9]], [b"\x00"], [SWITCHING], [UNTIL_CLOSE], [data]):
        responses = WholeResponses()
        for each in [*before, b"\x00"]:
            responses.read(each)
        assert responses.read(data) == whole
        if whole and data.startswith(b"HTTP/1.1"):
            assert responses.read(OK)


def test_behind_a_request_that_ends_the_connection_one_is_left_to_the_framing_and_the_next_is_read():
    requests = WholeRequests()
    assert requests.read(LAST)
    assert [requests.read(GET), requests.read(GET)] == [None, (b"GET", b"/a?b=c")]
