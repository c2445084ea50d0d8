"""The first system and the first experiment: what was found out about an app, and a claim to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chaos.drafts.entry import Block, Entry, Listed, as_yaml
from chaos.drafts.system import ENTRY, LinkDraft, ServiceDraft, SystemDraft, render_system

SYSTEM_FILE: Final = "system.yaml"
EXPERIMENT_FILE: Final = "experiments/first.yaml"
SYSTEM_SCHEMA: Final = ".schema/system.json"
EXPERIMENT_SCHEMA: Final = ".schema/experiment.json"
JOURNEY: Final = "visit"
_WHY: Final = (
    "A slow dependency is met far more often than a dead one, and does more harm where nobody gives up waiting."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The first link is the users' way in. `path` is what they open; `faulted` is the link to break."""

    name: str
    services: tuple[ServiceDraft, ...]
    links: tuple[LinkDraft, ...]
    path: str
    faulted: str
    comments: tuple[str, ...] = ()


def first_system(draft: Draft) -> str:
    step = Block(
        (
            Entry("get", f"{ENTRY}:{draft.path}"),
            Entry("expect", {"status": 200}, "change: also what users come for, like text: Welcome"),
        )
    )
    journey = Block(
        (
            Entry("rate", "10/s", "arrivals, whether or not earlier ones were answered"),
            Entry("timeout", "2s", "change: no complete answer by then is broken"),
            Entry("steps", Listed((step,))),
        )
    )
    about = "What runs, what stands behind what, and what users do. Look at the lines that say `change`."
    journeys = (Entry(JOURNEY, journey),)
    system = SystemDraft(draft.name, draft.services, draft.links, journeys, comments=(about, *draft.comments))
    return render_system(system, SYSTEM_SCHEMA)


def first_experiment(draft: Draft) -> str:
    target = next(link.to for link in draft.links if link.name == draft.faulted)
    everything = draft.faulted == ENTRY
    fault = Block(
        (
            Entry("link", draft.faulted),
            Entry(
                "latency",
                {"delay": "200ms", "jitter": "20ms"},
                "change: how slow it was when it hurt; or try hang: {}, or down: {}",
            ),
            Entry("for", "5s"),
        )
    )
    entries = (
        Entry("name", "Everything is slow" if everything else f"What {target} answers comes late"),
        Entry("system", f"../{SYSTEM_FILE}"),
        Entry(
            "why",
            _WHY,
        ),
        Entry(
            "steady_state",
            Block((Entry(JOURNEY, {"served": ">= 99%", "p95": "<= 500ms"}),)),
            "what holds when nothing is wrong; checked before anything is broken",
        ),
        Entry("faults", Listed((fault,))),
        Entry(
            "during",
            Block((Entry(JOURNEY, {"served": ">= 95%", "broken": "0%", "p95": "<= 1500ms"}),)),
            "change: what you promise your users meanwhile",
        ),
        Entry("recovery", Block((Entry("within", "5s", "and how soon all is as before"),))),
    )
    about = "One claim about what users see while something is wrong. `gatecrash faults` lists what else can go wrong."
    return as_yaml(entries, (about,), f"../{EXPERIMENT_SCHEMA}")
