"""The set of proxies, and Toxiproxy's rules for changing it: create, update, populate, reset."""

from __future__ import annotations

from chaos.proxy.address import BadAddress
from chaos.proxy.flow import Flow
from chaos.proxy.listener import ListenAddress, ListenError
from chaos.proxy.proxy import Proxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chaos.proxy.proxy import Flows
    from chaos.proxy.shell import Shell


class ProxyExists(Exception):
    """There is a proxy of that name."""


class ProxySpec:
    """What a create or populate asks for. `enabled` is None where nothing was said: true."""

    __slots__ = ("enabled", "listen", "name", "upstream")

    def __init__(self, name: str, listen: str, upstream: str, enabled: bool | None) -> None:
        self.name = name
        self.listen = listen
        self.upstream = upstream
        self.enabled = enabled


class Registry:
    """Proxies by name, in the order of creation.

    A method that may have to bind raises NameWanted, having changed nothing, when a name must be looked up first.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._proxies: dict[str, Proxy] = {}
        self._gone: dict[tuple[str, str, str], Flows] = {}  # what proxies that are no more have carried

    def __iter__(self) -> Iterator[Proxy]:
        return iter(list(self._proxies.values()))

    def find(self, name: str) -> Proxy | None:
        return self._proxies.get(name)

    def create(self, spec: ProxySpec) -> Proxy:
        """Raises ProxyExists, or ListenError; a proxy that can't start is not kept."""
        if spec.name in self._proxies:
            raise ProxyExists
        return self._put(spec)

    def update(self, proxy: Proxy, listen: str, upstream: str, enabled: bool) -> None:
        """Toxics are kept. Raises ListenError.

        When `listen` can't be resolved nothing has changed; when the new address can't be bound, the proxy stays
        behind disabled, with the new values.
        """
        address = self._resolve(listen)
        if proxy.differs(address, listen, upstream):
            proxy.stop()
            proxy.listen = proxy.asked_listen = listen
            proxy.upstream = upstream
        if enabled:
            proxy.start()
        else:
            proxy.stop()

    def delete(self, proxy: Proxy) -> None:
        proxy.stop()
        del self._proxies[proxy.name]
        self._remember(proxy)

    def populate(self, specs: list[ProxySpec], done: list[Proxy]) -> None:
        """Each in turn: unknown ones are made, changed ones made anew, the others left alone. Raises ListenError.

        `done` receives those that succeeded, also when a later one raises.
        """
        self._want_names(spec.listen for spec in specs)
        for spec in specs:
            proxy = self._proxies.get(spec.name)
            if proxy is not None:
                if not proxy.differs(self._resolve(spec.listen), spec.listen, spec.upstream):
                    done.append(proxy)
                    continue
                proxy.stop()
            done.append(self._put(spec))

    def reset(self) -> None:
        """Start every proxy and remove every toxic. Raises the first ListenError when all have been tried."""
        first: ListenError | None = None
        self._want_names(proxy.listen for proxy in self)
        for proxy in self:
            try:
                proxy.start()
            except ListenError as error:
                first = first or error
            for entry in list(proxy.toxics):
                proxy.remove_toxic(entry)
        if first is not None:
            raise first

    def totals(self) -> dict[tuple[str, str, str], Flows]:
        """Bytes by name, listen and upstream, of all proxies that there are or were."""
        totals: dict[tuple[str, str, str], Flows] = {}
        for labels, flows in self._gone.items():
            _add(totals, labels, flows)
        for proxy in self:
            for (listen, upstream), flows in proxy.flows.items():
                _add(totals, (proxy.name, listen, upstream), flows)
        return totals

    def stop_all(self) -> None:
        for proxy in self:
            proxy.stop()

    def _resolve(self, listen: str) -> ListenAddress:
        """To compare with; Toxiproxy's text for this lacks a prefix that the one on starting has."""
        try:
            return ListenAddress(listen, self._shell.names.look_up)
        except BadAddress as error:
            raise ListenError(str(error)) from None

    def _want_names(self, listens: Iterable[str]) -> None:
        """Raises NameWanted before anything is changed; what else is wrong with an address is told in its turn."""
        for listen in listens:
            try:
                self._resolve(listen)
            except ListenError:
                continue

    def _put(self, spec: ProxySpec) -> Proxy:
        proxy = Proxy(self._shell, spec.name, spec.listen, spec.upstream)
        if spec.enabled is not False:
            proxy.start()
        if spec.name in self._proxies:
            self._remember(self._proxies[spec.name])
        self._proxies[spec.name] = proxy
        return proxy

    def _remember(self, proxy: Proxy) -> None:
        for (listen, upstream), flows in proxy.flows.items():
            _add(self._gone, (proxy.name, listen, upstream), flows)


def _add(totals: dict[tuple[str, str, str], Flows], labels: tuple[str, str, str], flows: Flows) -> None:
    """Add to the sum for these labels; the flows themselves are left as they are."""
    if labels not in totals:
        totals[labels] = {"upstream": Flow(), "downstream": Flow()}
    for stream, flow in flows.items():
        totals[labels][stream].received_bytes += flow.received_bytes
        totals[labels][stream].sent_bytes += flow.sent_bytes
