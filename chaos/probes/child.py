"""Probes that are programs: a command, or a Python function in a process of its own, which a deadline can end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from typing import Final

from chaos.experiment.probe import Probe
from chaos.probes.ask import Place, ProbeFailed, as_figure
from chaos.undo.processes import MARK

_CALL: Final = """\
import importlib, json, sys
sys.path.insert(0, "")
module, function = sys.argv[1].split(":")
print("\\n" + json.dumps(getattr(importlib.import_module(module), function)(json.loads(sys.argv[2]))))
"""
"""What the function itself prints stands on other lines."""


async def ask_command(probe: Probe, place: Place) -> float:
    """1 or 0 by its exit code; with `stdout`, the number that it prints."""
    try:
        words = [
            place.addresses.render(word, port="", workdir=str(place.workdir))
            for word in shlex.split(probe.command or "")
        ]
    except KeyError as error:
        raise ProbeFailed(f"the environment variable {error.args[0]} is not set") from None
    code, printed, complaint = await _run(words, place)
    if not probe.stdout:
        return float(code == 0)
    if code != 0:
        raise ProbeFailed(f"exit code {code}{complaint}")
    try:
        return as_figure(float(printed))
    except ValueError:
        raise ProbeFailed(f"it printed {printed.strip()[:60]!r}, which is not a number") from None


async def ask_function(probe: Probe, place: Place) -> float:
    """What it returns. What it raises is a failure."""
    services = json.dumps(dict(place.addresses.services))
    code, printed, complaint = await _run([sys.executable, "-c", _CALL, probe.python or "", services], place)
    if code != 0:
        raise ProbeFailed(f"it did not return{complaint}")
    try:
        return as_figure(json.loads(printed.strip().rpartition("\n")[2]))
    except ValueError:
        raise ProbeFailed("it returned what is neither a number nor true or false") from None


async def _run(words: Sequence[str], place: Place) -> tuple[int, str, str]:
    """Exit code, output, and the last line of its complaints. Raises `ProbeFailed` when it can't be started."""
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            cwd=place.folder,
            env={**os.environ, MARK: place.mark},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise ProbeFailed(f"{words[0]!r} can't be run: {error.strerror}") from None
    try:
        printed, complaints = await process.communicate()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    last = complaints.decode(errors="replace").strip().rpartition("\n")[2]
    return process.returncode or 0, printed.decode(errors="replace"), f": {last[:200]}" if last else ""
