"""Users as a block of code: they come inside."""

from __future__ import annotations

from chaos.api.block import Block
from chaos.api.stretch import Stretch
from chaos.api.thread import LoopThread
from chaos.live.system import LiveSystem
from chaos.live.users import LiveUsers


class Users(Block, Stretch):
    """`with system.users("open_app", rate="20/s") as users: ...`, or `async with`. A stretch that begins with the first
    of them; when the block ends, those under way have their time, and all figures stay.
    """

    def __init__(
        self, thread: LoopThread, live: LiveSystem, journey: str, *, rate: float | None, clients: int | None
    ) -> None:
        Block.__init__(self, thread)
        Stretch.__init__(self, thread, None)
        self.journey = journey
        self._live = live
        self._rate = rate
        self._clients = clients
        self._users: LiveUsers | None = None

    def __repr__(self) -> str:
        return f"<users of {self.journey}>"

    async def _begin(self) -> None:
        self._stretch = self._users = await self._live.start_users(self.journey, rate=self._rate, clients=self._clients)

    async def _end(self, *, failed: bool) -> None:
        if self._users is not None:
            await (self._users.leave() if failed else self._users.stop())
