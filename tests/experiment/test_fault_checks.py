"""Whom a fault of a service can reach."""

from __future__ import annotations

from typing import Any


def test_what_has_only_an_address_is_never_signalled(folder: Any) -> None:
    theirs = ('db: {command: "db {port}"}', 'db: {url: "http://127.0.0.1:5432"}')
    (problem,) = folder.problems(("link: db\n    hang: {}", "service: db\n    kill: {}"), system=(theirs,))
    assert problem == (
        "hangs.yaml:6:14: faults[0].service: db has a `url` and is never signalled; kill needs one that is started "
        "here, or of a compose project that runs"
    )
