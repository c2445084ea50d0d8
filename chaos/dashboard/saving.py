"""From a trial to an experiment that does the same again, and claims something of it."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chaos.dashboard.board import Board
from chaos.dashboard.trials import Trial, Tried
from chaos.dashboard.written import entry_as_written
from chaos.errors import EnvironmentFailed, InvalidFile, InvalidOption
from chaos.experiment.loader import parse
from chaos.experiment.matrix import cells_of
from chaos.experiment.plan import LONGEST_FAULT_S
from chaos.experiment.planner import make_plan
from chaos.experiment.system import Journey, System
from chaos.experiment.systems import Choices, Systems
from chaos.journal.events import Sample
from chaos.measures import MEASURES
from chaos.units import format_duration, format_share

SAMPLES: Final = 20
"""That a tolerance needs, unless an experiment says otherwise."""
BEFORE_S: Final = 20.0
"""So long before a trial is looked at for what is usual."""
SLOWEST_BASELINE_S: Final = 10.0
SHORTEST_BOUND_S: Final = 0.1
_COMMENT_COLUMN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    name: str
    file: str
    text: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """`system_file` is what the experiments name; they are saved in `folder`. `choices` are those of the system."""

    system: System
    system_file: Path
    folder: Path
    choices: Choices = field(default_factory=Choices)

    def draft(self, trial: Trial, board: Board, name: str = "") -> Draft:
        """Raises `InvalidFile` when there is nothing that such an experiment could claim."""
        name = " ".join(name.split()) or _name_of(trial)
        path = self.folder / f"{_slug(name)}.yaml"
        text = "".join(f"{line}\n" for line in self._lines(trial, board, name))
        document = parse(text, path)
        make_plan(document, Systems(self.choices), cells_of(document)[0])
        variant = f" --variant {self.choices.variant}" if self.choices.variant is not None else ""
        return Draft(name=name, file=str(path), text=text, command=f"gatecrash run {path}{variant}")

    def save(self, draft: Draft) -> None:
        """Raises `InvalidOption` when there is such a file already: nothing is ever written over."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with Path(draft.file).open("x", encoding="utf-8") as file:
                file.write(draft.text)
        except FileExistsError:
            raise InvalidOption(f"there is a file {draft.file} already; call this one something else") from None
        except OSError as error:
            raise EnvironmentFailed(f"{draft.file} can't be written: {error.strerror}") from None

    def _lines(self, trial: Trial, board: Board, name: str) -> Iterator[str]:
        began, ended = trial.began_s, trial.ended_s or math.inf
        usual = board.seconds.due_between(began - BEFORE_S, began)
        meanwhile = board.seconds.due_between(began, ended)
        made = [journey for journey in self.system.journeys if meanwhile.get(journey)]
        judged = {each: self.system.journeys[each] for each in made if _is_judged(self.system.journeys[each])}
        if not judged:
            raise InvalidOption("nobody came meanwhile, or too seldom: there is nothing that an experiment could claim")
        yield "# Drafted from what was tried by hand. Look at the claims: they are what you promise your users."
        yield f"name: {_flow(name)}"
        yield f"system: {_flow(os.path.relpath(self.system_file, self.folder))}"
        if len(made) < len(self.system.journeys):
            yield f"journeys: {_flow(list(judged))}"
        if self.choices.vars:
            yield f"vars: {_flow(dict(self.choices.vars))}"
        yield "steady_state:"
        yield from (f"  {journey}: {_flow(_steady(usual.get(journey, ())))}" for journey in judged)
        yield "faults:"
        yield from _faults(trial, _needed_s(judged.values()))
        yield "during:"
        for journey in judged:
            yield _commented(f"  {journey}: {_flow({'broken': '0%'})}", _measured(meanwhile[journey]))
        yield "recovery: {within: 10s}"
        audits = [audit for audit, each in self.system.audit.items() if each.of in judged]
        if audits:
            yield "audit:"
            yield from (f"  {audit}: {_flow({'lost': 0, 'duplicated': 0})}" for audit in audits)


def _is_judged(journey: Journey) -> bool:
    """It has its samples soon enough, before the fault and while it is on."""
    return journey.rate is None or (
        SAMPLES / journey.rate <= SLOWEST_BASELINE_S and _needed_s([journey]) <= LONGEST_FAULT_S
    )


def _needed_s(journeys: Sequence[Journey] | Any) -> float:
    """How long faults must be on for all of these to be judged."""
    return max(max(1.2 * each.timeout, (SAMPLES + 1) / each.rate if each.rate else 0.0) for each in journeys)


def _faults(trial: Trial, needed_s: float) -> Iterator[str]:
    """As they came and went. The last to go stays longer if its trial was too short to be judged."""
    spans = [(fault, _tenths(fault.injected_s - trial.began_s), _lasted_s(fault)) for fault in trial.faults]
    last = max(spans, key=lambda span: span[1] + span[2])[0]
    length_s = max(at + lasted for _, at, lasted in spans)
    for fault, at_s, lasted_s in spans:
        longer = fault is last and length_s < needed_s
        lasts_s = math.ceil((needed_s - at_s) * 10) / 10 if longer else lasted_s
        entry = {
            **entry_as_written(fault.entry),
            **({"at": format_duration(at_s)} if at_s else {}),
            "for": format_duration(lasts_s),
        }
        comment = f"it was on for {format_duration(lasted_s)}; to be judged it takes longer" if longer else ""
        yield _commented(f"  - {_flow(entry)}", comment)


def _lasted_s(fault: Tried) -> float:
    if fault.ended == "over" and fault.entry.lasts is not None:
        return fault.entry.lasts
    return max(0.1, _tenths((fault.undone_s or fault.injected_s) - fault.injected_s))


def _steady(samples: Sequence[Sample]) -> Mapping[str, str]:
    """What held before, with some room."""
    if not samples:
        return {"served": ">= 99%"}
    usual_s = MEASURES["p95"].figure(samples)
    return {"served": ">= 99%", "p95": f"<= {format_duration(_round_bound(max(SHORTEST_BOUND_S, 2 * usual_s)))}"}


def _measured(samples: Sequence[Sample]) -> str:
    figures = {outcome: MEASURES[outcome].figure(samples) for outcome in ("served", "degraded", "broken")}
    shares = ", ".join(f"{format_share(figure)} {outcome}" for outcome, figure in figures.items() if figure)
    return f"when tried: {shares}, p95 {format_duration(MEASURES['p95'].figure(samples))}"


def _round_bound(seconds: float) -> float:
    """Up, to a figure that people would write."""
    power = 10.0 ** math.floor(math.log10(seconds))
    return next(step * power for step in (1, 2, 3, 5, 8, 10) if step * power >= seconds * (1 - 1e-9))


def _tenths(seconds: float) -> float:
    return round(seconds, 1)


def _name_of(trial: Trial) -> str:
    said = ", ".join(dict.fromkeys(f"{each.entry.kind.replace('_', ' ')} on {each.entry.on}" for each in trial.faults))
    return said[:1].upper() + said[1:]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60] or "tried"


def _flow(value: Any) -> str:
    """In one line, with quotes only where YAML needs them."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _is_plain(text: str) -> bool:
    try:
        read = parse(f"{{value: {text}}}", Path("draft"))
    except InvalidFile:
        return False
    return read.root == {"value": text} and not read.problems


def _commented(text: str, comment: str) -> str:
    return f"{text:<{_COMMENT_COLUMN}}# {comment}" if comment else text
