"""A lease that is held, with a guardian beside it: whatever ends the holder, what is open in it will be undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos.errors import EnvironmentFailed
from chaos.undo.guardian import Guardian
from chaos.undo.lease import Lease, read_lease
from chaos.undo.state import lease_file


@contextmanager
def guarded(run: str, folder: Path, *, part: str = "") -> Iterator[Lease]:
    """The lease of that run, or of a `part` of it; its files are in `folder`. Afterwards it is gone, unless something
    is left open in it: then the guardian tries once more, and after it the next run.

    Raises `EnvironmentFailed` when it can't be written: then nothing may be touched.
    """
    try:
        lease = Lease(lease_file(run, part))
    except OSError as error:
        raise EnvironmentFailed(f"{error.filename}: the open undos can't be recorded: {error.strerror}") from None
    lease.begin(run, folder.resolve())
    guardian = Guardian(lease)
    try:
        yield lease
    finally:
        state = read_lease(lease.path)
        lease.close(remove=state is None or not state.open_undos)
        guardian.dismiss()
