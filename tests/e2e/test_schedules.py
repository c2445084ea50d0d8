"""Faults in time, on the tiny app: they come again, grow, overlap, and claim something for themselves."""

from __future__ import annotations

import json
from typing import Any

AGAIN = ("--retry-inconclusive", "3")


def with_faults(gatecrash: Any, faults: str, more: str = "") -> None:
    """Nothing is claimed but what the faults claim, and that all is well again."""
    path = gatecrash.folder / "experiments" / "store_down.yaml"
    text = path.read_text().replace("[{link: store, down: {}, for: 1200ms}]", faults)
    path.write_text(text.replace("during:\n  read: {broken: 0%}\n", "").partition("audit:")[0] + more)


def events(gatecrash: Any, kind: str, experiment: str = "store_down") -> list[Any]:
    lines = (gatecrash.runs()[-1] / experiment / "journal.jsonl").read_text().splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == kind]


def test_a_flapping_link_is_undone_each_time_and_proven_once(gatecrash: Any) -> None:
    with_faults(gatecrash, "[{link: store, down: {}, for: 200ms, every: 500ms, times: 3}]")
    done = gatecrash("run", *AGAIN)
    assert done.returncode == 0, done.stdout + done.stderr
    for kind in ("fault_injected", "fault_took_effect", "fault_undone"):
        assert len(events(gatecrash, kind)) == 3
    assert len(gatecrash.results()["experiments"][0]["proofs"]) == 1
    recorded = [event["undo"]["id"] for event in events(gatecrash, "undo_recorded")]
    assert recorded.count(recorded[-1]) == 3


def test_a_link_stays_down_until_the_last_of_two_faults_is_over(gatecrash: Any) -> None:
    """While the second is on alone the store still can't be reached, which is what it claims."""
    first = "{link: store, name: first, down: {}, for: 1s}"
    second = "{link: store, name: second, at: 500ms, down: {}, for: 2s, during: {read: {served: '<= 5%'}}}"
    with_faults(gatecrash, f"[{first}, {second}]")
    done = gatecrash("run", *AGAIN)
    assert done.returncode == 0, done.stdout + done.stderr
    claims = [claim["text"] for claim in gatecrash.results()["experiments"][0]["claims"]]
    assert "read served <= 5% while 'second' is on" in claims
    assert len(events(gatecrash, "undo_done")) >= 1


def test_a_ramp_is_felt_step_by_step(gatecrash: Any) -> None:
    """The store is slow from the start, and slower than the front waits at the end."""
    with_faults(
        gatecrash,
        "[{link: store, latency: {delay: 20ms}, ramp: {of: delay, steps: [100ms, 2s], each: 800ms}, for: 2500ms}]",
    )
    done = gatecrash("run", *AGAIN)
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = (event["at_s"] for event in events(gatecrash, "fault_stepped"))
    reads = [event for event in events(gatecrash, "sample") if event["journey"] == "read"]
    began = events(gatecrash, "fault_injected")[0]["at_s"]
    before = [event for event in reads if began <= event["due_s"] < first - 0.05]
    between = [event for event in reads if first + 0.05 <= event["due_s"] < second - 0.2]
    after = [event for event in reads if second + 0.05 <= event["due_s"] < second + 0.5]
    assert min(event["took_s"] for event in before) >= 0.02
    assert min(event["took_s"] for event in between) >= 0.1
    assert {event["outcome"] for event in after} == {"degraded"}


def test_a_matrix_is_run_as_so_many_experiments(gatecrash: Any) -> None:
    with_faults(
        gatecrash,
        "[{link: store, latency: {delay: '{matrix.delay}'}, for: 1s}]",
        "matrix: {flags: ['', --leak], delay: [50ms]}\n",
    )
    done = gatecrash("run", *AGAIN, "--json", "-k", "--leak")
    assert done.returncode == 0, done.stdout + done.stderr
    (verdict,) = json.loads(done.stdout)["experiments"]
    assert verdict["id"] == "store_down[--leak-50ms]"
    assert gatecrash("report").returncode == 0
