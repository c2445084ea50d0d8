import pytest

from chaos.proxy.toxics.base import Site
from chaos.proxy.toxics.http_count import HttpCount

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
CHUNKED = b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n0\r\n\r\n"
UPGRADE = b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
CONNECT = b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"
TLS = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)

CASES = {
    "one": ([GET], 1),
    "one after the other": ([GET, POST, CHUNKED, GET], 4),
    "several in one piece": ([GET + POST + CHUNKED + GET], 4),
    "in pieces": ([GET[:7], GET[7:] + POST[:-2], POST[-2:], GET], 3),
    "byte by byte": ([bytes([each]) for each in GET + CHUNKED + GET], 3),
    "an upgrade, and then no HTTP": ([UPGRADE, b"\x81\x85\x01\x02\x03\x04hello"], 1),
    "an upgrade that was refused": ([UPGRADE, GET, GET], 3),
    "a tunnel": ([CONNECT, TLS], 1),
    "line ends in between": ([GET + b"\r\n", GET], 2),
    "only the beginning of one": ([GET[:-2]], 0),
}


@pytest.mark.parametrize("case", CASES)
def test_requests_are_counted_and_every_byte_passes_as_it_came_and_at_once(driven, toxic, case):
    pieces, requests = CASES[case]
    chain = driven(toxic("http_count", stream="upstream"))
    for number, piece in enumerate(pieces):
        chain.feed(piece, number / 10)
    assert chain.times == [(round(number * 100), piece) for number, piece in enumerate(pieces)]
    counters = chain.stages[0].counters
    assert (counters.requests, counters.foreign, counters.bytes) == (requests, 0, 0)


def test_what_is_no_http_passes_and_is_counted_as_foreign_once(driven, toxic):
    chain = driven(toxic("http_count", stream="upstream"))
    chain.feed(TLS)
    chain.feed(GET)
    assert chain.data == TLS + GET
    counters = chain.stages[0].counters
    assert (counters.requests, counters.foreign) == (0, 1)


def test_requests_before_what_is_no_http_are_counted(driven, toxic):
    chain = driven(toxic("http_count", stream="upstream"))
    chain.feed(GET + TLS)
    assert chain.data == GET + TLS
    counters = chain.stages[0].counters
    assert (counters.requests, counters.foreign) == (1, 1)


def test_on_an_open_connection_it_waits_for_a_request_to_begin(driven):
    chain = driven(HttpCount(HttpCount.schema(), Site("upstream", 1, "seed", late=True)))
    chain.feed(b"the rest of a body")
    chain.feed(GET)
    assert chain.data == b"the rest of a body" + GET
    counters = chain.stages[0].counters
    assert (counters.requests, counters.foreign) == (1, 0)


def test_removed_in_the_middle_of_a_head_it_has_kept_nothing_back(driven, toxic):
    chain = driven(toxic("http_count", stream="upstream"))
    chain.feed(GET[:9])
    chain.remove("t0")
    chain.feed(GET[9:])
    assert chain.data == GET
