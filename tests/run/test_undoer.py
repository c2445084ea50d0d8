"""Undoing: recorded before, newest first, and nothing stops it, not even a full disk."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chaos.errors import EnvironmentFailed
from chaos.journal.journal import Journal
from chaos.run.undoer import Undoer
from chaos.undo import UNDOS
from chaos.undo.lease import Lease, read_lease
from chaos.undo.state import leases_folder
from chaos.undo.undo import Undo


def undo(name: str) -> Undo:
    return Undo(id=name, kind="test", args={"name": name}, says=f"undo {name}", repair="")


@pytest.fixture
def performed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []

    def note(args: Mapping[str, str]) -> None:
        done.append(args["name"])
        if args["name"] == "bad":
            raise RuntimeError("it is stuck")

    monkeypatch.setattr("chaos.undo.UNDOS", {**UNDOS, "test": note})
    return done


@pytest.fixture
def lease() -> Lease:
    held = Lease(leases_folder() / "run.jsonl")
    held.begin("run", Path("/"))
    return held


def open_undos(lease: Lease) -> list[str]:
    state = read_lease(lease.path)
    assert state is not None
    return [each.id for each in state.open_undos]


def test_undos_are_recorded_everywhere_before_and_performed_newest_first(
    run: Any, kept: Any, lease: Lease, performed: list[str]
) -> None:
    undoer = Undoer(lease, kept.recorder)
    for name in "abc":
        undoer.record(undo(name))
    assert open_undos(lease) == ["a", "b", "c"]
    run(undoer.perform([undo("b")]))
    assert open_undos(lease) == ["a", "c"]
    run(undoer.perform_all())
    run(undoer.perform_all())
    assert performed == ["b", "c", "a"]
    assert [event.event for event in kept.events()] == ["undo_recorded"] * 3 + ["undo_done"] * 3


def test_one_that_fails_is_told_and_stays_open_for_another_attempt(
    run: Any, kept: Any, lease: Lease, performed: list[str]
) -> None:
    undoer = Undoer(lease, kept.recorder)
    for name in ("a", "bad", "c"):
        undoer.record(undo(name))
    run(undoer.perform_all())
    assert performed == ["c", "bad", "a"]
    assert open_undos(lease) == ["bad"]
    failed = [event for event in kept.events() if event.event == "undo_failed"]
    assert [(event.undo.id, event.reason) for event in failed] == [("bad", "it is stuck")]


def full(*args: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_can_not_be_recorded_must_not_be_done(
    kept: Any, lease: Lease, performed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lease, "_write", full)
    with pytest.raises(EnvironmentFailed, match=r"an undo can't be recorded in .*run.jsonl: No space left on device"):
        Undoer(lease, kept.recorder).record(undo("a"))


@pytest.mark.parametrize("what", ["lease", "journal"])
def test_a_full_disk_stops_no_undo_and_is_told_afterwards(
    run: Any, kept: Any, lease: Lease, performed: list[str], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    undoer = Undoer(lease, kept.recorder)
    for name in ("a", "bad", "c"):
        undoer.record(undo(name))
    if what == "lease":
        monkeypatch.setattr(Lease, "_write", full)
    else:

        def refuse(self: Journal, event: Any) -> None:
            raise EnvironmentFailed("the journal can't be written: No space left on device")

        monkeypatch.setattr(Journal, "append", refuse)
    with pytest.raises(EnvironmentFailed, match="No space left on device"):
        run(undoer.perform_all())
    assert performed == ["c", "bad", "a"]
