"""Where the user's state is kept, and which runs have a lease there."""

from __future__ import annotations

import os
from pathlib import Path


def leases_folder() -> Path:
    """`$XDG_STATE_HOME/gatecrash/leases`, by default (and when it is not absolute) below `~/.local/state`."""
    base = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".local" / "state") / "gatecrash" / "leases"


def lease_file(run: str, part: str = "") -> Path:
    """Of a run, or of one of its processes: `part` is what the run's id is followed by, and begins with a dot."""
    return leases_folder() / f"{run}{part}.jsonl"


def run_of(lease: Path) -> str:
    """The id of the run whose lease that is, in whole or in part."""
    return lease.name.partition(".")[0]


def leased_runs() -> frozenset[str]:
    """The runs that have a lease, held or not."""
    return frozenset(map(run_of, leases_folder().glob("*.jsonl")))
