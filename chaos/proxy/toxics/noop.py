"""noop: passes everything on."""

from __future__ import annotations

from chaos.proxy.toxics.base import Toxic


class Noop(Toxic):
    __slots__ = ()
