"""Claims beyond users' outcomes, on the tiny app: each against an app that keeps it and one that does not."""

from __future__ import annotations

from typing import Any

PROBES = """
probes:
  front: {get: "front:/healthz", every: 200ms}
  notes: {get: "store:/notes", value: "length(@)", every: 200ms}
  length: {command: "{python} -c 'import sys; print(len(sys.argv[1]))' {services.front}", stdout: true, every: 300ms}
  services: {python: "checks:count", every: 300ms}
journeys:
"""
CLAIMS = """
links: {store: {amplification_after: "<= 5", herd: "<= 50"}}
impact: {read: {lost_user_seconds: "<= 600s"}}
detect: {reported: ">= 1ms"}
probes:
  front: {steady_state: true, during: true}
  notes: {steady_state: "<= 100000"}
  length: {during: "> 9"}
  services: {steady_state: ">= 2", during: 2}
audit:
"""
SURE = "read: {broken: {bound: 20%, confidence: 95%}}"


def edit(gatecrash: Any, *changes: tuple[str, str], file: str = "experiments/store_down.yaml") -> None:
    path = gatecrash.folder / file
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def patient(gatecrash: Any) -> None:
    """On a machine that is busy with other tests as well."""
    edit(gatecrash, ("timeout: 800ms", "timeout: 3s"), file="system.yaml")
    edit(gatecrash, ("for: 1200ms", "for: 3500ms"))


def test_an_app_that_keeps_all_of_it_passes_each_time(gatecrash: Any) -> None:
    patient(gatecrash)
    gatecrash.write("checks.py", "def count(services):\n    return len(services)\n")
    edit(gatecrash, ("\njourneys:\n", PROBES), file="system.yaml")
    edit(gatecrash, ("\naudit:\n", CLAIMS), ("read: {broken: 0%}", SURE))
    done = gatecrash("run", "--retry-inconclusive", "3", "--repeat", "2", timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    results = gatecrash.results()
    first, second = results["experiments"]
    assert (first["repetition"], second["repetition"]) == (1, 2)
    for verdict in (first, second):
        assert {claim["state"] for claim in verdict["claims"]} == {"held"}
        held = {claim["phase"]: claim["text"] for claim in verdict["claims"]}
        assert held.keys() >= {"during", "links", "impact", "detect", "probes", "recovery"}
        assert [(each["link"], each["counted"]) for each in verdict["traffic"][:2]] == [
            ("edge", "connections"),
            ("store", "requests"),
        ]
        assert verdict["traffic"][1]["during"] is None  # it was down: who tried to connect is not counted
    (repeats,) = results["repeats"]
    assert (repeats["runs"], repeats["counts"]) == (2, {"passed": 2})
    assert "store_down: 2 passed of 2 runs" in done.stdout


def test_an_app_that_never_asks_its_healthy_store_again_has_a_stuck_breaker(gatecrash: Any) -> None:
    patient(gatecrash)
    edit(gatecrash, ("recovery: {within: 3s}", "recovery: {within: 2s, stuck: 1s}"))
    done = gatecrash("run", "--retry-inconclusive", "3", "--set", "flags=--stick", timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "store was healthy, and the app went on refusing for" in done.stdout
    assert gatecrash.results()["experiments"][0]["shape"] == "never"


def test_a_probe_that_says_no_fails_the_experiment(gatecrash: Any) -> None:
    patient(gatecrash)
    edit(gatecrash, ("\njourneys:\n", PROBES), file="system.yaml")
    edit(gatecrash, ("\naudit:\n", '\nprobes: {front: {during: "> 1"}}\naudit:\n'))
    done = gatecrash("run", "--retry-inconclusive", "3", timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "front during > 1: it was 1, first at" in done.stdout


def test_a_probe_whose_failure_is_an_error_ends_the_run_as_one(gatecrash: Any) -> None:
    broken = 'services: {python: "checks:count", every: 300ms, failure: error}'
    edit(gatecrash, ("\njourneys:\n", f"\nprobes:\n  {broken}\njourneys:\n"), file="system.yaml")
    edit(gatecrash, ("\naudit:\n", "\nprobes: {services: {during: 2}}\naudit:\n"))
    done = gatecrash("run")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "the probe services failed: it did not return" in done.stdout
    assert not gatecrash.left_over()
