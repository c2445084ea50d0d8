"""Links on several real Toxiproxies in one experiment, and on proxies that their owner has wired."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

APP = Path(__file__).parent / "tiny_app.py"


Starts = Callable[..., str]


@pytest.fixture
def start(server_program: str, until: Any) -> Iterator[Starts]:
    """Starts a server and returns its address; `ours`: the embedded proxy alone, as its user would start it."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*flags: str, ours: bool = False) -> str:
        port = str(free_port())
        command = [sys.executable, "-m", "chaos", "proxy"] if ours else [server_program]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen([*command, "-port", port, *flags], **silent))  # type: ignore[call-overload]
        until(lambda: answers(f"http://127.0.0.1:{port}/version"), "the server answers")
        return f"http://127.0.0.1:{port}"

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def wired(until: Any) -> Iterator[Callable[[str], str]]:
    """The tiny app run by somebody else, its way to the store through a proxy `db` of theirs, with a toxic of theirs;
    returns the system file for it."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str) -> str:
        port = str(free_port())
        started.append(subprocess.Popen([sys.executable, str(APP), *arguments, "--port", port]))
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the service answers")
        return f"127.0.0.1:{port}"

    def wire(api: str) -> str:
        store = run("store")
        listen = call(api, "/proxies", {"name": "db", "listen": "127.0.0.1:0", "upstream": store})["listen"]
        call(api, "/proxies/db/toxics", {"name": "theirs", "type": "latency", "attributes": {"latency": 1}})
        return WIRED % {"store": store, "front": run("front", "--store", f"http://{listen}")}

    yield wire
    for process in started:
        process.kill()
        process.wait()


WIRED = """
name: wired
services: {store: {url: "http://%(store)s"}, front: {url: "http://%(front)s"}}
links:
  edge: {to: front}
  store: {to: store, toxiproxy: theirs, proxy: db}
journeys:
  read: {rate: 40/s, timeout: 800ms, steps: [{get: "edge:/", expect: {text: all is well}}]}
"""
EXPERIMENT = """
name: The store is slow or gone
system: ../system.yaml
window: 500ms
steady_state: {read: {served: ">= 99%"}}
faults: [FAULTS]
during: {read: {broken: 0%}}
recovery: {within: 3s}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def call(address: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address + path, data), timeout=5) as answer:
        return json.loads(answer.read())


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def split(gatecrash: Any, servers: str, faults: str) -> None:
    """The tiny system with its two links on two servers."""
    path = gatecrash.folder / "system.yaml"
    text = path.read_text().replace("edge: {to: front}", "edge: {to: front, toxiproxy: eu}")
    text = text.replace("  store: {to: store}", "  store: {to: store, toxiproxy: us}").replace(
        "  unused: {to: store}\n", ""
    )
    path.write_text(f"{text}\ntoxiproxy: {servers}\n")
    gatecrash.write("experiments/store_down.yaml", EXPERIMENT.replace("FAULTS", faults))


BOTH = "{link: edge, latency: {delay: 50ms}, for: 1200ms}, {link: store, down: {}, for: 1200ms}"


def test_one_experiment_breaks_links_on_two_servers_at_once(gatecrash: Any, start: Starts) -> None:
    eu, us = start(), start()
    split(gatecrash, f"{{eu: 'http://127.0.0.1:1', us: '{us}'}}", BOTH)
    done = gatecrash("run", "--retry-inconclusive", "3", "--backend", "toxiproxy", "--toxiproxy-url", f"eu={eu}")
    assert done.returncode == 0, done.stdout + done.stderr
    proofs = gatecrash.results()["experiments"][0]["proofs"]
    assert [proof["acted"] for proof in proofs] == [True, True]
    journal = (gatecrash.runs()[-1] / "store_down" / "journal.jsonl").read_text().splitlines()
    made = [event["undo"]["args"]["api"] for event in map(json.loads, journal) if "proxy.delete" in str(event)]
    assert made == [eu, us], "each link's proxy was on its own server"
    assert call(eu, "/proxies") == call(us, "/proxies") == {}


def test_a_killed_runner_leaves_nothing_on_either(gatecrash: Any, start: Starts, until: Any) -> None:
    eu, us = start(), start()
    split(gatecrash, f"{{eu: '{eu}', us: '{us}'}}", BOTH.replace("1200ms", "60s"))
    events = gatecrash.folder / "events.jsonl"
    runner = gatecrash.start("run", "--backend", "toxiproxy", "--events", str(events))
    until(lambda: events.exists() and events.read_text().count("fault_injected") == 2, "both faults")
    assert call(eu, "/proxies")
    assert call(us, "/proxies")
    os.kill(runner.pid, signal.SIGKILL)
    until(lambda: call(eu, "/proxies") == call(us, "/proxies") == {}, "our proxies are gone", 5.0)
    until(lambda: not gatecrash.left_over() and not gatecrash.leases, "nothing left over", 5.0)


DOWN = "{link: store, down: {}, for: 1200ms}"
SLOW = "{link: store, latency: {delay: 50ms}, for: 1200ms}"
GROWS = "{link: store, latency: {delay: 20ms}, ramp: {of: delay, steps: [50ms], each: 500ms}, for: 1200ms}"
HANGS = "{link: store, hang: {}, for: 1200ms}"


@pytest.mark.parametrize("ours", [False, True], ids=["toxiproxy", "gatecrash proxy"])
@pytest.mark.parametrize("fault", [DOWN, GROWS, HANGS], ids=["down", "growing latency", "hang"])
def test_on_a_proxy_that_its_owner_wired_only_our_toxics_come_and_go(
    gatecrash: Any, start: Starts, wired: Any, fault: str, ours: bool
) -> None:
    api = start("-proxy-metrics", ours=ours)
    gatecrash.write("system.yaml", wired(api))
    gatecrash.write("experiments/store_down.yaml", EXPERIMENT.replace("FAULTS", fault))
    before = call(api, "/proxies")
    done = gatecrash(
        *("run", "--retry-inconclusive", "3", "--backend", "toxiproxy"),
        *("--toxiproxy-url", f"theirs={api}", "--toxiproxy-url", start()),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert gatecrash.results()["experiments"][0]["proofs"][0]["acted"]
    assert call(api, "/proxies") == before
    assert set(before) == {"db"}


def test_a_killed_runner_puts_an_owners_proxy_right(gatecrash: Any, start: Starts, wired: Any, until: Any) -> None:
    api, other = start("-proxy-metrics"), start()
    gatecrash.write("system.yaml", wired(api))
    both = f"{DOWN}, {SLOW}".replace("1200ms", "60s")
    gatecrash.write("experiments/store_down.yaml", EXPERIMENT.replace("FAULTS", both))
    before = call(api, "/proxies")
    events = gatecrash.folder / "events.jsonl"
    arguments = ("--toxiproxy-url", f"theirs={api}", "--toxiproxy-url", other, "--events", str(events))
    runner = gatecrash.start("run", "--backend", "toxiproxy", *arguments)
    until(lambda: events.exists() and events.read_text().count("fault_injected") == 2, "both faults")
    broken = call(api, "/proxies")["db"]
    assert (broken["enabled"], len(broken["toxics"])) == (False, 2)
    os.kill(runner.pid, signal.SIGKILL)
    until(lambda: call(api, "/proxies") == before, "all is as it was", 5.0)


def test_without_its_metrics_a_fault_on_an_owners_proxy_is_unproven_and_it_says_why(
    gatecrash: Any, start: Starts, wired: Any
) -> None:
    api = start()
    gatecrash.write("system.yaml", wired(api))
    gatecrash.write("experiments/store_down.yaml", EXPERIMENT.replace("FAULTS", SLOW))
    done = gatecrash("run", "--backend", "toxiproxy", "--toxiproxy-url", f"theirs={api}", "--toxiproxy-url", start())
    assert done.returncode == 4, done.stdout + done.stderr
    assert "start it with -proxy-metrics" in done.stdout


def test_up_tells_which_server_has_which_link(gatecrash: Any, start: Starts, wired: Any) -> None:
    api, other = start("-proxy-metrics"), start()
    gatecrash.write("system.yaml", wired(api))
    arguments = ("--backend", "toxiproxy", "--toxiproxy-url", f"theirs={api}", "--toxiproxy-url", other)
    process = gatecrash.start("up", "system.yaml", *arguments)
    said = ""
    while "Ctrl-C" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    assert f"proxy API: {api} " in said
    assert f"proxy API: {other} " in said
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=15)
    assert process.returncode == 0
    assert call(other, "/proxies") == {}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "the link store is a proxy of your own and needs --backend toxiproxy"),
        (["--backend", "toxiproxy"], 2, "the Toxiproxy theirs has no address; give it: --toxiproxy-url theirs="),
        (["--backend", "toxiproxy", "--toxiproxy-url", "their=127.0.0.1:1"], 2, "did you mean theirs?"),
        (["--backend", "toxiproxy", "--toxiproxy-url", "theirs=10.1.2.3"], 2, "list it under `allowed_hosts`"),
        (["--backend", "toxiproxy", "--toxiproxy-url", "theirs=http://a:b"], 2, "is not an address"),
        (["--backend", "toxiproxy", *(["--toxiproxy-url", "theirs=127.0.0.1"] * 2)], 2, "theirs is given twice"),
        (["--backend", "toxiproxy", "--toxiproxy-url", "theirs=127.0.0.1:1"], 3, "it can't be reached"),
    ],
)
def test_servers_that_can_not_be_used_are_told(
    gatecrash: Any, server_program: str, arguments: list[str], code: int, message: str
) -> None:
    gatecrash.write("system.yaml", WIRED % {"store": "127.0.0.1:1", "front": "127.0.0.1:2"})
    gatecrash.write("experiments/store_down.yaml", EXPERIMENT.replace("FAULTS", SLOW))
    gatecrash.env["TOXIPROXY_SERVER"] = server_program
    done = gatecrash("run", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert message in done.stdout + done.stderr


def test_a_proxy_that_is_not_there_or_down_is_told(gatecrash: Any, start: Starts, wired: Any) -> None:
    api = start()
    text = wired(api)
    gatecrash.write("experiments/store_down.yaml", EXPERIMENT.replace("FAULTS", SLOW))
    arguments = ("--backend", "toxiproxy", "--toxiproxy-url", f"theirs={api}", "--toxiproxy-url", start())
    gatecrash.write("system.yaml", text.replace("proxy: db", "proxy: cache"))
    missing = gatecrash("run", *arguments)
    assert (missing.returncode, "its proxy 'cache' can't be used: there is no such proxy" in missing.stdout) == (
        3,
        True,
    )
    gatecrash.write("system.yaml", text)
    call(api, "/proxies/db", {"enabled": False})
    disabled = gatecrash("run", *arguments)
    assert (disabled.returncode, "its proxy 'db' can't be used: it is disabled" in disabled.stdout) == (3, True)
    assert not call(api, "/proxies")["db"]["enabled"], "it is left as it was"
