import pytest

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"


def statuses(connection, times):
    """200: it was let through; otherwise what it was answered with."""
    found = []
    for at_s in times:
        connection.until(at_s)
        to_server, to_client = connection.client(GET)
        if to_server:
            to_client = connection.server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")[1]
        found.append(int(to_client[9:12]))
    return found


def test_a_burst_passes_and_then_the_rate(exchange):
    connection = exchange(("http_rate_limit", {"rate": 2, "burst": 3}))
    assert statuses(connection, [0, 0, 0, 0, 0.4, 0.5, 0.6, 1.0]) == [200, 200, 200, 429, 429, 200, 429, 200]
    assert connection.counters[0].requests == 3


@pytest.mark.parametrize(
    ("attributes", "wait"),
    [({"rate": 0.1}, b"10"), ({"rate": 4, "burst": 1}, b"1"), ({"rate": 1, "retry_after": 6100}, b"7")],
)
def test_retry_after_says_when_in_whole_seconds(exchange, attributes, wait):
    connection = exchange(("http_rate_limit", attributes))
    assert statuses(connection, [0]) == [200]
    _, answer = connection.client(GET)
    assert answer.startswith(b"HTTP/1.1 429 Too Many Requests\r\n")
    assert b"\r\nRetry-After: " + wait + b"\r\n" in answer


def test_at_rate_0_nothing_passes(exchange):
    assert statuses(exchange(("http_rate_limit", {"rate": 0, "status": 503})), [0, 100]) == [503, 503]


def test_the_burst_is_a_seconds_worth_by_default(exchange):
    assert statuses(exchange(("http_rate_limit", {"rate": 3})), [0] * 5) == [200, 200, 200, 429, 429]


def test_connections_share_the_bucket(exchange):
    one, other = (exchange(("http_rate_limit", {"rate": 1, "burst": 2})) for _ in range(2))
    for chain in other.chains.values():
        chain.stages[0].toxic.site.common = one.common[0]
    assert statuses(one, [0]) + statuses(other, [0]) + statuses(one, [0]) == [200, 200, 429]


def test_only_requests_that_match_count(exchange):
    connection = exchange(("http_rate_limit", {"rate": 1, "match": {"path": "/b"}}))
    assert statuses(connection, [0, 0, 0]) == [200, 200, 200]
