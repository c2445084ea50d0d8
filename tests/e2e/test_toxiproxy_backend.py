"""A real Toxiproxy as backend: the same verdicts, nobody else's proxies touched, nothing of ours left behind."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from tests.e2e.conftest import ON_EVERY_PROXY, call


@pytest.fixture
def own(gatecrash: Any, server_program: str) -> Any:
    """The command, which finds a server to start."""
    gatecrash.env["TOXIPROXY_SERVER"] = server_program
    return gatecrash


FAULTS = {
    **ON_EVERY_PROXY,
    "down": "down: {}",
    "ramp": "latency: {delay: 50ms}, ramp: {of: delay, steps: [100ms, 150ms], each: 300ms}",
}


def test_every_fault_of_a_toxiproxy_is_injected_proven_and_undone(own: Any, together: Any) -> None:
    done, verdicts = together(FAULTS, "--backend", "toxiproxy", without=["during:\n  read: {broken: 0%}\n"])
    assert done.returncode == 0, done.stdout + done.stderr
    for name in FAULTS:
        assert verdicts[name]["proofs"][0]["acted"], name
        journal = (own.runs()[-1] / name / "journal.jsonl").read_text()
        assert journal.count('"fault_stepped"') == (2 if name == "ramp" else 0), name
        if name != "slow_close":  # nobody waits for the close of an answer whose length is known
            assert users_felt_it(verdicts[name]["tallies"]), name


def users_felt_it(tallies: Any) -> bool:
    """Not everybody was served, or it took them at least as long as the faults above must take."""
    (during,) = (tally for tally in tallies if (tally["journey"], tally["phase"]) == ("read", "during"))
    return bool(during["degraded"] + during["broken"] or during["p50_s"] >= 0.02)


def test_a_defect_is_found_by_a_real_toxiproxy_as_well(own: Any) -> None:
    done = own("run", "--retry-inconclusive", "3", "--backend", "toxiproxy", "--variant", "leaking")
    assert done.returncode == 1, done.stdout + done.stderr


def test_a_fault_on_a_link_that_nobody_uses_is_inconclusive(own: Any) -> None:
    path = own.folder / "experiments" / "store_down.yaml"
    path.write_text(path.read_text().replace("{link: store, down: {}", "{link: unused, latency: {delay: 50ms}"))
    done = own("run", "--backend", "toxiproxy")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "no traffic met it" in done.stdout


def test_on_a_server_of_somebody_else_only_our_own_proxies_come_and_go(own: Any, url: str) -> None:
    before = call(url, "/proxies")
    done = own("run", "--backend", "toxiproxy", "--toxiproxy-url", url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert call(url, "/proxies") == before
    assert set(before) == {"theirs"}


def test_a_killed_runner_leaves_no_proxy_of_ours_on_somebody_elses_server(own: Any, url: str, until: Any) -> None:
    before = call(url, "/proxies")
    events = own.folder / "events.jsonl"
    runner = own.start("run", "--backend", "toxiproxy", "--toxiproxy-url", url, "--events", str(events))
    until(lambda: events.exists() and "fault_injected" in events.read_text(), "the fault")
    assert len(call(url, "/proxies")) > 1
    os.kill(runner.pid, signal.SIGKILL)
    until(lambda: call(url, "/proxies") == before, "our proxies are gone", 5.0)
    until(lambda: not own.left_over() and not own.leases, "nothing left over", 5.0)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--backend", "toxiprxy"], 2, "did you mean toxiproxy?"),
        (["--toxiproxy-url", "http://127.0.0.1:1"], 2, "--toxiproxy-url goes with --backend toxiproxy"),
        (["--backend", "toxiproxy", "--toxiproxy-url", "http://127.0.0.1:x"], 2, "is not an address"),
        (["--backend", "toxiproxy", "--toxiproxy-url", "http://10.1.2.3:8474"], 2, "10.1.2.3 is not this machine"),
        (["--backend", "toxiproxy", "--toxiproxy-url", "http://127.0.0.1:1"], 3, "it can't be reached"),
    ],
)
def test_a_server_that_cannot_be_used_is_said_to_be_so(
    gatecrash: Any, arguments: list[str], code: int, message: str
) -> None:
    done = gatecrash("run", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert message in done.stdout + done.stderr
    assert not gatecrash.left_over()


def test_without_a_server_on_path_it_says_what_to_do(gatecrash: Any) -> None:
    gatecrash.env.update(TOXIPROXY_SERVER="no-such-toxiproxy-server")
    done = gatecrash("run", "--backend", "toxiproxy")
    assert done.returncode == 3
    assert "install it, or name a running one with --toxiproxy-url" in done.stdout
