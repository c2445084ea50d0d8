"""A fault as a block of code: it is on inside."""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable
from typing import TypeVar

from chaos.api.block import Block
from chaos.api.thread import LoopThread
from chaos.errors import FaultNotMet
from chaos.experiment.experiment import FaultEntry
from chaos.journal.events import FaultTookEffect
from chaos.live.fault import LiveFault
from chaos.live.system import LiveSystem
from chaos.verdict.verdict import Proof

T = TypeVar("T")


class Fault(Block):
    """`with system.link("profile").latency("300ms"): ...`, or `async with`.

    A block in which nobody provably met the fault ends with `FaultNotMet`: whatever held in it proves nothing. An
    exception that comes out of the block anyway goes first, and `proven=False` lets such a block be.
    """

    def __init__(self, thread: LoopThread, live: LiveSystem, entry: FaultEntry, *, proven: bool) -> None:
        super().__init__(thread)
        self._live = live
        self._entry = entry
        self._proven = proven
        self._fault: LiveFault | None = None

    def __del__(self) -> None:
        if getattr(self, "_fault", self) is None:
            said = f"{self._entry.title} was made, but never injected: use `with`, or call inject()"
            warnings.warn(said, RuntimeWarning, stacklevel=2)

    def __repr__(self) -> str:
        return f"<fault {self._entry.title}>"

    @property
    def name(self) -> str:
        """As events call it."""
        return self._fault.name if self._fault is not None else self._entry.title

    @property
    def effect(self) -> FaultTookEffect | None:
        """What it has touched so far: connections, requests, bytes, ... None: nothing is known of that."""
        return self._ask(lambda fault: fault.effect())

    @property
    def proof(self) -> Proof:
        """Whether it provably met somebody (`acted`), and the `evidence` in words."""
        return self._ask(lambda fault: fault.proof())

    @property
    def met(self) -> bool:
        return self.proof.acted

    def inject(self) -> Fault:
        """The same as entering the block, for a fault that shall outlast one: `undo`, or a reset, ends it."""
        return self.__enter__()

    def undo(self) -> None:
        """Put right what it broke. Harmless when that is done. It does not ask whether somebody met it."""
        self._thread.call(self._end(failed=True))

    async def _begin(self) -> None:
        self._fault = await self._live.inject(self._entry)

    async def _end(self, *, failed: bool) -> None:
        if self._fault is None:
            return
        await self._live.undo(self._fault)
        proof = await self._fault.proof()
        if self._proven and not failed and not proof.acted:
            raise FaultNotMet(
                f"{self.name}: {proof.evidence}. So what held meanwhile proves nothing: send something through it, or "
                "say proven=False"
            )

    def _ask(self, question: Callable[[LiveFault], Awaitable[T]]) -> T:
        fault = self._fault
        if fault is None:
            raise FaultNotMet(f"{self.name} was not injected yet; use `with`")

        async def ask() -> T:
            return await question(fault)

        return self._thread.call(ask())
