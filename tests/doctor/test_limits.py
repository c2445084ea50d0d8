"""Limits of the machine: enough is well, little is a note, too little is wrong."""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from chaos.doctor import limits
from chaos.errors import EnvironmentFailed


@pytest.mark.parametrize(
    ("soft", "hard", "status", "do"),
    [
        (4096, 4096, "well", ""),
        (1024, 4096, "well", ""),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, "well", ""),
        (1023, resource.RLIM_INFINITY, "note", "ulimit -n 1024"),
        (256, 100_000, "note", "ulimit -n 4096"),
        (255, 512, "wrong", "ulimit -n 512"),
    ],
)
def test_open_files(monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, status: str, do: str) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (soft, hard))
    assert (limits.open_files().status, limits.open_files().do) == (status, do)


@pytest.mark.parametrize(
    ("free_mib", "status"), [(1024, "well"), (1023, "note"), (100, "note"), (99, "wrong"), (0, "wrong")]
)
def test_free_disk(monkeypatch: pytest.MonkeyPatch, free_mib: int, status: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free_mib * 1024**2))
    assert limits.disk().status == status


@pytest.mark.parametrize(("count", "status"), [(1, "note"), (2, "well"), (64, "well")])
def test_cores_that_may_be_used(monkeypatch: pytest.MonkeyPatch, count: int, status: str) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(count)))
    assert limits.cores().status == status


@pytest.mark.parametrize(
    ("source", "status"), [("tsc\n", "well"), ("kvm-clock\n", "well"), ("hpet\n", "note"), (None, "well")]
)
def test_the_clock_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str | None, status: str) -> None:
    path = tmp_path / "source"
    if source is not None:
        path.write_text(source)
    monkeypatch.setattr(limits, "CLOCK_SOURCE", path)
    assert limits.clock().status == status


def test_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.ports().status == "well"

    def none_left(count: int) -> tuple[int, ...]:
        raise EnvironmentFailed(f"this machine has no {count} free ports")

    monkeypatch.setattr(limits, "free_ports", none_left)
    assert (limits.ports().status, limits.ports().says) == ("wrong", "this machine has no 50 free ports")
