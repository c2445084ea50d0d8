"""What `--dry-run` shows: each plan in time, its blast radius and its undos, for people or as one JSON document."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TextIO

from rich.console import Console

from chaos.experiment.plan import LONGEST_FAULT_S
from chaos.experiment.preview import FaultPreview, Preview
from chaos.reports.words import printable
from chaos.units import format_duration

WIDTH = 40
ON, OFF, OPEN = "█", "·", "▒"


def write_previews(previews: Sequence[Preview], skipped: Mapping[str, str], console: Console) -> None:
    for preview in previews:
        for line in _lines(preview):
            console.print(printable(line), markup=False, soft_wrap=True)
    for name, reason in skipped.items():
        console.print(printable(f"would be skipped: {name} ({reason})"), markup=False, soft_wrap=True)
    many = "experiment" if len(previews) == 1 else "experiments"
    console.print(f"dry run: {len(previews)} {many}, nothing was touched", soft_wrap=True)


def write_previews_json(previews: Sequence[Preview], skipped: Mapping[str, str], stream: TextIO) -> None:
    document = {
        "dry_run": True,
        "experiments": [asdict(preview) for preview in previews],
        "skipped": dict(skipped),
        "exit_code": 0,
    }
    stream.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _lines(preview: Preview) -> Iterator[str]:
    variant = f" [{preview.variant}]" if preview.variant else ""
    yield f"{preview.id}: {preview.name}{variant}" + (" (muted)" if preview.muted else "")
    if preview.control:
        yield "  two copies of the system: the same users come to both, and only one is broken (control: the other)"
    yield "  phases"
    yield from _table(preview.phases)
    yield "  faults, in the fault phase"
    length_s = preview.fault_s
    if length_s is None:
        length_s = max(LONGEST_FAULT_S if end is None else end for each in preview.faults for _, end in each.spans)
    width = max(len(each.name) for each in preview.faults)
    for fault in preview.faults:
        yield f"    {fault.name:<{width}}  {_bar(fault, length_s)}  {_said(fault)}"
    if preview.claims or any(each.claims for each in preview.faults):
        yield "  claims"
        yield from (f"    {claim}" for claim in preview.claims)
        yield from (f"    {claim} while {each.name!r} is on" for each in preview.faults for claim in each.claims)
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
    yield from _table({f"process {name}": command for name, command in touches.processes.items()})
    yield from _table({f"container {name}": made_from for name, made_from in touches.containers.items()})
    yield from _table({f"container {name}": f"{whose}, put back as it was" for name, whose in touches.borrowed.items()})
    yield from _table({f"running {name}": f"{url}, asked and never signalled" for name, url in touches.running.items()})
    lists = {"proxies": touches.proxies, "breaks": touches.broken, "hosts": touches.hosts, "writes": touches.writes}
    yield from _table({name: "; ".join(each) or "nothing" for name, each in lists.items()})
    yield from _table({"users": ", ".join(f"{name} {rate}" for name, rate in touches.users.items())})


def _table(rows: Mapping[str, str]) -> Iterator[str]:
    for name, said in rows.items():
        yield f"    {name:<16} {said}"


def _bar(fault: FaultPreview, length_s: float) -> str:
    """On a line as long as the whole phase."""
    drawn = [OFF] * WIDTH
    for start, end in fault.spans:
        first = min(WIDTH - 1, math.floor(start / length_s * WIDTH))
        last = WIDTH if end is None else max(first + 1, round(end / length_s * WIDTH))
        drawn[first:last] = [OPEN if end is None else ON] * (last - first)
    return "".join(drawn[:WIDTH])


def _said(fault: FaultPreview) -> str:
    attributes = " ".join(f"{name}={value}" for name, value in fault.attributes.items())
    ramp = f" ({fault.ramp})" if fault.ramp else ""
    what = f"{fault.kind} {attributes}".strip() + f"{ramp} on the {fault.place} {fault.on}"
    first, end = fault.spans[0]
    until = "until every claim has its samples" if end is None else f"to {_at(end)}"
    again = f", {len(fault.spans)} times, the last at {_at(fault.spans[-1][0])}" if len(fault.spans) > 1 else ""
    only = f", {fault.only_for}" if fault.only_for else ""
    return f"{what}{only}: {_at(first)} {until}{again}"


def _at(seconds: float) -> str:
    return format_duration(seconds) if seconds else "0s"
