"""`gatecrash faults`: what can be made to go wrong."""

from __future__ import annotations

from rich.console import Console

from chaos.faults import FAULTS
from chaos.faults.fault import LinkFault


def faults() -> int:
    """List the faults, their attributes and what proves that they took effect."""
    console = Console(highlight=False)
    for kind, fault in FAULTS.items():
        console.print(f"[bold]{kind}[/bold]: {fault.summary}", soft_wrap=True)
        for line in _attributes(fault):
            console.print(f"    {line}", soft_wrap=True, markup=False)
        console.print(f"    proof of effect: {fault.acted}", style="dim", soft_wrap=True)
    return 0


def _attributes(fault: type[LinkFault]) -> list[str]:
    lines = []
    for name, field in fault.model_fields.items():
        default = "required" if field.is_required() else f"default {field.default}"
        lines.append(f"{name} ({default}): {field.description}")
    return lines
