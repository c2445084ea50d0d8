"""Who can make things go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.backends.docker.services import DockerServices
from chaos.backends.docker.toxiproxy import ContainerToxiproxyLinks
from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.external import ToxiproxyLinks
from chaos.backends.processes import ProcessServices
from chaos.backends.services import Services

LINK_BACKENDS: Final[Mapping[str, type[EmbeddedLinks] | type[ToxiproxyLinks]]] = {
    "embedded": EmbeddedLinks,
    "toxiproxy": ToxiproxyLinks,
    "toxiproxy-container": ContainerToxiproxyLinks,
}
SERVICE_BACKENDS: Final[Mapping[str, type[Services]]] = {
    "process": ProcessServices,
    "docker": DockerServices,
}
"""Backends of links and of services, by the names that `--backend` takes: it may be given once for each kind."""
