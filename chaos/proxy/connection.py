"""One client's connection: its socket, the upstream's socket, and the two links between them."""

from __future__ import annotations

import _socket
from time import monotonic

from chaos.proxy.address import show
from chaos.proxy.dial import Dial
from chaos.proxy.endpoint import Endpoint
from chaos.proxy.link import Link
from chaos.proxy.relay import Relay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from chaos.proxy.chain import Chain
    from chaos.proxy.flow import Flow
    from chaos.proxy.loop import Timer
    from chaos.proxy.proxy import Proxy
    from chaos.proxy.toxic_link import ToxicLink
    from chaos.proxy.toxics.base import Answer, Stream

_RESET_ON_CLOSE: Final = (1).to_bytes(4, "little") + bytes(4)  # struct linger: on, 0 seconds


class Connection:
    """Dialling, then open, then closed. Chains exist from the start, links while it is open.

    `number` counts the proxy's connections from 1; `shared` is for toxics that work on both directions.
    """

    __slots__ = (
        "_chains",
        "_client",
        "_closed",
        "_dial",
        "_flows",
        "_links",
        "_pipes",
        "_proxy",
        "_timer",
        "_upstream",
        "number",
        "shared",
    )

    def __init__(self, proxy: Proxy, number: int, sock: _socket.socket, flows: dict[Stream, Flow]) -> None:
        self.number = number
        self.shared: dict[str, object] | None = None
        self._proxy = proxy
        self._flows = flows
        self._client = Endpoint(proxy.shell.loop, sock, self)
        self._upstream: Endpoint | None = None
        self._chains: dict[Stream, Chain] = {}
        self._links: dict[Stream, Link] = {}
        self._pipes = proxy.shell.pipes
        self._timer: Timer | None = None
        self._dial: Dial | None = None
        self._closed = False

    @property
    def is_open(self) -> bool:
        """Data may have passed."""
        return bool(self._links)

    @property
    def peer(self) -> str:
        """The client's address; empty when it has gone."""
        try:
            return show(self._client.sock.getpeername())
        except OSError:
            return ""

    # Opening

    def open(self, chains: dict[Stream, Chain]) -> None:
        """Dial the upstream; at once, unless a toxic delays even that."""
        self._chains = chains
        shell = self._proxy.shell
        self._dial = Dial(shell.loop, shell.tuning, self._proxy.upstream, self._on_open, self._fail, shell.trust)
        stages = [stage for chain in chains.values() for stage in chain.stages]
        delay_s = max((stage.connect_delay_s() for stage in stages), default=0.0)
        if delay_s:
            self._timer = shell.loop.call_at(monotonic() + delay_s, self._start_dial)
        else:
            self._start_dial()
        if self._upstream is None:
            self._client.watch()

    def _start_dial(self) -> None:
        self._timer = None
        if self._dial is not None:
            self._dial.start(self._proxy.shell.resolver)

    def _fail(self, why: str) -> None:
        self._dial = None
        self._proxy.on_dial_failed(self, why)
        self.close()

    def _on_open(self, sock: _socket.socket) -> None:
        self._dial = None
        client, upstream = self._client, Endpoint(self._proxy.shell.loop, sock, self)
        self._upstream = upstream
        if not isinstance(sock, _socket.socket):
            from chaos.proxy.tls import NO_PIPES, keep_reading

            self._pipes = NO_PIPES
            keep_reading(self._proxy.shell.loop, sock, upstream)
        for link in (self._new_link("upstream", client, upstream), self._new_link("downstream", upstream, client)):
            if not self._closed:
                link.start()
        client.watch()
        upstream.watch()

    def _new_link(self, stream: Stream, source: Endpoint, sink: Endpoint) -> Link:
        chain = self._chains.pop(stream, None)
        link: Link
        if chain:
            from chaos.proxy.toxic_link import ToxicLink

            chain.start(monotonic())
            link = ToxicLink(self._proxy.shell.loop, source, sink, self._flows[stream], chain, self)
        else:
            link = Relay(source, sink, self._flows[stream], self._pipes)
        self._links[stream] = link
        return link

    # Toxics that change while it lives

    def edit(self, stream: Stream, change: Callable[[Chain, float], None]) -> None:
        """Change the chain of one direction; what that lets loose happens before this returns."""
        now_s = monotonic()
        if stream not in self._links:
            if not self._closed:
                from chaos.proxy.chain import Chain

                change(self._chains.setdefault(stream, Chain(())), now_s)
                stages = [stage for chain in self._chains.values() for stage in chain.stages if not stage.leaving]
                if self._timer is not None and not any(stage.toxic.connect_delay_s() for stage in stages):
                    self._timer.cancel()  # nothing delays the dial any more
                    self._start_dial()
            return
        link = self._with_chain(stream)
        change(link.chain, now_s)
        link.run(now_s)

    def answer(self, asking: ToxicLink, name: str, answer: Answer, now_s: float) -> None:
        """A toxic in one direction answers through the other."""
        stream: Stream = "downstream" if self._links.get("upstream") is asking else "upstream"
        if stream in self._links:
            link = self._with_chain(stream)
            link.chain.answer(name, answer, now_s)
            link.run(now_s)

    def relax(self, link: ToxicLink) -> None:
        """Its chain has become empty: relay from now on."""
        for stream, each in self._links.items():
            if each is link:
                link.hand_over()
                relay = Relay(link.source, link.sink, link.flow, self._pipes)
                self._links[stream] = relay
                relay.start()
                return

    def _with_chain(self, stream: Stream) -> ToxicLink:
        from chaos.proxy.chain import Chain
        from chaos.proxy.toxic_link import ToxicLink

        link = self._links[stream]
        if isinstance(link, ToxicLink):
            return link
        link.hand_over()
        toxic_link = ToxicLink(self._proxy.shell.loop, link.source, link.sink, link.flow, Chain(()), self)
        self._links[stream] = toxic_link
        return toxic_link

    # Ends

    def on_finished(self, endpoint: Endpoint) -> None:
        """All that there was has been written to that endpoint, and its end passed on."""
        if self._closed:
            return
        if all(link.sink.finished for link in self._links.values()):
            self.close()
        elif self._proxy.shell.full_close and not endpoint.ended:
            # What the upstream or client still says after it was told of the end is not heard, as in Toxiproxy.
            endpoint.end()
            if endpoint.reader is not None:
                endpoint.reader.on_end()

    def on_broken(self, endpoint: Endpoint, error: OSError | None) -> None:
        """A socket was reset or gone. What it had sent is still delivered; nothing more can be brought to it."""
        if self._closed:
            return
        if self._upstream is None:
            self.close()
            return
        self._proxy.on_broken(self, error)
        reader, writer, ended = endpoint.reader, endpoint.writer, endpoint.ended
        endpoint.give_up()
        if writer is not None:
            writer.source.read_off()
        if reader is not None:
            if not ended:
                reader.on_end()
            if not self._closed and reader.sink.finished:
                self.close()

    def finish(self) -> None:
        """A toxic ends the connection: both sides see an end, behind what has already left the toxics."""
        if self._upstream is None or not (self._client.backlog or self._upstream.backlog):
            self.close()
            return
        for link in list(self._links.values()):
            link.hand_over()
            link.source.end()
        for endpoint in (self._client, self._upstream):
            if not self._closed:
                endpoint.finish()

    def reset(self) -> None:
        """Both sides see a reset."""
        for endpoint in (self._client, self._upstream):
            if endpoint is not None:
                endpoint.sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, _RESET_ON_CLOSE)
        self.close()

    def close(self) -> None:
        """At once; what toxics hold is lost. Closing twice does nothing."""
        if self._closed:
            return
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._dial is not None:
            self._dial.cancel()
        for link in self._links.values():
            link.hand_over()
        self._links.clear()
        self._chains.clear()
        self._client.close()
        if self._upstream is not None:
            self._upstream.close()
        self._proxy.on_closed(self)
