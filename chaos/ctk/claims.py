"""The experiment itself: what goes wrong when, and what the hypothesis claims of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from chaos.ctk.actions import DOWN
from chaos.ctk.model import CtkExperiment
from chaos.ctk.timeline import TimedFault, Timeline
from chaos.drafts.entry import Block, Entry, Listed, as_yaml
from chaos.drafts.system import ENTRY
from chaos.units import parse_rate

WHILE_ON: Final = frozenset({"continuously", "during-method-only"})
"""Strategies by which the hypothesis is asked for while something is wrong."""
_SAMPLES: Final = 20
_LEAST_S: Final = 2.0
_HOLDS: Final[Mapping[str, str]] = {"served": ">= 99%"}
_UNCLAIMED: Final = "change: the original claims nothing while something is wrong. To claim that users notice nothing:"


@dataclass(frozen=True, slots=True)
class Claims:
    """The hypothesis: journeys and probes by name. `longest_s` is the longest that a journey waits for an answer."""

    journeys: tuple[str, ...]
    probes: tuple[str, ...]
    rate: str
    longest_s: float

    @property
    def least_s(self) -> float:
        """What is claimed of a fault takes so long to judge."""
        return round(max(_SAMPLES / parse_rate(self.rate), self.longest_s + 0.5, _LEAST_S), 2)

    def of_journeys(self) -> Block:
        return Block(tuple(Entry(name, _HOLDS) for name in self.journeys))

    def of_probes(self, *phases: str) -> Block:
        return Block(tuple(Entry(name, dict.fromkeys(phases, ">= 1")) for name in self.probes))


def experiment_entries(
    experiment: CtkExperiment, system: str, timeline: Timeline, links: Mapping[str, str], claims: Claims
) -> Iterator[Entry]:
    """`links` by the proxies that they stand for; none when nothing that is broken could be carried over."""
    given = {
        "name": experiment.title,
        "system": system,
        "why": experiment.description,
        "tags": experiment.tags,
    }
    yield from (Entry(key, value) for key, value in given.items() if value)
    yield Entry("steady_state", claims.of_journeys(), "the hypothesis, for all users before anything is broken")
    always = experiment.runtime.hypothesis.strategy in WHILE_ON
    asked_of = [fault for fault in timeline.faults if always or fault.ends_s is None]
    all_along = len(asked_of) == len(timeline.faults)
    faults = (
        _fault(fault, timeline, links[fault.proxy], claims, asked=fault in asked_of, alone=not all_along)
        for fault in timeline.faults
    )
    yield Entry("faults", Listed(tuple(faults) or (_stand_in(claims),)))
    if all_along:
        yield Entry("during", claims.of_journeys(), "the original asks again while this is on")
    unclaimed = () if asked_of or all_along else _to_claim(claims)
    within = Entry("within", "10s", "change: how soon all is as before; the original asks at one moment only")
    yield Entry("recovery", Block((within,)), above=unclaimed)
    if claims.probes:
        yield Entry("probes", claims.of_probes("steady_state", *(("during",) if all_along else ())))


def _fault(fault: TimedFault, timeline: Timeline, link: str, claims: Claims, *, asked: bool, alone: bool) -> Block:
    """`asked`: the hypothesis is claimed while it is on; `alone`: of this fault and not of all."""
    first_s = min(each.begins_s for each in timeline.faults)
    at_s = round(fault.begins_s - first_s, 6)
    ends_s = timeline.ends_s if fault.ends_s is None else fault.ends_s
    entries = (
        Entry("link", link),
        Entry("name", fault.name),
        *((Entry("at", f"{at_s:g}s"),) if at_s else ()),
        *(Entry(key, attributes) for key, attributes in fault.fault.items()),
        *((Entry("share", fault.share),) if fault.share else ()),
        _lasting(round(ends_s - fault.begins_s, 6), claims, asked=asked),
        *((Entry("during", claims.of_journeys()),) if asked and alone else ()),
    )
    return Block(entries, above=() if fault.toxic == DOWN else (f"the toxic {fault.toxic}",))


def _lasting(lasts_s: float, claims: Claims, *, asked: bool) -> Entry:
    """What is claimed needs time; without a claim any time will do, but some."""
    if lasts_s == 0:
        needed_s = claims.least_s if asked else _LEAST_S
        return Entry("for", f"{needed_s:g}s", "change: the original does not pause here")
    if asked and lasts_s < claims.least_s:
        return Entry("for", f"{claims.least_s:g}s", f"{lasts_s:g}s in the original, which is too short to judge by")
    return Entry("for", f"{lasts_s:g}s")


def _stand_in(claims: Claims) -> Block:
    latency = Entry("latency", {"delay": "200ms"}, "change: nothing that the original breaks could be carried over")
    return Block((Entry("link", ENTRY), latency, Entry("for", f"{claims.least_s:g}s")))


def _to_claim(claims: Claims) -> tuple[str, ...]:
    written = as_yaml((Entry("during", claims.of_journeys()),)).splitlines()
    return (_UNCLAIMED, *(f"  {line}" for line in written))
