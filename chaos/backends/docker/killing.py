"""Ending a container's process, which is gone long before its engine says so: that takes its networks down first."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from chaos.backends.docker.engine import Engine
from chaos.errors import EnvironmentFailed

GONE_WITHIN_S: Final = 2.0
_LOOK_EVERY_S: Final = 0.005
_PROC: Final = Path("/proc")


class Killing:
    """One signal to one container. Whoever starts it again must have waited for all of it."""

    def __init__(self, engine: Engine, container: str, signal: str) -> None:
        self._engine = engine
        self._container = container
        self._signal = signal
        self._failed: EnvironmentFailed | None = None
        self._sending = threading.Thread(target=self._send, daemon=True)

    def begin(self) -> None:
        """Returns when all of its processes are gone, where they can be seen from here; else when the engine says so.

        The first of them is the last to go. Raises `EnvironmentFailed` when the signal can't be sent.
        """
        pid = self._engine.seen(self._container).pid
        visible = _is_of(pid, self._container)
        self._sending.start()
        while self._sending.is_alive() and not (visible and not _is_of(pid, self._container)):
            self._sending.join(_LOOK_EVERY_S)
        if self._failed is not None:
            raise self._failed

    def wait(self) -> None:
        """Until the engine says so, too."""
        self._sending.join()

    def _send(self) -> None:
        try:
            self._engine.kill(self._container, self._signal)
            self._engine.wait(self._container, GONE_WITHIN_S)
        except EnvironmentFailed as failed:
            self._failed = failed


def _is_of(pid: int, container: str) -> bool:
    """Whether it is one of that container; an engine in a machine of its own has other numbers."""
    try:
        return container in (_PROC / str(pid) / "cgroup").read_text()
    except OSError:
        return False
