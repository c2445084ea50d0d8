"""noop: passes everything on."""

from __future__ import annotations

from typing import ClassVar

from chaos.proxy.toxics.base import Toxic


class Noop(Toxic):
    __slots__ = ()

    quick: ClassVar[bool] = True
