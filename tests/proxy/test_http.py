import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from chaos.proxy.http import BadRequest, Parser, Response

SIZED = b"POST /proxies?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"POST /populate HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: x\r\n\r\n"
)
BARE = b"GET /version HTTP/1.0\r\n\r\n"


def read_all(data, *cuts):
    parser, requests = Parser(), []
    for begin, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        parser.feed(data[begin:end])
        while (request := parser.next_request()) is not None:
            requests.append((request.method, request.path, request.body, request.keep_alive))
    return requests


EXPECTED = [
    ("POST", "/proxies", b"hello", True),
    ("POST", "/populate", b"hello", True),
    ("GET", "/version", b"", False),
]


def test_reads_pipelined_requests_of_every_framing():
    assert read_all(SIZED + CHUNKED + BARE) == EXPECTED


@settings(deadline=None)
@given(cuts=st.lists(st.integers(0, len(SIZED + CHUNKED + BARE)), max_size=8).map(sorted))
def test_however_the_bytes_arrive(cuts):
    assert read_all(SIZED + CHUNKED + BARE, *cuts) == EXPECTED


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        (b"GET / SMTP\r\nHost: h\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\n folded: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 40_000, 431),
    ],
)
def test_what_is_no_request_is_refused(data, status):
    parser = Parser()
    parser.feed(data)
    with pytest.raises(BadRequest) as caught:
        parser.next_request()
    assert caught.value.status == status


@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(data):
    parser = Parser()
    for part in (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + data, data):
        parser.feed(part)
        try:
            while parser.next_request() is not None:
                pass
        except BadRequest:
            return


def test_says_when_the_client_waits_for_leave_to_send_its_body():
    parser = Parser()
    parser.feed(b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert parser.next_request() is None
    assert parser.expects_continue
    parser.feed(b"{}")
    request = parser.next_request()
    assert request is not None
    assert request.body == b"{}"


def test_an_absolute_target_is_read_as_its_path():
    assert read_all(b"GET http://h/version HTTP/1.1\r\nHost: h\r\n\r\n") == [("GET", "/version", b"", True)]


def test_a_204_has_neither_length_nor_body():
    assert Response(204).as_bytes(keep_alive=True) == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_a_client_of_http_1_0_is_answered_in_its_version():
    answer = Response(204)
    assert (
        answer.as_bytes(keep_alive=False, version="HTTP/1.0") == b"HTTP/1.0 204 No Content\r\nConnection: close\r\n\r\n"
    )
    assert answer.as_bytes(keep_alive=True, version="HTTP/1.0").endswith(b"\r\nConnection: keep-alive\r\n\r\n")
