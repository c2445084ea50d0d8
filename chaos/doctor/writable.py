"""Whether a run can write what it must write. Nothing is left behind by looking."""

from __future__ import annotations

import tempfile
from pathlib import Path

from chaos.doctor.check import Result, well, wrong
from chaos.run.folders import HOME
from chaos.undo.state import leases_folder


def runs_folder() -> Result:
    return _written_below(HOME.absolute() / "runs", "work in a folder that you may write to")


def state_folder() -> Result:
    return _written_below(leases_folder(), "make it writable, or set XDG_STATE_HOME to a folder that is")


def _written_below(folder: Path, do: str) -> Result:
    """What is not there yet would be made in the nearest folder above it."""
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest) as file:
            file.write(b"0")
            file.flush()
    except OSError as error:
        return wrong(f"{nearest} can't be written to: {error.strerror}", do)
    return well(str(folder))
