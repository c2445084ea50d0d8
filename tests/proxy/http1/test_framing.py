"""Framing of byte streams. The tables hold whole streams; hypothesis cuts them anywhere."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.proxy.http1.framing import END, Piece, RequestFraming, ResponseFraming
from chaos.proxy.http1.heads import LONGEST_HEAD_BYTES, RequestHead, path_of
from chaos.proxy.http1.whole import WholeRequests, WholeResponses

GET = b"GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n"
HEAD = b"HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /p HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 5\r\n\r\nhello"
EMPTY_POST = b"POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
CHUNKED = (
    b"PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
    b"5;ext=1\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX-Sum: 1\r\n\r\n"
)
EXPECTS = b"POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi"
OLD = b"GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
AFTER_BLANK_LINES = b"\r\n\r\nGET /blank HTTP/1.1\r\nHost: x\r\n\r\n"
ABSOLUTE = b"GET http://x:1/abs?q HTTP/1.1\r\nHost: x\r\n\r\n"
REQUESTS = [GET, HEAD, POST, EMPTY_POST, CHUNKED, EXPECTS, OLD, AFTER_BLANK_LINES, ABSOLUTE]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"
OK_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
CONTINUED = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK
NO_REASON = b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi"
RESPONSES = [OK, EMPTY, NO_CONTENT, NOT_MODIFIED, OK_CHUNKED, CONTINUED, NO_REASON]
TO_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\n\r\nuntil the end"


def pieces_of(stream, cuts):
    """The stream, cut at these places."""
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[begin:end] for begin, end in pairwise(places)]


def messages(framing, chunks, *, on_end=lambda: None):
    """Per message: its head and its payload's size; and all bytes that came out. None: bytes of no message."""
    found, out = [], b""
    for part in (part for chunk in [*chunks, None] for part in feed(framing, chunk)):
        if part is END:
            on_end()
        elif isinstance(part, Piece):
            out += part.raw
            found[-1][1] += part.payload_bytes
        elif isinstance(part, bytes):
            out += part
            if not found or found[-1] is not None:
                found.append(None)
        else:
            out += part.raw
            found.append([part, 0])
    return found, out


def feed(framing, chunk):
    return framing.close() if chunk is None else framing.feed(chunk)


def head_of(message):
    head, payload_bytes = message
    if isinstance(head, RequestHead):
        return head.method, path_of(head.target), head.keep_alive, head.expects_continue, payload_bytes
    return head.status, head.interim, payload_bytes


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (GET, (b"GET", "/a", True, False, 0)),
        (HEAD, (b"HEAD", "/h", True, False, 0)),
        (POST, (b"POST", "/p", True, False, 5)),
        (EMPTY_POST, (b"POST", "/e", True, False, 0)),
        (CHUNKED, (b"PUT", "/c", True, False, 31)),
        (EXPECTS, (b"POST", "/x", True, True, 2)),
        (OLD, (b"GET", "/old", True, False, 0)),
        (b"GET / HTTP/1.0\r\n\r\n", (b"GET", "/", False, False, 0)),
        (b"GET / HTTP/1.1\r\nConnection: Close\r\n\r\n", (b"GET", "/", False, False, 0)),
        (AFTER_BLANK_LINES, (b"GET", "/blank", True, False, 0)),
        (ABSOLUTE, (b"GET", "/abs", True, False, 0)),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", (b"OPTIONS", "", True, False, 0)),
    ],
)
def test_a_request_is_found_whole_and_split_at_every_place(stream, expected):
    for cut in range(len(stream)):
        found, out = messages(RequestFraming(WholeRequests()), [stream[:cut], stream[cut:]] if cut else [stream])
        assert [head_of(message) for message in found] == [expected]
        assert out == stream


@settings(deadline=None)
@given(
    streams=st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=6), cuts=st.lists(st.integers(0, 4000), max_size=9)
)
def test_pipelined_requests_are_the_same_however_they_are_cut(streams, cuts):
    stream = b"".join(streams)
    found, out = messages(RequestFraming(WholeRequests()), pieces_of(stream, cuts))
    alone = [messages(RequestFraming(WholeRequests()), [each])[0][0] for each in streams]
    assert [head_of(each) for each in found] == [head_of(each) for each in alone]
    assert out == stream


@settings(deadline=None)
@given(
    streams=st.lists(st.sampled_from([*RESPONSES, TO_HEAD]), max_size=6),
    cuts=st.lists(st.integers(0, 4000), max_size=9),
    last=st.sampled_from([b"", UNTIL_CLOSE, OK[:-2], OK_CHUNKED[:-7], b"HTTP/1.1 20"]),
)
def test_pipelined_responses_are_the_same_however_they_are_cut(streams, cuts, last):
    stream = b"".join([*streams, last])
    methods = [b"HEAD" if each is TO_HEAD else b"GET" for each in streams] + [b"GET"]
    framing = ResponseFraming(WholeResponses(), lambda: methods[0] if methods else None)
    found, out = messages(framing, pieces_of(stream, cuts), on_end=lambda: methods.pop(0))
    assert out == stream
    statuses = [message[0].status for message in found if message and not message[0].interim]
    assert statuses[: len(streams)] == [int(each.rpartition(b"HTTP/1.1 ")[2][:3]) for each in streams]
    assert not framing.foreign
    assert len(methods) == (0 if last == UNTIL_CLOSE else 1)


@pytest.mark.parametrize(
    ("stream", "method", "payload_bytes"),
    [(OK, b"GET", 5), (OK, b"POST", 5), (TO_HEAD, b"HEAD", 0), (NOT_MODIFIED, b"GET", 0), (OK_CHUNKED, b"GET", 3)],
)
def test_a_response_ends_where_its_request_and_status_say(stream, method, payload_bytes):
    ends = []
    framing = ResponseFraming(WholeResponses(), lambda: method)
    found, out = messages(framing, [stream * 3], on_end=lambda: ends.append(1))
    assert [message[1] for message in found] == [payload_bytes] * 3
    assert (len(ends), out) == (3, stream * 3)


def test_interim_responses_have_no_end_of_their_own():
    ends = []
    found, _ = messages(ResponseFraming(WholeResponses(), lambda: b"GET"), [CONTINUED], on_end=lambda: ends.append(1))
    assert [head_of(message) for message in found] == [(100, True, 0), (103, True, 0), (200, False, 5)]
    assert len(ends) == 1


@pytest.mark.parametrize(
    "stream",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"*1\r\n$4\r\nPING\r\n",
        b"SSH-2.0-x\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\r\nno header\r\n\r\n",
        b"GET /\r\n",
        b"GET /\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n1234",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1234",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 20000,
        b"GET / HTTP/1.1\r\nX: " + b"x" * LONGEST_HEAD_BYTES + b"\r\n\r\n",
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_what_is_no_http_passes_untouched_and_is_said_to_be_foreign(stream, size):
    framing = RequestFraming(WholeRequests())
    chunks = [stream[begin : begin + size] for begin in range(0, len(stream), size)]
    _, out = messages(framing, [*chunks, b"and more"])
    assert out == stream + b"and more"
    assert framing.foreign
    assert framing.whole(GET) is None


def test_of_a_server_that_speaks_no_http_nothing_is_a_message_any_more():
    framing = ResponseFraming(WholeResponses(), lambda: b"GET")
    assert framing.whole(OK)
    assert list(framing.feed(b"220 mail\r\n")) == [b"220 mail\r\n"]
    assert not framing.whole(OK)


def test_nothing_is_held_back_of_what_can_be_no_request():
    framing = RequestFraming(WholeRequests())
    assert list(framing.feed(b"\x00\x00")) == [b"\x00\x00"]
    assert list(framing.feed(b"more")) == [b"more"]


def test_bytes_that_answer_nothing_are_no_message():
    framing = ResponseFraming(WholeResponses(), lambda: None)
    assert list(framing.feed(OK)) == [OK]
    assert not framing.foreign


def test_a_late_one_waits_for_a_request_to_begin():
    framing = RequestFraming(WholeRequests(), late=True)
    found, out = messages(framing, [b"rest of a body", b"GET ", b"more of it", GET, POST])
    assert out == b"rest of a bodyGET more of it" + GET + POST
    assert [message and message[0].method for message in found] == [None, b"GET", b"POST"]
    assert not framing.foreign


def test_a_late_one_forgives_what_only_looks_like_a_request():
    framing = RequestFraming(WholeRequests(), late=True)
    found, out = messages(framing, [b"G", b"ET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\n", b"no header\r\n\r\n", GET])
    assert [message and path_of(message[0].target) for message in found] == [None, "/a"]
    assert out.endswith(b"no header\r\n\r\n" + GET)
    assert not framing.foreign


def test_after_an_upgrade_bytes_pass_until_it_is_refused():
    framing = RequestFraming(WholeRequests())
    [head, end] = framing.feed(b"GET /ws HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n")
    assert head.upgrade
    assert end is END
    framing.pause()
    assert list(framing.feed(GET)) == [GET]
    framing.resume()
    [head, end] = framing.feed(GET)
    assert path_of(head.target) == "/a"


def test_a_piece_ends_where_the_payload_reaches_a_size():
    framing = ResponseFraming(WholeResponses(), lambda: b"GET")
    parts = []
    for part in framing.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"):
        if not parts:
            framing.split_at_bytes = 4
        parts.append(part)
        if isinstance(part, Piece) and framing.payload_bytes == 4:
            framing.split_at_bytes = 100
    assert [part.raw for part in parts if isinstance(part, Piece)] == [b"3\r\nabc\r\n3\r\nd", b"ef\r\n0\r\n\r\n"]


def test_what_is_held_can_be_let_go():
    framing = RequestFraming(WholeRequests())
    assert list(framing.feed(GET[:20])) == []
    assert framing.let_go() == GET[:20]
    assert list(framing.feed(GET[20:])) == [GET[20:]]
