"""When what goes wrong begins and ends: a method is played on paper, with its pauses."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Final

from chaos.ctk.actions import EXTENSION, Begins, Done, Ends, Lost, Unfit, Wires, done_by
from chaos.ctk.model import Activity, Provider
from chaos.ctk.toxics import FaultKeys
from chaos.errors import InvalidFile
from chaos.experiment.loader import Document
from chaos.experiment.problems import Location, Problem, dotted

_UNJUDGED: Final = "it was asked once and nobody judged its answer; a journey or a probe of the system can"


@dataclass(frozen=True, slots=True)
class TimedFault:
    """`ends_s` is None when the method leaves it on, for the rollbacks to end. Times are from the method's start."""

    name: str
    proxy: str
    toxic: str
    fault: FaultKeys
    share: str
    begins_s: float
    ends_s: float | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was not carried over, and why."""

    line: int
    what: str
    why: str

    def __str__(self) -> str:
        return f"{f'line {self.line}: ' if self.line else ''}{self.what}: {self.why}"


@dataclass(slots=True)
class Timeline:
    """`upstreams` are the `host:port` of proxies that the method makes."""

    faults: list[TimedFault] = field(default_factory=list)
    upstreams: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    ends_s: float = 0.0

    def take(self, done: Done, activity: Activity, note: Note) -> None:
        match done:
            case Begins():
                begun = TimedFault(activity.name, done.proxy, done.toxic, done.fault, done.share, self.ends_s)
                self.faults.append(begun)
            case Ends():
                self.faults = [
                    replace(fault, ends_s=self.ends_s) if fault.ends_s is None and _is_ended(fault, done) else fault
                    for fault in self.faults
                ]
            case Wires():
                self.upstreams[done.proxy] = done.upstream
                self.notes.append(
                    replace(note, why="the proxy must be there before a run; make it with your Toxiproxy")
                )
            case Lost():
                self.notes.append(replace(note, why=done.why))


def play(method: Sequence[Activity], document: Document, asked: Sequence[Provider] = ()) -> Timeline:
    """What the hypothesis has `asked` is asked all the time here, so a probe of the method that does so is no loss.

    Raises `InvalidFile` with every argument that can't be used.
    """
    timeline = Timeline()
    problems: list[Problem] = []
    in_background_s = 0.0
    for index, activity in enumerate(method):
        location: Location = ("method", index)
        began_s = timeline.ends_s
        timeline.ends_s += activity.pauses.before
        note = note_on(document, location, activity)
        if activity.type == "probe":
            timeline.notes.extend([] if activity.provider in asked else [replace(note, why=_UNJUDGED)])
        elif (seconds := _slept(activity.provider)) is not None:
            timeline.ends_s += seconds
        elif activity.provider.module.startswith(EXTENSION):
            try:
                timeline.take(done_by(activity.provider), activity, note)
            except Unfit as error:
                problems.append(document.problem((*location, "provider", *error.location), str(error)))
        else:
            timeline.notes.append(replace(note, why="what it does can't be undone here; a fault may do the same"))
        timeline.ends_s += activity.pauses.after
        if activity.background:  # the next one does not wait for it, the method's end does
            in_background_s = max(in_background_s, timeline.ends_s)
            timeline.ends_s = began_s
    if problems:
        raise InvalidFile(problems)
    timeline.ends_s = max(timeline.ends_s, in_background_s)
    return timeline


def beyond_undoing(rollbacks: Sequence[Activity], document: Document) -> Iterator[Note]:
    """Rollbacks that do more than to end what the method has begun: that alone happens by itself."""
    for index, activity in enumerate(rollbacks):
        note = note_on(document, ("rollbacks", index), activity)
        try:
            ours = activity.provider.module.startswith(EXTENSION) and activity.type == "action"
            done = (
                done_by(activity.provider) if ours else Lost("only faults are undone here; do it after a run, if ever")
            )
        except Unfit as error:
            raise InvalidFile(
                [document.problem(("rollbacks", index, "provider", *error.location), str(error))]
            ) from None
        if isinstance(done, Ends) and done.proxy is None:
            yield replace(note, why="only our own toxics are taken away again; no other proxy is reset")
        elif not isinstance(done, Ends):
            yield replace(note, why=done.why if isinstance(done, Lost) else "it breaks or makes something, at the end")


def note_on(document: Document, location: Location, activity: Activity) -> Note:
    """Without a reason yet."""
    at = document.values.get(location)
    return Note(at[0] if at else 0, f'{dotted(location)} "{activity.name}" ({activity.provider})', "")


def _is_ended(fault: TimedFault, by: Ends) -> bool:
    return by.proxy in {None, fault.proxy} and by.toxic in {None, fault.toxic}


def _slept(provider: Provider) -> float | None:
    """Many a method pauses by the program `sleep`."""
    if provider.type != "process" or PurePath(provider.path).name != "sleep":
        return None
    words = shlex.split(provider.arguments) if isinstance(provider.arguments, str) else provider.arguments or ()
    texts = [str(word) for word in (words if isinstance(words, (list, tuple)) else (words,))]
    return float(texts[0]) if len(texts) == 1 and re.fullmatch(r"\d+(\.\d+)?", texts[0]) else None
