"""How much worse a figure may get before it counts: a part of what it was, an amount, or both."""

from __future__ import annotations

from dataclasses import dataclass

from chaos.measures.measure import Unit
from chaos.units import SHARE, format_duration, format_share, parse_duration, parse_share


@dataclass(frozen=True, slots=True)
class Slack:
    """`ratio` is of the figure as it was, `amount` in the figure's own unit; what is more of the two is borne with."""

    ratio: float = 0.0
    amount: float = 0.0

    def of(self, before: float) -> float:
        return max(self.ratio * abs(before), self.amount)


NONE = Slack()


def parse_slack(found: object, unit: Unit) -> Slack:
    """Of a share, points of it: `0.5%`. Of a duration, `20%` of it, `50ms`, or `20% and 50ms`. Raises `ValueError`."""
    if unit == "share":
        return Slack(amount=parse_share(found))
    if unit != "duration":
        raise ValueError("every one more counts; there is nothing to set")
    if not isinstance(found, str):
        raise ValueError(f'{found!r} was found; it is written like "20%", "50ms", or "20% and 50ms"')
    slack = NONE
    for part in found.split(" and "):
        if part.strip().endswith("%"):
            slack = Slack(SHARE.parse(part), slack.amount)
        else:
            slack = Slack(slack.ratio, parse_duration(part))
    return slack


def written(slack: Slack, unit: Unit) -> str:
    """As `parse_slack` reads it."""
    if unit == "share":
        return format_share(slack.amount)
    parts = [format_share(slack.ratio)] if slack.ratio else []
    return " and ".join([*parts, *([format_duration(slack.amount)] if slack.amount or not parts else [])])
