"""The embedded proxy against Toxiproxy (and, where it reads HTTP, HAProxy and mitmproxy), in turns, as ratios.

    python benchmarks/proxy.py [--rounds 7] [--only rtt,bulk] [--quick] [--write docs/proxy-performance.md]

Ratios are of two figures of the same round; the table has their median over the rounds. Peers, none of them required
but Toxiproxy:

    Toxiproxy   GOBIN=/opt/toxiproxy go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0
                (or TOXIPROXY_SERVER=/path/to/it, or `toxiproxy-server` on the PATH)
    HAProxy     apt-get install -y --no-install-recommends haproxy
    mitmproxy   python3 -m venv /opt/mitmproxy && /opt/mitmproxy/bin/pip install mitmproxy

The load generator is C (benchmarks/load/load.c) and needs a compiler, `cc`. Everything stays on the loopback device.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from load_program import Load, NoCompiler, load
from machine import Machine
from page import page
from peers import Peer, PeerAbsent, gatecrash, haproxy, mitmproxy, toxiproxy, toxiproxy_version
from rounds import OURS, TOXIPROXY, Result, Scenario, Taken, results, table
from scenarios import AWARE, BUSY, HAPROXY, MITMPROXY, Bench, scenarios

KEYS = ("rtt", "requests", "bulk", "connect", "memory", "start", "latency", "latency-bulk", "bandwidth", "http")
SECONDS = 1.0
QUICK_SECONDS = 0.4
QUICK_ROUNDS = 3
MATCHES_NOTHING: Mapping[str, object] = {"status": 503, "match": {"path": "/never/asked/for"}}


def main() -> int:
    wanted = arguments()
    rounds = wanted.rounds or (QUICK_ROUNDS if wanted.quick else 7)
    machine = Machine.now()
    try:
        with ExitStack() as running:
            folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
            generator = running.enter_context(load(folder))
            peers = start_peers(running, generator, folder, wanted.only)
            bench = Bench(generator, peers, QUICK_SECONDS if wanted.quick else SECONDS)
            found = [
                result
                for scenario in scenarios(bench)
                if scenario.key in wanted.only
                for result in take(scenario, rounds, peers)
            ]
    except (NoCompiler, PeerAbsent) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"{error}\n{error.stderr}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print("\n".join(table(found)))
    if wanted.write:
        wanted.write.write_text(page(found, rounds, machine, Machine.now(), f"Toxiproxy {toxiproxy_version()}"))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, help="how often each figure is taken (7; with --quick 3)")
    parser.add_argument("--only", type=keys, default=KEYS, help=f"some of: {', '.join(KEYS)}")
    parser.add_argument("--quick", action="store_true", help="shorter and fewer rounds, to see that all works")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the page with the table")
    return parser.parse_args()


def keys(text: str) -> Sequence[str]:
    wanted = tuple(text.split(","))
    for key in wanted:
        if key not in KEYS:
            raise argparse.ArgumentTypeError(f"{key}: not one of {', '.join(KEYS)}")
    return wanted


def start_peers(running: ExitStack, generator: Load, folder: Path, only: Sequence[str]) -> Mapping[str, Peer]:
    """All that the wanted scenarios need and that are installed. Raises PeerAbsent when Toxiproxy is not."""
    ports = generator.ports
    starts: dict[str, Callable[[], AbstractContextManager[Peer]]] = {
        OURS: lambda: gatecrash(ports),
        TOXIPROXY: lambda: toxiproxy(ports),
    }
    if "rtt" in only:
        starts[BUSY] = lambda: gatecrash(ports, "--busy-poll", "50")
    if "http" in only:
        starts[AWARE] = lambda: aware(ports)
        starts[HAPROXY] = lambda: haproxy(ports, folder)
        starts[MITMPROXY] = lambda: mitmproxy(ports)
    peers: dict[str, Peer] = {}
    for name, start in starts.items():
        try:
            peers[name] = running.enter_context(start())
        except PeerAbsent as error:
            if name == TOXIPROXY:
                raise
            print(f"left out: {error}", file=sys.stderr)
    return peers


@contextmanager
def aware(upstreams: Mapping[str, int]) -> Iterator[Peer]:
    """Ours with a toxic that has to read HTTP, and never acts. Raises PeerAbsent."""
    with gatecrash(upstreams) as peer:
        peer.add_toxic("http", "http_error", **MATCHES_NOTHING)
        yield peer


def take(scenario: Scenario, rounds: int, peers: Mapping[str, Peer]) -> Sequence[Result]:
    """A B A B; what came out is said at once."""

    def one_round() -> Mapping[str, Taken]:
        return {name: scenario.measure(name) for name in scenario.peers if name in peers}

    found = results(scenario, [one_round() for _ in range(rounds)])
    for line in table(found)[2:]:
        print(line, file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
