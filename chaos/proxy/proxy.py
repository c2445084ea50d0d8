"""One proxy: a listener in front of an upstream, its connections and its toxics."""

from __future__ import annotations

import _socket
import errno

from chaos.proxy.address import show
from chaos.proxy.connection import Connection
from chaos.proxy.flow import Flow
from chaos.proxy.listener import ListenAddress, resolve_listen
from chaos.proxy.poller import IN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from chaos.proxy.shell import Shell
    from chaos.proxy.toxic_set import ToxicEntry, ToxicSet
    from chaos.proxy.toxics.base import Stream

    Flows = dict[Stream, Flow]

# Each new connection costs the loop some 100 µs: few at a time while somebody waits for a timer.
_ACCEPTS_BETWEEN_TIMERS: Final = 4
_ACCEPTS: Final = 64
_NO_DESCRIPTORS: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_RETRY_ACCEPT_S: Final = 0.1
_STREAMS: Final[tuple[Stream, Stream]] = ("upstream", "downstream")


class Proxy:
    """`listen` is the text given until the first start, then the actual address."""

    def __init__(self, shell: Shell, name: str, listen: str, upstream: str) -> None:
        self.shell = shell
        self.name = name
        self.listen = listen
        self.asked_listen = listen
        self.upstream = upstream
        self.enabled = False
        self.accepted = 0
        self.flows: dict[tuple[str, str], Flows] = {}  # by listen and upstream at the time a connection opened
        self._connections: dict[int, Connection] = {}
        self._listener: _socket.socket | None = None
        self._toxics: ToxicSet | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "listen": self.listen,
            "upstream": self.upstream,
            "enabled": self.enabled,
            "toxics": [toxic.as_json() for toxic in self.toxics],
        }

    def effects_as_json(self) -> dict[str, object]:
        """Counters since the proxy was made; a toxic's since it was made."""
        return {
            "connections": self.accepted,
            "open": len(self._connections),
            "bytes": {
                stream: sum(flows[stream].received_bytes for flows in self.flows.values()) for stream in _STREAMS
            },
            "toxics": {toxic.name: {"type": toxic.type_name, **toxic.counters.as_json()} for toxic in self.toxics},
        }

    # Starting and stopping

    def differs(self, listen: ListenAddress, listen_text: str, upstream: str) -> bool:
        """Whether these would be another proxy. Port 0 asks for a new port each time."""
        same = listen.port != 0 and (listen.actual == self.listen or listen_text in (self.listen, self.asked_listen))
        return not same or upstream != self.upstream

    def start(self) -> None:
        """Listen. Raises ListenError. Does nothing when it runs."""
        if self._listener is not None:
            return
        address = resolve_listen(self.listen, self.shell.names.look_up)
        sock = address.listen()
        self.shell.tuning.prepare(sock, near=address.is_loopback)
        self._listener = sock
        self.listen = show(sock.getsockname())
        self.enabled = True
        self.shell.loop.add(sock.fileno(), IN, self._on_acceptable)
        self.shell.log.info("Started proxy", **self._log_fields())

    def stop(self) -> None:
        """Close the listener and cut all connections. Toxics stay."""
        self.enabled = False
        if self._listener is None:
            return
        self.shell.loop.remove(self._listener.fileno())
        self._listener.close()
        self._listener = None
        for connection in list(self._connections.values()):
            connection.close()
        self.shell.log.info("Terminated proxy", **self._log_fields())

    # Toxics

    @property
    def toxics(self) -> ToxicSet | tuple[()]:
        """In the order in which the API lists them."""
        return self._toxics or ()

    def find_toxic(self, name: str) -> ToxicEntry | None:
        return self._toxics.find(name) if self._toxics is not None else None

    def add_toxic(self, entry: ToxicEntry) -> None:
        if self._toxics is None:
            from chaos.proxy.toxic_set import ToxicSet

            self._toxics = ToxicSet(f"{self.shell.seed}/{self.name}")
        self._toxics.add(entry, list(self._connections.values()), self.accepted)

    def update_toxic(self, entry: ToxicEntry) -> None:
        if self._toxics is not None:
            self._toxics.update(entry, list(self._connections.values()))

    def remove_toxic(self, entry: ToxicEntry) -> None:
        if self._toxics is not None:
            self._toxics.remove(entry, list(self._connections.values()))

    # Connections

    def _on_acceptable(self, _: int) -> None:
        listener = self._listener
        for _ in range(_ACCEPTS_BETWEEN_TIMERS if self.shell.loop.has_timers else _ACCEPTS):
            if listener is None or listener is not self._listener:
                return  # stopped by what happened to a connection
            try:
                fd, peer = listener._accept()  # type: ignore[attr-defined]
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _NO_DESCRIPTORS:
                    self._pause_accepting(listener, error)
                return
            sock = _socket.socket(listener.family, listener.type, listener.proto, fileno=fd)
            sock.setblocking(False)
            self._open(sock, peer)

    def _open(self, sock: _socket.socket, peer: tuple[str, int]) -> None:
        self.accepted += 1
        connection = Connection(self, self.accepted, sock, self._current_flows())
        self._connections[connection.number] = connection
        if self.shell.log.informs:
            self.shell.log.info("Accepted client", client=show(peer), **self._log_fields())
        connection.open(self._toxics.chains(connection) if self._toxics else {})

    def _current_flows(self) -> Flows:
        key = (self.listen, self.upstream)
        flows = self.flows.get(key)
        if flows is None:
            flows = self.flows[key] = {"upstream": Flow(), "downstream": Flow()}
        return flows

    def _pause_accepting(self, listener: _socket.socket, error: OSError) -> None:
        """Out of descriptors: try again soon instead of being woken for ever."""
        loop = self.shell.loop
        loop.modify(listener.fileno(), 0)
        self.shell.log.error("Unable to accept a client", error=str(error), **self._log_fields())

        def resume() -> None:
            if listener is self._listener:
                loop.modify(listener.fileno(), IN)

        loop.call_at(loop.now() + _RETRY_ACCEPT_S, resume)

    # Told by connections

    def on_dial_failed(self, connection: Connection, why: str) -> None:
        log = self.shell.log
        log.error("Unable to open connection to upstream", error=why, client=connection.peer, **self._log_fields())

    def on_broken(self, connection: Connection, error: OSError | None) -> None:
        if error is not None:
            self.shell.log.warn(
                "Connection broken", error=str(error), connection=connection.number, **self._log_fields()
            )

    def on_closed(self, connection: Connection) -> None:
        self._connections.pop(connection.number, None)

    def _log_fields(self) -> dict[str, object]:
        return {"name": self.name, "listen": self.listen, "upstream": self.upstream}
