"""What all proxies of one process share: the loop and the things that hang on it."""

from __future__ import annotations

from chaos.proxy.loop import Loop
from chaos.proxy.names import ListenNames
from chaos.proxy.resolver import Resolver
from chaos.proxy.splice import PipePool
from chaos.proxy.tuning import Tuning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ssl import SSLContext

    from chaos.proxy.log import Log


class Trust:
    """Whom to believe that they are the upstream, where that is spoken to in TLS."""

    __slots__ = ("_ca_file", "_context", "_insecure")

    def __init__(self, ca_file: str, *, insecure: bool) -> None:
        """`ca_file`: authorities instead of the system's. `insecure`: anybody."""
        self._ca_file = ca_file
        self._insecure = insecure
        self._context: SSLContext | None = None

    def context(self) -> SSLContext:
        """Made when it is first needed. Raises OSError when the authorities can't be read."""
        if self._context is None:
            from chaos.proxy.tls import make_context

            self._context = make_context(self._ca_file, insecure=self._insecure)
        return self._context


class Shell:
    """`seed` decides every draw; `full_close`: an end in one direction ends the connection, as in Toxiproxy."""

    __slots__ = ("full_close", "log", "loop", "names", "pipes", "resolver", "seed", "trust", "tuning")

    def __init__(self, loop: Loop, log: Log, *, seed: int, full_close: bool, trust: Trust | None = None) -> None:
        self.loop = loop
        self.log = log
        self.seed = seed
        self.full_close = full_close
        self.resolver = Resolver(loop)
        self.names = ListenNames(self.resolver)
        self.pipes = PipePool()
        self.tuning = Tuning()
        self.trust = trust or Trust("", insecure=False)
