"""Who can make things go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.external import ToxiproxyLinks

BACKENDS: Final[Mapping[str, type[EmbeddedLinks] | type[ToxiproxyLinks]]] = {
    "embedded": EmbeddedLinks,
    "toxiproxy": ToxiproxyLinks,
}
"""Backends of links, by the name that `--backend` takes."""
