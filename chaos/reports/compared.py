"""The comparison with earlier runs, and what the gate says, in words that several reporters share."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.compare.comparison import Change, Compared, Comparison, Difference
from chaos.gate.ruling import Ruling


def comparison_headline(comparison: Comparison) -> str:
    """`against 3 earlier runs: 1 worse, 4 within noise; 1 new`"""
    runs = len(comparison.against)
    changes: tuple[Change, ...] = ("worse", "better", "within noise", "unknown")
    counts = [f"{count} {change}" for change in changes if (count := comparison.count(change))]
    others: dict[str, int] = {}
    for each in comparison.experiments:
        if each.standing != "compared":
            others[each.standing] = others.get(each.standing, 0) + 1
    parts = [", ".join(counts) or "no difference", *(f"{count} {standing}" for standing, count in others.items())]
    return f"against {runs} earlier run{'s' if runs != 1 else ''}: {'; '.join(parts)}"


def comparison_lines(comparison: Comparison) -> Iterator[tuple[Change | None, str]]:
    """What has changed beyond noise, and what could not be compared; each with its change, if it is one."""
    for compared in comparison.experiments:
        if compared.why:
            yield None, f"{compared_name(compared)} ({compared.standing}): {compared.why}"
        for each in compared.differences:
            if each.change != "within noise":
                yield each.change, f"{each.change}: {compared_name(compared)}: {difference_words(each)}"


def compared_name(compared: Compared) -> str:
    return f"{compared.id} [{compared.variant}]" if compared.variant else compared.id


def difference_words(difference: Difference) -> str:
    return f"{difference.name}: {difference.before}, now {difference.now}{noise_words(difference)}"


def noise_words(difference: Difference) -> str:
    """Said after the figures."""
    if difference.change == "unknown":
        return " (nothing tells how much chance alone moves it)"
    return f" (chance alone: up to {difference.noise})" if difference.noise else ""


def gate_lines(ruling: Ruling) -> Iterator[tuple[bool, str]]:
    """Each objection, and whether the gate fails for it."""
    for each in ruling.objections:
        kind = "left open" if each.kind == "left_open" else "the gate fails" if each.fails else "gate"
        yield each.fails, f"{kind}: {each.says}"
