"""What the proxy benchmark measures, and the bounds: a floor that must hold, a goal to be reached for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from load_program import Load
from peers import (
    Peer,
    ToxicPeer,
    free_port,
    gatecrash,
    gatecrash_command,
    running,
    toxiproxy,
    toxiproxy_command,
    wait_for_api,
)
from rounds import OURS, TOXIPROXY, Row, Scenario, Taken

BUSY = "gatecrash --busy-poll"
AWARE = "gatecrash with http_error"
HAPROXY = "haproxy"
MITMPROXY = "mitmproxy"
BOTH = (OURS, TOXIPROXY)

# Closed connections stay in TIME_WAIT for a while, and their ports are not to be had: wait before the next test.
TIME_WAIT_PAUSE_S = 1.3
# Until a fresh process has done what it does after its start: ours warms up, Go's runtime settles.
SETTLED_S = 0.6


@dataclass(frozen=True, slots=True)
class Bench:
    """The load, and the peers that run all the time; `seconds` is what one measurement takes."""

    load: Load
    peers: Mapping[str, Peer]
    seconds: float

    @contextmanager
    def fresh(self, name: str) -> Iterator[ToxicPeer]:
        """A process of its own, settled."""
        start = {OURS: gatecrash, TOXIPROXY: toxiproxy}[name]
        with start(self.load.ports) as peer:
            time.sleep(SETTLED_S)
            yield peer


def scenarios(bench: Bench) -> list[Scenario]:
    return [
        *_round_trips(bench),
        *_requests(bench),
        *_bulk(bench),
        _connections(bench),
        _memory(bench),
        _start(),
        *_latency(bench),
        *_latency_and_bulk(bench),
        *_bandwidth(bench),
        *_http(bench),
    ]


# No toxic


def _round_trips(bench: Bench) -> list[Scenario]:
    def of_size(size: int, shown: str) -> Scenario:
        def measure(peer: str) -> Taken:
            return bench.load.run("requests", bench.peers[peer].ports["echo"], 1, size, bench.seconds)

        what = f"round trip p50, 1 connection, {shown}"
        return Scenario(
            "rtt",
            (OURS, TOXIPROXY, BUSY),
            measure,
            [
                Row(what, "p50_us", "µs", "<=", 0.90, 0.60),
                Row(f"{what}, `--busy-poll 50`", "p50_us", "µs", "<=", None, 0.40, of=BUSY),
            ],
        )

    return [of_size(64, "64 B"), of_size(1024, "1 KiB")]


def _requests(bench: Bench) -> list[Scenario]:
    def of(connections: int) -> Scenario:
        def measure(peer: str) -> Taken:
            running_peer = bench.peers[peer]
            port = running_peer.ports["echo"]
            taken, cpu_s = _with_cpu(
                running_peer, lambda: bench.load.run("requests", port, connections, 1024, bench.seconds)
            )
            return {**taken, "cpu_s": cpu_s / taken["all"] * 100_000}

        what = f"{connections} connections, 1 KiB"
        return Scenario(
            "requests",
            BOTH,
            measure,
            [
                Row(f"requests/s, {what}", "per_s", "", ">=", 1.10, 1.50),
                Row(f"CPU per 100,000 requests, {what}", "cpu_s", "s", "<=", 0.80, 0.55, digits=2),
            ],
        )

    return [of(16), of(64)]


def _bulk(bench: Bench) -> list[Scenario]:
    def of(streams: int, way: str) -> Scenario:
        role = "source" if way == "down" else "sink"

        def measure(peer: str) -> Taken:
            running_peer = bench.peers[peer]
            port = running_peer.ports[role]
            taken, cpu_s = _with_cpu(
                running_peer, lambda: bench.load.run("bulk", port, streams, way, 0.2, bench.seconds)
            )
            return {"gb_per_s": taken["per_s"] / 1e9, "cpu_s": cpu_s / taken["all"] * 1e9}

        what = f"{streams} stream{'s' if streams > 1 else ''} {way}"
        return Scenario(
            "bulk",
            BOTH,
            measure,
            [
                Row(f"bulk, {what}", "gb_per_s", "GB/s", ">=", 1.7, 2.5, digits=2),
                Row(f"CPU per GB, {what}", "cpu_s", "s", "<=", 0.40, 0.15, digits=2),
            ],
        )

    return [of(1, "down"), of(4, "down"), of(1, "up")]


def _connections(bench: Bench) -> Scenario:
    def measure(peer: str) -> Taken:
        time.sleep(TIME_WAIT_PAUSE_S)
        return bench.load.run("connect", bench.peers[peer].ports["echo"], 16, 3000)

    rows = [Row("connections/s, 16 at a time", "per_s", "", ">=", 1.5, 2.5)]
    return Scenario("connect", BOTH, measure, rows)


# The process


def _memory(bench: Bench) -> Scenario:
    def measure(peer: str) -> Taken:
        with bench.fresh(peer) as fresh, ExitStack() as idle:
            taken = {"none": fresh.resident_mib}
            for name, more in (("1000", 1000), ("5000", 4000)):
                idle.enter_context(bench.load.idle(fresh.ports["echo"], more))
                taken[name] = fresh.resident_mib
        time.sleep(TIME_WAIT_PAUSE_S)
        return taken

    rows = [
        Row("memory, no connection", "none", "MiB", "<=", 1.7, 1.0, digits=1),
        Row("memory, 1,000 idle connections", "1000", "MiB", "<=", None, None, digits=1),
        Row("memory, 5,000 idle connections", "5000", "MiB", "<=", 0.25, 0.10, digits=1),
    ]
    return Scenario("memory", BOTH, measure, rows)


def _start() -> Scenario:
    def measure(peer: str) -> Taken:
        port = free_port()
        command = gatecrash_command(port) if peer == OURS else toxiproxy_command(port)
        began_s = time.monotonic()
        with running(command) as process:
            wait_for_api(port, process)
            return {"ms": (time.monotonic() - began_s) * 1000}

    rows = [
        Row("start until the API answers", "ms", "ms", "<=", 6, 2.2, digits=1),
        Row("start until the API answers, by the clock", "ms", "ms", "<=", 60, None, against=None, digits=1),
    ]
    return Scenario("start", BOTH, measure, rows)


# Toxics


def _latency(bench: Bench) -> list[Scenario]:
    def of(delay_ms: int, connections: int) -> Scenario:
        # About a thousand messages a second from many; one after the other, with a short pause, from one.
        think_ms = max(connections - delay_ms, 2)
        seconds = max(bench.seconds, 0.02 * delay_ms) + (think_ms / 1000 if connections > 1 else 0)

        def measure(name: str) -> Taken:
            with bench.fresh(name) as peer:
                peer.add_toxic("stamp", "latency", latency=delay_ms)
                taken = bench.load.run("paced", peer.ports["stamp"], connections, think_ms, seconds)
            late = {name: taken[name] - delay_ms * 1000 for name in ("p50_us", "p99_us")}
            return {**late, "early_us": max(delay_ms * 1000 - taken["min_way_us"], 0.0)}

        what = f"{delay_ms} ms, {connections} connection{'s' if connections > 1 else ''}"
        # Over one connection p99 is the slowest of a few dozen messages, most often the first: a figure, no bound.
        floor, goal = (0.5, 0.3) if connections > 1 else (None, None)
        return Scenario(
            "latency",
            BOTH,
            measure,
            [
                Row(f"latency {what}: overshoot p50", "p50_us", "µs", "<=", 0.5, 0.2),
                Row(f"latency {what}: overshoot p99", "p99_us", "µs", "<=", floor, goal),
                Row(f"latency {what}: earlier than injected", "early_us", "µs", "<=", 0, 0, against=None),
            ],
        )

    return [of(delay_ms, connections) for connections in (1, 200) for delay_ms in (5, 20, 100)]


def _latency_and_bulk(bench: Bench) -> list[Scenario]:
    def of(delay_ms: int, goal: float) -> Scenario:
        def measure(name: str) -> Taken:
            with bench.fresh(name) as peer:
                peer.add_toxic("source", "latency", latency=delay_ms)
                taken = bench.load.run("bulk", peer.ports["source"], 1, "down", 0.5, bench.seconds)
            return {"gb_per_s": taken["per_s"] / 1e9}

        rows = [Row(f"bulk through latency {delay_ms} ms", "gb_per_s", "GB/s", ">=", 1.0, goal, digits=2)]
        return Scenario("latency-bulk", BOTH, measure, rows)

    return [of(5, 1.4), of(100, 2.0)]


def _bandwidth(bench: Bench) -> list[Scenario]:
    def of(mb_per_s: float, first_byte: Sequence[Row]) -> Scenario:
        def measure(name: str) -> Taken:
            with bench.fresh(name) as peer:
                peer.add_toxic("source", "bandwidth", rate=int(mb_per_s * 1000))
                taken = bench.load.run("rate", peer.ports["source"], bench.seconds)
            return {"error": abs(taken["per_s"] / (mb_per_s * 1e6) - 1) * 100, "first_ms": taken["first_ms"]}

        error = Row(f"bandwidth {mb_per_s:g} MB/s: error", "error", "%", "<=", 2, 0.3, against=None, digits=2)
        return Scenario("bandwidth", BOTH, measure, [error, *first_byte])

    first = Row("bandwidth 0.1 MB/s: first byte after", "first_ms", "ms", "<=", 25, 12, against=None, digits=1)
    return [of(0.1, [first]), of(1, []), of(100, [])]


# HTTP


def _http(bench: Bench) -> list[Scenario]:
    """Ours parses requests and responses, for a toxic that matches none; Toxiproxy sees only bytes."""

    def of(connections: int, peers: Sequence[str], rows: Sequence[Row]) -> Scenario:
        def measure(name: str) -> Taken:
            return bench.load.run("http", bench.peers[name].ports["http"], connections, bench.seconds)

        return Scenario("http", peers, measure, rows)

    what = "HTTP-aware requests/s, {} connections, against {}"
    blind = "Toxiproxy's blind TCP"
    return [
        of(
            16,
            (AWARE, TOXIPROXY, HAPROXY, MITMPROXY),
            [
                Row(what.format(16, blind), "per_s", "", ">=", 0.9, 1.2, of=AWARE),
                Row(what.format(16, "HAProxy's HTTP"), "per_s", "", ">=", 0.7, 0.95, against=HAPROXY, of=AWARE),
                Row(what.format(16, "mitmproxy"), "per_s", "", ">=", 40, 80, against=MITMPROXY, of=AWARE),
            ],
        ),
        of(
            64,
            (AWARE, TOXIPROXY, HAPROXY),
            [
                Row(what.format(64, blind), "per_s", "", ">=", 0.9, 1.2, of=AWARE),
                Row(what.format(64, "HAProxy's HTTP"), "per_s", "", ">=", 0.7, 0.95, against=HAPROXY, of=AWARE),
            ],
        ),
    ]


def _with_cpu(peer: Peer, run: Callable[[], Taken]) -> tuple[Taken, float]:
    """And the CPU seconds that the peer needed meanwhile."""
    before_s = peer.cpu_s
    taken = run()
    return taken, peer.cpu_s - before_s
