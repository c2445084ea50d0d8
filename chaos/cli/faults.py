"""`gatecrash faults`: what can be made to go wrong."""

from __future__ import annotations

from typing import get_args

from rich.console import Console

from chaos.faults import FAULTS
from chaos.faults.fault import Fault
from chaos.faults.http import Match


def faults() -> int:
    """List the faults, their attributes and what proves that they took effect."""
    console = Console(highlight=False)
    for kind, fault in FAULTS.items():
        limits = [f"on a {fault.place}", *(["embedded proxy only"] if fault.embedded_only else [])]
        who = f" ({', '.join(limits)})"
        console.print(f"[bold]{kind}[/bold]{who}: {fault.summary}", soft_wrap=True)
        for line in _attributes(fault):
            console.print(f"    {line}", soft_wrap=True, markup=False)
        console.print(f"    proof of effect: {fault.acted}", style="dim", soft_wrap=True)
    return 0


def _attributes(fault: type[Fault]) -> list[str]:
    lines = []
    for name, field in fault.model_fields.items():
        given = isinstance(field.default, (str, int, float)) and field.default != ""
        default = "required" if field.is_required() else f"default {field.default}" if given else "optional"
        lines.append(f"{field.alias or name} ({default}): {field.description}")
        if field.annotation is not None and Match in (field.annotation, *get_args(field.annotation)):
            lines += [f"    {each}: {inner.description}" for each, inner in Match.model_fields.items()]
    return lines
