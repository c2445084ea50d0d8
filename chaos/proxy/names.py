"""Names in `listen` addresses. The API must not wait for a name server, so it asks for the name and tries again."""

from __future__ import annotations

from time import monotonic

from chaos.proxy import address
from chaos.proxy.address import BadAddress, numeric_family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from chaos.proxy.address import SockAddr
    from chaos.proxy.resolver import Found, Resolver

# Long enough to do what the name was looked up for.
_KEEP_S: Final = 5.0


class NameWanted(Exception):
    """The name must be looked up before this can be done; `ListenNames.learn` does that."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class ListenNames:
    """`may_block` until the loop runs: nobody waits for it yet."""

    def __init__(self, resolver: Resolver) -> None:
        self.may_block = True
        self._resolver = resolver
        self._known: dict[str, tuple[float, Found]] = {}

    def look_up(self, host: str, port: int) -> list[tuple[int, SockAddr]]:
        """As `address.look_up`, but raises NameWanted in place of blocking."""
        if self.may_block or host == "localhost" or numeric_family(host) is not None:
            return address.look_up(host, port)
        found_s, found = self._known.get(host, (0.0, None))
        if found is None or monotonic() - found_s > _KEEP_S:
            raise NameWanted(host)
        if isinstance(found, BadAddress):
            raise BadAddress(str(found))
        return [(family, (sockaddr[0], port, *sockaddr[2:])) for family, sockaddr in found]

    def learn(self, host: str, then: Callable[[], None]) -> None:
        def keep(found: Found) -> None:
            self._known[host] = (monotonic(), found)
            then()

        self._resolver.look_up(host, 0, keep)
