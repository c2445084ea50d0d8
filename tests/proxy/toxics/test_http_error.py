import pytest

from chaos.proxy.toxics.base import Close
from chaos.proxy.toxics.http_error import HttpErrorAttributes
from chaos.proxy.wire import BadBody, attributes_from_wire

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
UPLOAD = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"


def test_by_default_it_answers_503_in_words_and_keeps_the_connection(exchange):
    connection = exchange(("http_error", {}))
    answer = (
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 24\r\n\r\n"
        b"503 Service Unavailable\n"
    )
    for _ in range(3):
        assert connection.client(GET) == (b"", answer)
    assert connection.ends == []
    assert connection.counters[0].as_json() == {
        "connections": 1, "requests": 3, "bytes": 3 * len(GET), "closes": 0, "foreign": 0,
    }  # fmt: skip


def test_status_body_and_headers_are_as_asked_for(exchange):
    attributes = {"status": 418, "body": "é", "content_type": "text/x", "headers": {"retry-after": 3, "X-A": "b"}}
    _, answer = exchange(("http_error", attributes)).client(GET)
    assert answer == (
        b"HTTP/1.1 418 I'm a Teapot\r\nContent-Type: text/x\r\nRetry-After: 3\r\nX-A: b\r\n"
        b"Content-Length: 2\r\n\r\n\xc3\xa9"
    )


def test_an_unknown_status_has_some_reason_and_204_has_no_body(exchange):
    assert exchange(("http_error", {"status": 599})).client(GET)[1].startswith(b"HTTP/1.1 599 Unknown\r\n")
    assert exchange(("http_error", {"status": 204, "body": "x"})).client(GET)[1] == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_the_answer_comes_when_the_request_is_complete_and_none_of_it_reaches_the_server(exchange):
    connection = exchange(("http_error", {}))
    assert connection.client(UPLOAD + b"he") == (b"", b"")
    to_server, to_client = connection.client(b"llo")
    assert to_server == b""
    assert to_client.startswith(b"HTTP/1.1 503 ")
    assert connection.counters[0].bytes == len(UPLOAD) + 5


def test_head_gets_a_head(exchange):
    _, answer = exchange(("http_error", {})).client(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"Content-Length: 24\r\n\r\n")


@pytest.mark.parametrize(
    ("request_head", "says"),
    [
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", b"\r\nConnection: close\r\n"),
        (b"GET / HTTP/1.0\r\n\r\n", b"\r\nConnection: close\r\n"),
        (b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", b"\r\nConnection: close\r\n"),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", b"\r\nConnection: keep-alive\r\n"),
    ],
)
def test_the_connection_is_kept_only_if_the_client_can_keep_it(exchange, request_head, says):
    connection = exchange(("http_error", {}))
    _, answer = connection.client(request_head)
    assert says in answer
    if b"close" in says:
        assert connection.ends == [("downstream", Close(0.0))]
        assert connection.client(b"hello" + GET) == (b"", b"")  # nobody listens any more
        assert connection.client_ends() == (b"", b"")
    else:
        assert connection.ends == []


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"status": 99}, "cannot read 99 as attributes.status, a whole number from 200 to 599 was expected"),
        ({"status": "503"}, "attributes.status, a whole number was expected"),
        ({"body": 5}, "attributes.body, a string of at most 1 MiB was expected"),
        ({"headers": ["a"]}, "attributes.headers, an object of strings was expected"),
        ({"headers": {"a b": "c"}}, "attributes.headers has the name 'a b', which no header can have"),
        ({"headers": {"a": "b\r\nc: d"}}, "attributes.headers.a, a string without line ends"),
        ({"headers": {"content-length": "5"}}, "attributes.headers can't have Content-Length: the proxy sets it"),
        ({"content_type": "a\nb"}, "attributes.content_type, a string without line ends"),
        ({"match": {"pth": "/"}}, "attributes.match has no 'pth'; it takes method, path, header"),
        ({"match": "POST"}, "attributes.match, an object with method, path, header was expected"),
        ({"match": {"method": "GE T"}}, "attributes.match.method, a method like"),
        ({"match": {"method": []}}, "attributes.match.method, a method like"),
        ({"match": {"path": "upload"}}, "attributes.match.path, a pattern like"),
        ({"match": {"header": {"a": 5}}}, "attributes.match.header.a, a pattern like"),
    ],
)
def test_attributes_that_make_no_sense_are_refused_with_a_reason(attributes, message):
    with pytest.raises(BadBody) as refused:
        attributes_from_wire(HttpErrorAttributes, attributes)
    assert message in str(refused.value)


def test_an_update_keeps_what_it_does_not_name():
    before, _ = attributes_from_wire(HttpErrorAttributes, {"status": 500, "match": {"path": "/x"}})
    echoed, ours = attributes_from_wire(HttpErrorAttributes, {"status": 502}, before)
    assert echoed == {"match": {"path": "/x"}, "status": 502, "body": "", "content_type": "", "headers": {}}
    assert ours.status == 502
    assert ours.match.path is not None
