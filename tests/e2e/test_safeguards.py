"""A safeguard that is reached ends the experiment at once, in any phase, and everything is undone."""

from __future__ import annotations

from typing import Any

SAFEGUARD = 'safeguards: [{journey: read, broken: "> 50%", over: 500ms}]\n'
STORE_DOWN = "experiments/store_down.yaml"


def edit(gatecrash: Any, old: str, new: str, file: str) -> None:
    path = gatecrash.folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_safeguard_ends_the_fault_long_before_its_time(gatecrash: Any) -> None:
    edit(gatecrash, "for: 1200ms", "for: 60s", STORE_DOWN)
    edit(gatecrash, "during:", SAFEGUARD + "during:", STORE_DOWN)
    done = gatecrash("run", "--variant", "leaking", timeout=50)
    assert done.returncode == 5, done.stdout + done.stderr
    assert "a safeguard stopped it: read broken > 50% over 500ms (" in done.stdout
    assert gatecrash.results()["experiments"][0]["verdict"] == "aborted"
    assert not gatecrash.left_over()
    assert not gatecrash.leases
    assert gatecrash("report").returncode == 5


def test_a_safeguard_of_the_system_is_watched_before_anything_is_broken(gatecrash: Any) -> None:
    edit(gatecrash, "audit:", SAFEGUARD.replace("broken", "served").replace("> 50%", "< 50%") + "audit:", "system.yaml")
    edit(gatecrash, "text: all is well", "text: all is splendid", "system.yaml")
    done = gatecrash("run")
    assert done.returncode == 5, done.stdout + done.stderr
    assert "a safeguard stopped it: read served < 50% over 500ms" in done.stdout
    journal = (gatecrash.runs()[-1] / "store_down" / "journal.jsonl").read_text()
    assert "fault_injected" not in journal


def test_a_probe_that_no_claim_is_of_guards_an_experiment_too(gatecrash: Any) -> None:
    """Users are told graceful things all along: only the probe knows that the store stands still."""
    probe = 'probes: {store: {get: "store:/healthz", every: 100ms, within: 400ms}}\n'
    edit(gatecrash, "audit:", probe + "audit:", "system.yaml")
    edit(gatecrash, "link: store, down: {}, for: 1200ms", "service: store, pause: {}, for: 60s", STORE_DOWN)
    edit(gatecrash, "during:", "safeguards: [{probe: store, figure: false, over: 300ms}]\nduring:", STORE_DOWN)
    done = gatecrash("run", timeout=50)
    assert done.returncode == 5, done.stdout + done.stderr
    stopped = "a safeguard stopped it: store figure <= 0 over 300ms (it failed: no answer within 0.4s, by "
    assert stopped in done.stdout
    assert not gatecrash.left_over()
    assert not gatecrash.leases
