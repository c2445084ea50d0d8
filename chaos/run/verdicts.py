"""The verdict of a journal on disk. A long one is judged by a process of its own: judging takes seconds and much memory
then, while other experiments have users who must leave on time.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from pathlib import Path
from typing import Final, cast

from chaos.journal.journal import read_journal
from chaos.undo.children import environment, python
from chaos.verdict.judge import judge
from chaos.verdict.verdict import Verdict

LONG_JOURNAL: Final = 8 * 1024 * 1024
"""Bytes: some 30,000 samples."""


async def verdict_of(path: Path) -> Verdict:
    """Raises `EnvironmentFailed` when the journal can't be read, or has no plan to judge by."""
    if path.stat().st_size >= LONG_JOURNAL and (verdict := await _judged_apart(path)) is not None:
        return verdict
    return judge(read_journal(path))


async def _judged_apart(path: Path) -> Verdict | None:
    """None when that went wrong, whatever it was: who judges here will meet it again, or not. The process ends by
    itself, also when nobody waits for it any more; a Ctrl-C is not meant for it.
    """
    process = await asyncio.create_subprocess_exec(
        *python("chaos.run.verdicts"),
        str(path),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    said, _ = await process.communicate()
    return cast(Verdict, pickle.loads(said)) if process.returncode == 0 else None


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(judge(read_journal(Path(sys.argv[1])))))
