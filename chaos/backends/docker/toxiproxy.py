"""A Toxiproxy in a container of ours: the same as one that is started from PATH, with no more to install than an image.

It has this machine's network, so that it stands between the same taps as any other.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from chaos.backends.docker.box import Program
from chaos.backends.docker.engine import Engine
from chaos.backends.external import ToxiproxyLinks
from chaos.backends.links import ON_LOOPBACK, Surroundings
from chaos.backends.served import plain
from chaos.system.addresses import LOOPBACK
from chaos.system.ports import free_ports
from chaos.undo.ending import end_containers
from chaos.undo.engine import QUIET_S, labels_of
from chaos.undo.undo import Undo

IMAGE: Final = "ghcr.io/shopify/toxiproxy:2.12.0"
LONGEST_LIFE_S: Final = 24 * 3600.0


class ContainerToxiproxyLinks(ToxiproxyLinks):
    """Implements `Links`. `TOXIPROXY_IMAGE` names another image whose program takes Toxiproxy's flags."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(replace(surroundings, servers={}, placed={}))
        self._engine: Engine | None = None
        self._ended = False

    async def start(
        self, upstreams: Mapping[str, str], record: Callable[[Undo], None], listen: Mapping[str, str] = ON_LOOPBACK
    ) -> Mapping[str, str]:
        self._record = record
        return await super().start(upstreams, record, listen)

    def failure(self) -> str | None:
        if self._ended:
            return "the container of Toxiproxy ended by itself"
        return super().failure()

    def _start_server(self) -> tuple[str, int]:
        """In a thread, and to its end."""
        mark, engine = self._surroundings.mark, Engine.connect()
        image = os.environ.get("TOXIPROXY_IMAGE", IMAGE)
        engine.require_image(image)
        (port,) = free_ports(1)
        command = ("-host", LOOPBACK, "-port", str(port), "-seed", str(self._surroundings.seed))
        self._record(end_containers(engine.address, mark, quiet_s=QUIET_S))
        container = engine.run(Program(f"gatecrash-{plain(mark)}.toxiproxy", image, command, labels_of(mark)))
        threading.Thread(target=self._wait, args=(engine, container), daemon=True).start()
        return LOOPBACK, port

    def _wait(self, engine: Engine, container: str) -> None:
        engine.wait(container, LONGEST_LIFE_S)
        self._ended = True
