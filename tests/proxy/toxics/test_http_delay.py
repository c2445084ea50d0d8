GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"


def test_the_first_byte_comes_late_and_the_rest_behind_it(exchange):
    connection = exchange(("http_delay", {"delay": 200}))
    connection.client(GET)
    assert connection.server(OK + b"ab") == (b"", b"")
    connection.server(b"cd", 0.05)
    assert connection.until(0.199) == (b"", b"")
    assert connection.until(0.2) == (b"", OK + b"abcd")
    assert connection.counters[0].requests == 1


def test_interim_responses_are_not_delayed(exchange):
    connection = exchange(("http_delay", {"delay": 200}))
    connection.client(GET)
    assert connection.server(b"HTTP/1.1 100 Continue\r\n\r\n")[1] == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert connection.server(OK + b"abcd")[1] == b""


def test_later_pieces_of_a_response_come_when_they_come(exchange):
    connection = exchange(("http_delay", {"delay": 200}))
    connection.client(GET)
    connection.server(OK)
    connection.until(1.0)
    assert connection.server(b"abcd")[1] == b"abcd"


def test_removal_lets_a_delayed_response_go_at_once(exchange):
    connection = exchange(("http_delay", {"delay": 60_000}))
    connection.client(GET)
    connection.server(OK + b"ab")
    connection.server(b"cd", 1.0)
    assert connection.remove("t0") == (b"", OK + b"abcd")
    assert connection.is_relay


def test_jitter_keeps_its_bounds_and_comes_from_the_seed(exchange):
    def times(seed):
        connection = exchange(("http_delay", {"delay": 100, "jitter": 50}), seed=seed)
        taken = []
        for _ in range(100):
            began_s = connection.now_s
            connection.client(GET)
            connection.server(OK + b"abcd")
            while not connection.to_client:
                connection.until(min(chain.next_due_s(connection.now_s) for chain in connection.chains.values()))
            taken.append(round(connection.now_s - began_s, 6))
            connection.to_client = b""
        return taken

    assert times("a") == times("a") != times("b")
    assert 0.05 <= min(times("a")) < 0.07 < 0.13 < max(times("a")) <= 0.15
