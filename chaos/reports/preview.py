"""What `--dry-run` shows: each plan in time, its blast radius and its undos, for people or as one JSON document."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TextIO

from rich.console import Console

from chaos.experiment.preview.faults import FaultPreview
from chaos.experiment.preview.phases import SURE
from chaos.experiment.preview.preview import Preview
from chaos.reports.words import printable
from chaos.units import format_duration

WIDTH, NARROW = 40, 16
ON, OFF, OPEN = "█", "·", "▒"


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """`skipped`: experiments that would be left out, with the reason. Each other would be run `repeat` times, and up to
    `retries` times more where it is inconclusive; `at_once` at most, and `said` is what a run would say of that.
    """

    experiments: tuple[Preview, ...]
    skipped: Mapping[str, str]
    repeat: int
    retries: int
    at_once: int
    said: str


def write_dry_run(told: DryRun, console: Console) -> None:
    for preview in told.experiments:
        for line in _lines(preview):
            console.print(printable(line), markup=False, soft_wrap=True)
    for name, reason in told.skipped.items():
        console.print(printable(f"would be skipped: {name} ({reason})"), markup=False, soft_wrap=True)
    console.print(f"would be run: {_how_often(told)}, {_how_many(told)}", soft_wrap=True)
    if told.said:
        console.print(printable(told.said), markup=False, soft_wrap=True)
    many = "experiment" if len(told.experiments) == 1 else "experiments"
    console.print(f"dry run: {len(told.experiments)} {many}, nothing was touched", soft_wrap=True)


def write_dry_run_json(told: DryRun, stream: TextIO) -> None:
    document = {"dry_run": True, **asdict(told), "exit_code": 0}
    stream.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _how_often(told: DryRun) -> str:
    times = "once each" if told.repeat == 1 else f"{told.repeat} times each, of which the worst counts"
    again = "once more" if told.retries == 1 else f"up to {told.retries} times more"
    return f"{times}, {again} where inconclusive" if told.retries else times


def _how_many(told: DryRun) -> str:
    if told.at_once == 1:
        return "one at a time"
    return f"at most {told.at_once} at once, each on a system of its own"


def _lines(preview: Preview) -> Iterator[str]:
    variant = f" [{preview.variant}]" if preview.variant else ""
    yield f"{preview.id}: {preview.name}{variant}" + (" (muted)" if preview.muted else "")
    if preview.control:
        yield "  two copies of the system: the same users come to both, and only one is broken (control: the other)"
    yield "  phases"
    yield from _table(preview.phases)
    yield "  faults, in the fault phase"
    width = max(len(each.name) for each in preview.faults)
    for fault in preview.faults:
        yield f"    {fault.name:<{width}}  {_bar(fault, preview.longest_fault_s)}  {_said(fault)}"
    yield "  claims"
    for part, claims in preview.claims.items():
        yield from (f"    {part:<{NARROW}} {claim}" for claim in claims)
    if preview.safeguards:
        yield "  stops at once when"
        yield from (f"    {each}" for each in preview.safeguards)
    yield from _radius(preview)
    yield "  undone, newest first"
    yield from (f"    {undo}" for undo in preview.undos)
    yield ""


def _radius(preview: Preview) -> Iterator[str]:
    touches = preview.touches
    yield "  touches at most"
    rows = {f"process {name}": command for name, command in touches.processes.items()}
    rows |= {f"container {name}": made_from for name, made_from in touches.containers.items()}
    rows |= {f"container {name}": f"{whose}, put back as it was" for name, whose in touches.borrowed.items()}
    rows |= {f"running {name}": f"{url}, asked and never signalled" for name, url in touches.running.items()}
    rows |= {f"program {name}": what for name, what in touches.tools.items()}
    rows |= {f"probe {name}": what for name, what in touches.probes.items()}
    rows |= {"engine": touches.engine} if touches.engine else {}
    lists = {"proxies": touches.proxies, "breaks": touches.broken, "hosts": touches.hosts, "writes": touches.writes}
    rows |= {name: "; ".join(each) or "nothing" for name, each in lists.items()}
    rows["users"] = ", ".join(f"{name} {many}" for name, many in touches.users.items())
    yield from _table(rows)


def _table(rows: Mapping[str, str]) -> Iterator[str]:
    width = max(NARROW, *map(len, rows))
    yield from (f"    {name:<{width}} {said}" for name, said in rows.items())


def _bar(fault: FaultPreview, length_s: float) -> str:
    """On a line as long as the whole phase."""
    drawn, last = [OFF] * WIDTH, 0
    for start, end in fault.spans:
        first = min(WIDTH - 1, math.floor(start / length_s * WIDTH))
        last = WIDTH if end is None else max(first + 1, round(end / length_s * WIDTH))
        drawn[first:last] = [OPEN if end is None else ON] * (last - first)
    if fault.until_sure_s is not None:
        drawn[last:] = [OPEN] * (WIDTH - last)
    return "".join(drawn[:WIDTH])


def _said(fault: FaultPreview) -> str:
    attributes = " ".join(f"{name}={value}" for name, value in fault.attributes.items())
    ramp = f" ({fault.ramp})" if fault.ramp else ""
    what = f"{fault.kind} {attributes}".strip() + f"{ramp} on the {fault.place} {fault.on}"
    first, end = fault.spans[0]
    until = "until every claim has its samples" if end is None else f"to {_at(end)}"
    again = f", {len(fault.spans)} times, the last at {_at(fault.spans[-1][0])}" if len(fault.spans) > 1 else ""
    only = f", {fault.only_for}" if fault.only_for else ""
    sure = "" if fault.until_sure_s is None else f", and then on {SURE}, {_at(fault.until_sure_s)} at most"
    return f"{what}{only}: {_at(first)} {until}{again}{sure}"


def _at(seconds: float) -> str:
    return format_duration(seconds) if seconds else "0s"
