"""What a container prints."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from chaos.backends.docker.reasons import failing


class Said:
    """What a container prints, as it comes. It can be told to end, from another thread."""

    def __init__(self, address: str, client: Any, container: str, since_s: float) -> None:
        self._address = address
        self._client = client
        self._container = container
        self._since_s = since_s
        self._stream: Any = None
        self._over = False

    def __iter__(self) -> Iterator[bytes]:
        with failing(self._address, "its output can't be read"):
            self._stream = self._client.logs(self._container, stream=True, follow=True, since=self._since_s)
            if not self._over:
                yield from self._stream

    def close(self) -> None:
        self._over = True
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
