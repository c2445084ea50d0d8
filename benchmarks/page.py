"""The page with the proxy's figures: the table, the machine it came from, and what may not be concluded from it."""

from __future__ import annotations

from collections.abc import Sequence

from machine import Machine
from rounds import Result, table

HEAD = """\
# The proxy's performance

The embedded proxy against {toxiproxy}.

Both stand in front of the same upstream servers and meet the same load, in turns (A B A B, {rounds} rounds). A ratio is
ours divided by theirs, of the same round; the table has the median of the rounds and, in brackets, the quartiles.
*Floor*: must hold. *Goal*: to be reached for. Written by

    python benchmarks/proxy.py --write docs/proxy-performance.md
"""

TAIL = """\
## How to read it

- **Ratios, not figures, are what carries over to another machine.** The absolute columns say how fast this one was.
  One-connection round trips depend on where the scheduler puts the processes: only the ratios of one round mean
  anything there.
- **The proxy is one process with one thread.** Toxiproxy uses all cores. Here there were {cores} for upstream, proxy
  and load together. Where there are more, or where others use them too, requests/s and connections/s shift in
  Toxiproxy's favour; CPU per request, per GB and memory do not.
- **On a busy machine**, see the load average, Toxiproxy's several threads get more of it than our one, and p99 shows
  who had to wait for a processor rather than what the proxies do.
- **Python** built with profile-guided optimization, as distributions build it, needs some 15 % less CPU for the same
  requests than a build without.
- **Start-up** is mostly Python's own; Toxiproxy is a compiled program.
- **Bulk** moves inside the kernel (`splice`) while a direction has no toxic. Where BBR is the system's congestion
  control, the proxy chooses another for connections on the same machine: BBR paces even the loopback device.
- **Latency** is what a message took beyond the injected time, wake-ups of client and server included. *Earlier than
  injected* compares the upstream's time of sending with the client's of receiving, on one clock: any such message
  would be an error, not noise.
- **HTTP-aware** means that an `http_error` toxic which matches no request parses both directions; Toxiproxy cannot
  look into HTTP and only passes bytes on. HAProxy runs its HTTP mode with two threads, mitmproxy as a reverse proxy.
  No two heads are alike there: the path and a header of each request have a number, each answer another one, so
  nobody can do well by recognising what came before.
- **`--busy-poll`** trades CPU for latency: the proxy looks for more traffic for that many microseconds before it
  sleeps. It is off by default.
- Load and upstream are one small C program (`benchmarks/load/load.c`), which needs a fraction of the proxies' CPU.
  Everything is on the loopback device: no network card, no packet loss, no TLS.
"""


def page(found: Sequence[Result], rounds: int, before: Machine, after: Machine, toxiproxy: str) -> str:
    return "\n".join(
        [
            HEAD.format(toxiproxy=toxiproxy, rounds=rounds),
            *table(found),
            "",
            *_below(found),
            "## The machine",
            "",
            f"- {before.cores} cores of {before.cpu}, kernel {before.kernel}",
            f"- congestion control {before.congestion_control}",
            f"- Python {before.python}; {before.go}",
            f"- load average before {_load(before)}, after {_load(after)} (1, 5, 15 minutes)",
            "",
            TAIL.format(cores=before.cores),
        ]
    )


def _below(found: Sequence[Result]) -> list[str]:
    """What misses its floor is said in words, too."""
    missed = [result.row.what for result in found if result.reached == "BELOW FLOOR"]
    if not missed:
        return []
    return ["Below their floor in this run:", "", *(f"- {what}" for what in missed), ""]


def _load(machine: Machine) -> str:
    return " ".join(f"{value:.1f}" for value in machine.load_average)
