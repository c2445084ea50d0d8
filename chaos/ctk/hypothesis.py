"""The steady-state hypothesis: its HTTP probes are journeys, the others probes of the system."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field, replace

from chaos.ctk.journeys import journey_of, patience_s
from chaos.ctk.places import Places
from chaos.ctk.probes import START_S, Function, function_of, probe_of, within
from chaos.ctk.reading import Source
from chaos.ctk.timeline import Note, note_on
from chaos.ctk.tolerances import beyond_asking, expectation, problem_of
from chaos.drafts.entry import Block, Entry
from chaos.drafts.names import as_name, unlike
from chaos.errors import InvalidFile
from chaos.experiment.problems import Location, Problem

_LONGEST_NAME = 40


@dataclass(slots=True)
class Asked:
    """`longest_s` is the longest that a journey waits for an answer."""

    journeys: list[Entry] = field(default_factory=list)
    probes: list[Entry] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    longest_s: float = 0.0


def asked_by(source: Source, places: Places, *, module: str, rate: str) -> Asked:
    """`module` is where functions will be. Raises `InvalidFile` for tolerances that are none."""
    found = Asked()
    problems: list[Problem] = []
    taken = {"asked", *keyword.kwlist}
    for index, activity in enumerate(source.experiment.hypothesis.probes):
        location: Location = ("steady-state-hypothesis", "probes", index)
        if (problem := problem_of(activity.tolerance)) is not None:
            where = (*location, "tolerance", *problem[0])
            problems.append(source.document.problem(where, problem[1]))
            continue
        name = unlike(as_name(activity.name.lower()).replace("-", "_")[:_LONGEST_NAME].strip("_"), taken)
        taken.add(name)
        expect = expectation(activity.tolerance) if activity.provider.type == "http" else None
        journey = None
        if activity.provider.type == "http":
            journey = journey_of(name, activity.provider, expect or {}, places, rate)
        if journey is not None:
            found.journeys.append(journey)
            found.longest_s = max(found.longest_s, patience_s(activity.provider))
            if expect is not None:
                continue
        probe = probe_of(name, activity, places)
        if probe is None and (why := beyond_asking(activity.tolerance)):
            found.notes.append(replace(note_on(source.document, location, activity), why=why))
            continue
        if probe is None:
            function = function_of(name, activity)
            found.functions.append(function)
            python = Entry("python", f"{module}:{function.name}", "asked as in the original, round the links")
            probe = Entry(name, Block((python, *within(activity.provider, more_s=START_S))))
        found.probes.append(probe)
    if problems:
        raise InvalidFile(problems)
    return found
