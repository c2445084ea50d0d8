"""The lease: what is open, who holds it, and healing what nobody holds any more."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chaos.undo import UNDOS, lease
from chaos.undo.lease import Lease, abandoned, heal, read_lease
from chaos.undo.state import leases_folder
from chaos.undo.undo import Undo


def undo(name: str, kind: str = "test") -> Undo:
    return Undo(id=name, kind=kind, args={"name": name}, says=f"undo {name}", repair=f"mend {name}")


@pytest.fixture
def performed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Undos of the kind `test` are only noted; those named `bad` fail."""
    done: list[str] = []

    def note(args: Mapping[str, str]) -> None:
        done.append(args["name"])
        if args["name"].startswith("bad"):
            raise RuntimeError("it is stuck")

    monkeypatch.setattr("chaos.undo.UNDOS", {**UNDOS, "test": note})
    return done


@pytest.fixture
def path() -> Path:
    return leases_folder() / "run-1.jsonl"


@pytest.fixture
def gone() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def left_behind(path: Path, gone: int, *undos: Undo) -> None:
    """A lease whose holder is no more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines: list[Any] = [{"run": "run-1", "folder": "/somewhere"}, {"holder": [gone, "boot/1"]}]
    lines += [
        {"undo": {"id": each.id, "kind": each.kind, "args": each.args, "says": each.says, "repair": each.repair}}
        for each in undos
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_what_is_recorded_is_read_and_what_is_done_is_open_no_more(path: Path) -> None:
    held = Lease(path)
    held.begin("run-1", Path("/somewhere"))
    for name in "abc":
        held.record(undo(name))
    held.done(undo("b"))
    state = read_lease(path)
    assert state is not None
    assert (state.run, state.folder) == ("run-1", "/somewhere")
    assert state.open_undos == (undo("a"), undo("c"))
    assert [pid for pid, _ in state.holders] == [os.getpid()]
    assert state.held
    held.close(remove=True)
    assert read_lease(path) is None


def test_an_undo_recorded_again_counts_as_it_was_recorded_last(path: Path) -> None:
    held = Lease(path)
    held.record(undo("a"))
    later = Undo(id="a", kind="test", args={"name": "a", "more": "1"}, says="", repair="")
    held.record(later)
    held.close(remove=False)
    state = read_lease(path)
    assert state is not None
    assert state.open_undos == (later,)


def test_only_its_owner_may_read_a_lease(path: Path) -> None:
    Lease(path).close(remove=False)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_cut_last_line_is_passed_over_and_hides_nothing_that_comes_after(path: Path, gone: int) -> None:
    left_behind(path, gone, undo("a"), undo("b"))
    path.write_bytes(path.read_bytes()[:-5])
    state = read_lease(path)
    assert state is not None
    assert state.open_undos == (undo("a"),)
    again = Lease(path)
    again.record(undo("c"))
    again.close(remove=False)
    state = read_lease(path)
    assert state is not None
    assert state.open_undos == (undo("a"), undo("c"))


@pytest.mark.parametrize("garbage", [b"5\n", b"null\n", b"[]\n", b'"run"\n', b"\xff\xfe\n", b"\n"])
def test_lines_that_are_none_of_ours_are_passed_over(path: Path, gone: int, garbage: bytes) -> None:
    left_behind(path, gone, undo("a"))
    path.write_bytes(garbage + path.read_bytes() + garbage)
    state = read_lease(path)
    assert state is not None
    assert state.open_undos == (undo("a"),)


def test_a_full_disk_is_noticed_before_the_act(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may take a part of a line only."""
    held = Lease(path)
    write = os.write
    monkeypatch.setattr(lease.os, "write", lambda descriptor, data: write(descriptor, data[:10]))
    with pytest.raises(OSError, match="No space left"):
        held.record(undo("a"))


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="exists"):
        Lease(tmp_path / "file" / "run.jsonl")


def test_a_live_runs_lease_is_left_alone_until_its_holders_are_gone(
    path: Path, gone: int, start: Callable[..., Any], until: Any
) -> None:
    holder = start("import signal; print('up', flush=True); signal.pause()")
    left_behind(path, gone, undo("a"))
    held = Lease(path)
    held.hold(holder.pid)
    held.close(remove=False)
    assert list(abandoned()) == []
    holder.kill()
    until(lambda: list(abandoned()), "the lease counts as abandoned")
    holder.wait()
    assert [state.run for state in abandoned()] == ["run-1"]


def test_a_holder_that_is_gone_already_does_not_hold(path: Path, gone: int) -> None:
    held = Lease(path)
    held.hold(gone)
    held.close(remove=False)
    state = read_lease(path)
    assert state is not None
    assert not state.held


def test_another_process_with_the_holders_id_does_not_hold(path: Path) -> None:
    left_behind(path, os.getpid(), undo("a"))
    assert [state.run for state in abandoned()] == ["run-1"]


def test_healing_undoes_newest_first_and_the_lease_goes(path: Path, gone: int, performed: list[str]) -> None:
    left_behind(path, gone, undo("a"), undo("b"), undo("c"))
    (state,) = abandoned()
    assert heal(state) == ((undo("c"), None), (undo("b"), None), (undo("a"), None))
    assert performed == ["c", "b", "a"]
    assert list(leases_folder().iterdir()) == []


def test_one_undo_that_fails_does_not_stop_the_others_and_the_lease_stays(
    path: Path, gone: int, performed: list[str]
) -> None:
    left_behind(path, gone, undo("a"), undo("bad"), undo("c"), undo("d", "unheard-of"))
    (state,) = abandoned()
    results = {each.id: failure for each, failure in heal(state)}
    assert results == {"a": None, "bad": "it is stuck", "c": None, "d": "an undo of the kind 'unheard-of' is not known"}
    again = read_lease(path)
    assert again is not None
    assert [each.id for each in again.open_undos] == ["bad", "d"]


def test_nothing_left_behind_is_nothing_to_heal() -> None:
    assert list(abandoned()) == []


def test_a_lease_that_cannot_be_read_does_not_hide_the_others(
    path: Path, gone: int, performed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that root has left in a user's state directory, for example."""
    left_behind(path, gone, undo("a"))
    (path.parent / "a-folder.jsonl").mkdir()
    assert [state.run for state in abandoned()] == ["run-1"]


@pytest.mark.parametrize(("value", "inside"), [("/state", "/state"), ("", "/home/me/.local/state"), ("relative", None)])
def test_where_leases_are_kept(monkeypatch: pytest.MonkeyPatch, value: str, inside: str | None) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("XDG_STATE_HOME", value)
    assert leases_folder() == Path(inside or "/home/me/.local/state") / "gatecrash" / "leases"
