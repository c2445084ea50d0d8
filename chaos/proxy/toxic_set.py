"""The toxics of one proxy: what the API shows of them, and the stages they become on each connection."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

from chaos.proxy.chain import Chain
from chaos.proxy.effects import Counters
from chaos.proxy.only import Only
from chaos.proxy.stage import Stage
from chaos.proxy.toxics.base import Common, Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from chaos.proxy.connection import Connection
    from chaos.proxy.toxics.base import Attributes, Stream, Toxic


# More toxics than one proxy will ever have.
_MANY: Final = 1 << 40


class ToxicEntry:
    """One toxic of a proxy. `stream_text` and `echoed` are what was sent, for the answers of the API.

    `order` is its place in the order of creation; `edition` counts the updates, each of which rolls the die again.
    `only` is what it is restricted to, as sent, and `accepted` the number of connections before it was set.
    """

    def __init__(self, name: str, type_name: str, kind: type[Toxic], stream_text: str, toxicity: float) -> None:
        self.name = name
        self.type_name = type_name
        self.kind = kind
        self.stream_text = stream_text
        self.stream: Stream = "upstream" if stream_text.lower() == "upstream" else "downstream"
        self.toxicity = toxicity
        self.echoed: dict[str, object] = {}
        self.attributes: Attributes = kind.schema()
        self.counters = Counters(reads=kind.reads)
        self.common = Common()
        self.only = Only()
        self.accepted = 0
        self.order = 0
        self.edition = 0

    @property
    def streams(self) -> tuple[Stream, ...]:
        if self.kind.two_sided:
            return ("upstream", "downstream")
        return ("upstream",) if self.kind.upstream_only else (self.stream,)

    def as_json(self) -> dict[str, object]:
        return {
            "attributes": {**self.echoed, "only": only} if (only := self.only.as_json()) else self.echoed,
            "name": self.name,
            "type": self.type_name,
            "stream": self.stream_text,
            "toxicity": int(self.toxicity) if self.toxicity.is_integer() else self.toxicity,
        }


class ToxicSet:
    """Changes are in force on every given connection when a method returns."""

    def __init__(self, seed: str) -> None:
        """`seed` names the proxy, so that equal seeds give equal draws to equally numbered connections."""
        self._seed = seed
        self._entries: dict[str, ToxicEntry] = {}
        self._created = 0

    def __iter__(self) -> Iterator[ToxicEntry]:
        """As Toxiproxy lists them: those upstream in chain order, then those downstream."""
        entries = self._entries.values()
        yield from (entry for entry in entries if entry.stream == "upstream")
        yield from (entry for entry in entries if entry.stream == "downstream")

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, name: str) -> ToxicEntry | None:
        return self._entries.get(name)

    def chains(self, connection: Connection) -> dict[Stream, Chain]:
        """The chains of a new connection; a direction without toxics is left out."""
        chains: dict[Stream, Chain] = {}
        for entry in self._entries.values():
            if self._hits(entry, connection):
                for stream in entry.streams:
                    stages = chains.setdefault(stream, Chain(())).stages
                    stages.append(self._stage(entry, connection, stream))
        for chain in chains.values():
            chain.stages.sort(key=lambda stage: stage.order)
        return chains

    def add(self, entry: ToxicEntry, connections: list[Connection], accepted: int) -> None:
        """`accepted`: so many connections there have been."""
        self._created += 1
        entry.order = self._created
        entry.accepted = accepted
        self._tell(entry)
        self._entries[entry.name] = entry
        for connection in connections:
            if self._hits(entry, connection):
                for stream in entry.streams:
                    connection.edit(stream, partial(_renew, entry, self._stage(entry, connection, stream)))

    def update(self, entry: ToxicEntry, connections: list[Connection]) -> None:
        """The entry has new values."""
        entry.edition += 1
        self._tell(entry)
        for connection in connections:
            hits = self._hits(entry, connection)
            for stream in entry.streams:
                stage = self._stage(entry, connection, stream) if hits else None
                connection.edit(stream, partial(_renew, entry, stage))

    def remove(self, entry: ToxicEntry, connections: list[Connection]) -> None:
        del self._entries[entry.name]
        for connection in connections:
            for stream in entry.streams:
                connection.edit(stream, lambda chain, now_s: chain.remove(entry.name, now_s))

    def _stage(self, entry: ToxicEntry, connection: Connection, stream: Stream) -> Stage:
        if connection.shared is None:
            connection.shared = {}
        seed = f"{self._seed}/{connection.number}/{stream}/{entry.name}"
        site = Site(
            stream,
            connection.number,
            seed,
            connection.shared,
            entry.name,
            entry.stream,
            connection.is_open,
            entry.common,
        )
        order = entry.order
        if entry.kind.two_sided:
            # Nearest to the server, the newest nearest of all: what one answers, those before it take for the server's.
            order = _MANY + order if stream == "upstream" else -order
        return Stage(entry.name, order, entry.kind(entry.attributes, site), entry.counters)

    @staticmethod
    def _tell(entry: ToxicEntry) -> None:
        """The toxics on their links know the entry's values by what is common to them."""
        entry.common.toxicity = entry.toxicity
        entry.common.only_requests = frozenset(entry.only.requests)

    def _hits(self, entry: ToxicEntry, connection: Connection) -> bool:
        """The die: one roll for a connection and toxic, until the toxic is updated."""
        if entry.only.connections and connection.number - entry.accepted not in entry.only.connections:
            return False
        if entry.toxicity >= 1 or entry.attributes.per_request:
            return True
        if entry.toxicity <= 0:
            return False
        return Random(f"{self._seed}/{connection.number}/{entry.name}/die/{entry.edition}").random() < entry.toxicity


def _renew(entry: ToxicEntry, stage: Stage | None, chain: Chain, now_s: float) -> None:
    """Make the chain have the toxic as it is now. `stage` goes in where it has none; None: it must have none."""
    if stage is None:
        chain.remove(entry.name, now_s)
    elif chain.find(entry.name) is None:
        chain.add(stage, now_s)
    else:
        chain.update(entry.name, entry.attributes, now_s)
