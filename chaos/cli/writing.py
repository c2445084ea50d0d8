"""Files that the command was asked to write: what is in their way is found out and said, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from chaos.errors import EnvironmentFailed
from chaos.journal.events import Event
from chaos.journal.journal import Listener, to_json


def check_writable(folder: Path | None) -> None:
    """Before anything is touched. Raises `EnvironmentFailed`."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".gatecrash-can-write"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise EnvironmentFailed(f"{folder} can't be written to: {error.strerror}") from None


def write_text_file(path: Path, text: str) -> None:
    """Raises `EnvironmentFailed`."""
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise EnvironmentFailed(f"{path} can't be written: {error.strerror}") from None


def appending_to(stack: ExitStack, path: Path) -> Callable[[str], Listener]:
    """Makes listeners that write every event as it happens, with the name of the experiment that it is of. Raises
    `EnvironmentFailed`, later also from the listeners.
    """
    try:
        file = stack.enter_context(path.open("ab", buffering=0))
    except OSError as error:
        raise EnvironmentFailed(f"{path} can't be written: {error.strerror}") from None

    def of(experiment: str) -> Listener:
        begin = b'{"experiment":%b,' % json.dumps(experiment).encode()

        def write(event: Event) -> None:
            try:
                file.write(begin + to_json(event).removeprefix(b"{") + b"\n")
            except OSError as error:
                raise EnvironmentFailed(f"{path} can't be written: {error.strerror}") from None

        return write

    return of
