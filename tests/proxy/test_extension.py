"""What a toxic can do beyond passing bytes: see both directions, answer by itself, delay the dial. Over the wire."""

import threading
import time

import pytest

WITH_MORE_TOXICS = '''
import sys
from dataclasses import dataclass
from chaos.proxy import toxics
from chaos.proxy.toxics.base import Acted, Answer, Attributes, Send, Toxic
from chaos.proxy.wire import milliseconds

class Greeter(Toxic):
    """Answers lines that ask for it, behind all answers of the upstream that are still to come."""
    __slots__ = ()
    two_sided = True
    def on_data(self, data, now_s):
        shared = self.site.shared
        if self.site.stream == "downstream":
            shared["waiting"] = shared.get("waiting", 0) - data.count(b"\\n")
            yield Send(data, now_s)
            while shared["waiting"] == 0 and shared.get("answers"):
                yield Send(shared["answers"].pop(0), now_s)
            return
        for line in data.splitlines(keepends=True):
            if line == b"greet\\n":
                yield Acted(requests=1)
                yield Answer(b"hello\\n", now_s)
            else:
                shared["waiting"] = shared.get("waiting", 0) + 1
                yield Send(line, now_s)
    def on_answer(self, data, now_s):
        if self.site.shared.get("waiting"):
            self.site.shared.setdefault("answers", []).append(data)
        else:
            yield Acted(requests=0)
            yield Send(data, now_s)

@dataclass(frozen=True, slots=True)
class SlowConnectAttributes(Attributes):
    delay_s: float = milliseconds("delay")

class SlowConnect(Toxic):
    __slots__ = ()
    schema = SlowConnectAttributes
    def connect_delay_s(self):
        return self.attributes.delay_s

toxics.TOXICS["greeter"] = Greeter
toxics.TOXICS["slow_connect"] = SlowConnect
from chaos.proxy.main import main
sys.exit(main(sys.argv[1:]))
'''


@pytest.fixture
def extended(new_server):
    return new_server(command=["-c", WITH_MORE_TOXICS])


def test_a_toxic_answers_the_client_in_order_and_the_upstream_never_sees_the_request(extended, upstream, connect, wire):
    seen = []
    may_answer = threading.Semaphore(0)

    def serve(sock):
        while data := sock.recv(1000):
            seen.append(data)
            may_answer.acquire()
            sock.sendall(data.upper())

    def greeted():
        return extended.effects("p")["toxics"]["greeter_downstream"]["requests"]

    address = extended.proxy("p", upstream(serve).address)
    live = connect(address)
    live.sendall(b"before\n")
    may_answer.release()
    assert wire.read(live, 7) == b"BEFORE\n"
    extended.toxic("p", "greeter")
    for number, sock in enumerate((live, connect(address))):
        sock.sendall(b"greet\n")
        assert wire.read(sock, 6) == b"hello\n"
        sock.sendall(b"one\ngreet\n")
        wire.eventually(lambda number=number: greeted() == 2 * number + 2)
        may_answer.release()  # the toxic has its answer ready, and it must not overtake the upstream's
        assert wire.read(sock, 10) == b"ONE\nhello\n"
    assert b"greet" not in b"".join(seen)
    counters = extended.effects("p")["toxics"]["greeter_downstream"]
    assert (counters["connections"], counters["requests"]) == (2, 4)
    extended.ok("DELETE", "/proxies/p/toxics/greeter_downstream")
    live.sendall(b"greet\n")
    may_answer.release()
    assert wire.read(live, 6) == b"GREET\n"


def test_a_toxic_delays_the_dial(extended, upstream, connect, wire):
    echo = upstream()
    address = extended.proxy("p", echo.address)
    extended.toxic("p", "slow_connect", delay=200)
    began_s = time.monotonic()
    sock = connect(address)
    sock.sendall(b"x")
    wire.eventually(lambda: echo.accepted)
    assert time.monotonic() - began_s >= 0.2
    assert wire.read(sock, 1) == b"x"
