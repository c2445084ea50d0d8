"""What all proxies of one process share: the loop and the things that hang on it."""

from __future__ import annotations

from chaos.proxy.loop import Loop
from chaos.proxy.names import ListenNames
from chaos.proxy.resolver import Resolver
from chaos.proxy.splice import PipePool
from chaos.proxy.tuning import Tuning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from chaos.proxy.log import Log


class Shell:
    """`seed` decides every draw; `full_close`: an end in one direction ends the connection, as in Toxiproxy."""

    __slots__ = ("full_close", "log", "loop", "names", "pipes", "resolver", "seed", "tuning")

    def __init__(self, loop: Loop, log: Log, *, seed: int, full_close: bool) -> None:
        self.loop = loop
        self.log = log
        self.seed = seed
        self.full_close = full_close
        self.resolver = Resolver(loop)
        self.names = ListenNames(self.resolver)
        self.pipes = PipePool()
        self.tuning = Tuning()
