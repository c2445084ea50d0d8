"""From an experiment of Chaos Toolkit to the files that say the same here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chaos.ctk.claims import Claims, experiment_entries
from chaos.ctk.hypothesis import asked_by
from chaos.ctk.places import TOXIPROXY, Places
from chaos.ctk.probes import functions_file
from chaos.ctk.reading import Source
from chaos.ctk.telling import told
from chaos.ctk.timeline import Timeline, beyond_undoing, play
from chaos.drafts.entry import Block, Entry, Listed, as_yaml
from chaos.drafts.names import as_name, unlike
from chaos.drafts.system import UNKNOWN_APP, LinkDraft, SystemDraft, render_system
from chaos.errors import InvalidFile

VISIT: Final = "visit"
VISIT_S: Final = 2.0
"""How long users wait on the journey that stands in for what the original does not ask."""


@dataclass(frozen=True, slots=True)
class Imported:
    """`files` by name, the experiment first. `notes`: what was not carried over. `stand_in`: so was the only fault."""

    files: Mapping[str, str]
    notes: tuple[str, ...]
    stand_in: bool


def import_experiment(source: Source, *, rate: str) -> Imported:
    """Raises `InvalidFile` with what can't be used."""
    experiment, document = source.experiment, source.document
    stem = as_name(document.path.stem)
    timeline = play(experiment.method, document, [probe.provider for probe in experiment.hypothesis.probes])
    try:
        places = Places(source.variables, entry=not timeline.faults)
    except ValueError as error:
        raise InvalidFile([document.problem(("configuration",), str(error))]) from None
    asked = asked_by(source, places, module=f"{stem}_probes", rate=rate)
    notes = (*asked.notes, *timeline.notes, *beyond_undoing(experiment.rollbacks, document))
    journeys = tuple(asked.journeys) or (_stand_in(places, rate),)
    links = _links(timeline, places)
    system = SystemDraft(
        name=experiment.title,
        services=places.services,
        links=tuple(links.values()) or places.entries,
        journeys=journeys,
        probes=tuple(asked.probes),
        toxiproxy={TOXIPROXY: places.api} if links else {},
        comments=(f"What {document.path.name} asks and breaks. Look at the lines that say `change`.",),
    )
    longest_s = asked.longest_s if asked.journeys else VISIT_S
    claims = Claims(_keys(journeys), _keys(asked.probes), rate=rate, longest_s=longest_s)
    names = {proxy: link.name for proxy, link in links.items()}
    entries = experiment_entries(experiment, f"{stem}_system.yaml", timeline, names, claims)
    files = {
        f"{stem}.yaml": as_yaml(tuple(entries), tuple(told(source, asked, notes, stand_in=not links))),
        f"{stem}_system.yaml": render_system(system),
    }
    if asked.functions:
        files[f"{stem}_probes.py"] = functions_file(asked.functions, document.path.name, source.configuration)
    return Imported(files, tuple(map(str, notes)), stand_in=not links)


def _links(timeline: Timeline, places: Places) -> Mapping[str, LinkDraft]:
    """By the proxies that something happens to."""
    links: dict[str, LinkDraft] = {}
    for proxy in dict.fromkeys(fault.proxy for fault in timeline.faults):
        name = unlike(as_name(proxy), [link.name for link in links.values()])
        upstream = timeline.upstreams.get(proxy)
        if upstream is not None:
            to = places.service(f"http://{upstream}", proxy)
            comment = "a proxy of your own; only our toxics come and go there"
        else:
            to = places.toxiproxy()
            comment = "change: `to` what stands behind it; the original does not say, so its Toxiproxy stands in"
        links[proxy] = LinkDraft(name, to, (comment,), TOXIPROXY, proxy)
    return links


def _stand_in(places: Places, rate: str) -> Entry:
    """A journey for an experiment that asks nothing over HTTP."""
    target = places.target(UNKNOWN_APP, "/", "change: the original asks no address of the app")
    step = Block((Entry("get", target), Entry("expect", {"status": 200}, "change: what users come for")))
    entries = (Entry("rate", rate), Entry("timeout", f"{VISIT_S:g}s"), Entry("steps", Listed((step,))))
    return Entry(VISIT, Block(entries), above=("change: the original asks nothing as users do; what do yours do?",))


def _keys(entries: tuple[Entry, ...] | list[Entry]) -> tuple[str, ...]:
    return tuple(entry.key for entry in entries)
