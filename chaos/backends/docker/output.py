"""What a container prints, copied into a file of the run as it comes, without the secrets."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path

from chaos.errors import EnvironmentFailed
from chaos.secrets import Secrets
from chaos.system.process import last_lines

logger = logging.getLogger(__name__)


class Output:
    """Each time that its container is started, a thread copies until the container has ended."""

    def __init__(self, log: Path, secrets: Secrets) -> None:
        self.log = log
        self._secrets = secrets
        self._copying: threading.Thread | None = None

    def copy(self, pieces: Iterable[bytes]) -> None:
        self._copying = threading.Thread(target=self._copy, args=(pieces,), daemon=True)
        self._copying.start()

    @property
    def is_whole(self) -> bool:
        """Whether all that it had to say is there."""
        return self._copying is None or not self._copying.is_alive()

    def last_lines(self) -> str:
        return last_lines(self.log)

    def wait(self, within_s: float) -> None:
        if self._copying is not None:
            self._copying.join(within_s)

    def _copy(self, pieces: Iterable[bytes]) -> None:
        masking = self._secrets.stream()
        with self.log.open("ab", buffering=0) as log:
            try:
                for piece in pieces:
                    log.write(masking.feed(piece))
            except EnvironmentFailed as failed:  # the engine has gone: whoever watches the containers says so
                logger.info("output ended log=%s reason=%s", self.log, failed)
            log.write(masking.end())
