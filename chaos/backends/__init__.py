"""Who can make things go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.backends.docker.services import CONTAINERS
from chaos.backends.docker.toxiproxy import ContainerToxiproxyLinks
from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.external import ToxiproxyLinks
from chaos.backends.processes import PROCESSES
from chaos.backends.services import ServiceBackend

LINK_BACKENDS: Final[Mapping[str, type[EmbeddedLinks] | type[ToxiproxyLinks]]] = {
    "embedded": EmbeddedLinks,
    "toxiproxy": ToxiproxyLinks,
    "toxiproxy-container": ContainerToxiproxyLinks,
}
SERVICE_BACKENDS: Final[Mapping[str, ServiceBackend]] = {
    "process": PROCESSES,
    "docker": CONTAINERS,
}
"""Backends of links and of services, by the names that `--backend` takes: it may be given once for each kind."""
