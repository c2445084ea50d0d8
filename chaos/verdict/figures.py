"""Figures and intervals as people read them, by the unit of their measure."""

from __future__ import annotations

import math

from chaos.measures.measure import Interval, Unit
from chaos.units import format_duration, format_share


def format_figure(unit: Unit, figure: float) -> str:
    if unit == "share":
        return format_share(figure)
    if unit == "duration":
        return "never" if math.isinf(figure) else format_duration(figure)
    if unit == "rate":
        return f"{figure:.3g}/s"
    if unit == "ratio":
        return f"{figure:.3g}"
    if unit == "number":
        return f"{figure:.6g}"
    return f"{figure:g}"


def format_apart(unit: Unit, figure: float, bound: float) -> str:
    """With as many digits as it takes to tell the figure from the bound that it misses."""
    text = format_figure(unit, figure)
    if figure == bound or text != format_figure(unit, bound) or unit == "count":
        return text
    if unit == "share":
        return f"{figure * 100:.6g}%"
    return {"duration": f"{figure * 1000:.6g}ms", "rate": f"{figure:.6g}/s"}.get(unit, f"{figure:.6g}")


def format_difference(unit: Unit, difference: float) -> str:
    """Between two figures: always with its sign."""
    if unit == "share":
        return f"{difference * 100:+.1f}%"
    return f"{'-' if difference < 0 else '+'}{format_figure(unit, abs(difference))}"


def format_differences(unit: Unit, interval: Interval) -> str:
    """From one to another; empty where there is no end to it on either side."""
    low, high = interval
    if math.isinf(low) or math.isinf(high):
        known = [f"{format_difference(unit, low)} or more"] if math.isfinite(low) else []
        known += [f"{format_difference(unit, high)} or less"] if math.isfinite(high) else []
        return "".join(known) or "anything"
    return f"{format_difference(unit, low)} to {format_difference(unit, high)}"


def format_interval(unit: Unit, interval: Interval) -> str:
    low, high = interval
    if unit in {"count", "ratio", "number"}:
        return ""
    if unit == "rate":
        return f"{low:.3g}/s to {high:.3g}/s"
    if unit == "duration" and math.isinf(high):
        return f"{format_duration(low)} or more"
    if unit == "share":
        return f"{low * 100:.1f}% to {high * 100:.1f}%"
    return f"{format_duration(low)} to {format_duration(high)}"
