"""Who can make things go wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.links import Links, Surroundings

BACKENDS: Final[Mapping[str, Callable[[Surroundings], Links]]] = {"embedded": EmbeddedLinks}
"""Backends of links, by the name that `--backend` takes."""
