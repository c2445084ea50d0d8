"""A safeguard that is reached ends the experiment at once, in any phase, and everything is undone."""

from __future__ import annotations

from typing import Any

SAFEGUARD = 'safeguards: [{journey: read, broken: "> 50%", over: 500ms}]\n'


def edit(gatecrash: Any, old: str, new: str, file: str) -> None:
    path = gatecrash.folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_safeguard_ends_the_fault_long_before_its_time(gatecrash: Any) -> None:
    edit(gatecrash, "for: 1200ms", "for: 60s", "experiments/store_down.yaml")
    edit(gatecrash, "during:", SAFEGUARD + "during:", "experiments/store_down.yaml")
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
