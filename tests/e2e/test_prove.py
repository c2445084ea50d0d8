"""`gatecrash prove` on the tiny app: what is caught, what is claimed in vain, and an end at any time."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest

LOSING = "variants: {leaking: {flags: --leak}, losing: {flags: --lose}}"


def edit(gatecrash: Any, old: str, new: str, file: str = "experiments/store_down.yaml") -> None:
    path = gatecrash.folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture
def proving(gatecrash: Any) -> Any:
    """The experiment catches both variants: one by what it says, one by what it loses. Its users have the patience that
    it takes on a busy machine."""
    edit(gatecrash, "timeout: 800ms", "timeout: 3s", "system.yaml")
    edit(gatecrash, "for: 1200ms", "for: 3500ms")
    edit(gatecrash, "name: The store is gone", "name: The store is gone\ncatches: [leaking, losing]")
    return gatecrash


def test_what_is_claimed_holds_and_a_killed_cell_stops_early(proving: Any) -> None:
    done = proving("prove", "--markdown", "matrix.md")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed: store_down on leaking, by read broken <= 0% [G02, G06, G07, G09, G10, G11, G13]" in done.stdout
    assert "killed: store_down on losing, by notes lost <= 0" in done.stdout
    assert "store_down: leaking killed, losing killed, (muted: held)" in done.stdout
    assert "| store_down | ✔ | ✘ | ✘ |" in (proving.folder / "matrix.md").read_text()
    (run,) = proving.runs()
    journals = {path.parent.name: path.read_text() for path in run.glob("*/journal.jsonl")}
    assert journals.keys() == {"store_down@leaking", "store_down@losing", "store_down#muted"}
    assert '"cut_short"' in journals["store_down@leaking"]
    assert '"phase":"recovery"' not in journals["store_down@leaking"]
    assert '"audit_taken"' in journals["store_down@losing"]
    assert '"undo":"toxic' not in journals["store_down#muted"]
    again = proving("report")
    assert again.returncode == 0, "as the run did: they failed where they must"
    assert "stopped as soon as a claim was refuted" in again.stdout
    assert again.stdout.splitlines()[-2:] == done.stdout.splitlines()[-2:]
    assert not proving.leases


def test_an_app_that_never_recovers_is_killed_without_waiting_for_the_audit(proving: Any) -> None:
    edit(proving, LOSING, "variants: {stuck: {flags: --stick}}", "system.yaml")
    edit(proving, "[leaking, losing]", "[stuck]")
    done = proving("prove")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed: store_down on stuck, by steady state is back within 3s" in done.stdout
    journal = (proving.runs()[-1] / "store_down@stuck" / "journal.jsonl").read_text()
    assert '"phase":"recovery"' in journal
    assert '"cut_short"' in journal
    assert '"audit_taken"' not in journal


def test_every_pair_with_two_at_once_also_finds_what_nothing_catches(proving: Any) -> None:
    edit(
        proving,
        LOSING,
        "variants: {leaking: {flags: --leak}, losing: {flags: --lose}, same: {flags: ''}}",
        "system.yaml",
    )
    done = proving("prove", "--full", "--jobs", "2", "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    document = json.loads(done.stdout)
    states = {(cell["variant"], cell["muted"]): cell["state"] for cell in document["cells"]}
    assert states == {
        ("leaking", False): "killed",
        ("losing", False): "killed",
        (None, True): "held",
        (None, False): "held",
        ("same", False): "survived",
    }
    assert document["problems"] == ["nothing catches the variant same of tiny"]


def test_a_claim_in_vain_and_a_failure_without_the_fault_are_named(proving: Any) -> None:
    edit(proving, "read: {broken: 0%}", 'read: {served: "<= 50%"}')  # refuted when nothing is broken
    edit(proving, "[leaking, losing]", "[leaking]")
    done = proving("prove")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "wrong: store_down says that it catches leaking, but passes on it" in done.stdout
    assert "wrong: store_down fails without its fault: read served <= 50%" in done.stdout
    assert "wrong: nothing claims to catch the variant losing of tiny" in done.stdout


def test_ctrl_c_undoes_everything_and_shows_the_matrix_so_far(proving: Any, until: Any) -> None:
    runner = proving.start("prove")

    def second_cell_is_under_fault() -> bool:
        (journal,) = [run / "store_down@losing" / "journal.jsonl" for run in proving.runs()] or [None]
        return journal is not None and journal.exists() and "fault_injected" in journal.read_text()

    until(second_cell_is_under_fault, "the fault of the second cell")
    os.kill(runner.pid, signal.SIGINT)
    output, _ = runner.communicate(timeout=20)
    assert runner.returncode == 130, output
    assert "store_down: leaking killed, losing error, (muted: not run)" in output
    assert "in the way: store_down on losing: stopped by Ctrl-C" in output
    assert not proving.leases
    assert not proving.left_over()
    assert proving("report").returncode == 130


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--variant", "leakin"], "--variant: there is no variant 'leakin'; did you mean leaking?"),
        (["-k", "nothing"], "none of the 1 experiments matches"),
        (["--jobs", "0"], "--jobs: '0' is neither auto nor a whole number from 1 to 32"),
    ],
)
def test_what_selects_nothing_touches_nothing(proving: Any, arguments: list[str], message: str) -> None:
    done = proving("prove", *arguments)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert not proving.runs()
