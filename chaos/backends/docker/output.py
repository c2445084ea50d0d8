"""What a container prints, copied into a file of the run as it comes, without the secrets."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from chaos.errors import EnvironmentFailed
from chaos.secrets import Secrets
from chaos.system.process import last_lines

logger = logging.getLogger(__name__)


class Pieces(Protocol):
    """Of what a container prints; `close` ends them, also from another thread."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class Output:
    """Each time that its container is started, a thread copies until the container has ended."""

    def __init__(self, log: Path, secrets: Secrets) -> None:
        self.log = log
        self._secrets = secrets
        self._copying: threading.Thread | None = None
        self._pieces: Pieces | None = None

    def copy(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._copying = threading.Thread(target=self._copy, args=(pieces,), daemon=True)
        self._copying.start()

    @property
    def is_whole(self) -> bool:
        """Whether all that it had to say is there."""
        return self._copying is None or not self._copying.is_alive()

    def last_lines(self) -> str:
        return last_lines(self.log)

    def end(self, within_s: float) -> None:
        """Once it has ended by itself, or after that long."""
        if self._copying is not None and self._pieces is not None:
            self._copying.join(within_s)
            self._pieces.close()

    def _copy(self, pieces: Pieces) -> None:
        masking = self._secrets.stream()
        with self.log.open("ab", buffering=0) as log:
            try:
                for piece in pieces:
                    log.write(masking.feed(piece))
            except EnvironmentFailed as failed:  # the engine has gone: whoever watches the containers says so
                logger.info("output ended log=%s reason=%s", self.log, failed)
            log.write(masking.end())
