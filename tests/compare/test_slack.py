"""How much worse is borne with: a part, an amount, or both."""

from __future__ import annotations

import pytest

from chaos.compare.slack import Slack, parse_slack, written
from chaos.measures.measure import Unit

WRITTEN: list[tuple[str, Unit, Slack]] = [
    ("20%", "duration", Slack(ratio=0.2)),
    ("50ms", "duration", Slack(amount=0.05)),
    ("20% and 50ms", "duration", Slack(0.2, 0.05)),
    ("150%", "duration", Slack(1.5)),
    ("0.5%", "share", Slack(amount=0.005)),
    ("0%", "share", Slack()),
]


@pytest.mark.parametrize(("text", "unit", "slack"), WRITTEN)
def test_it_is_read_and_written_alike(text: str, unit: Unit, slack: Slack) -> None:
    assert parse_slack(text, unit) == slack
    assert parse_slack(written(slack, unit), unit) == slack


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        (20, "duration", "it is written like"),
        ("20", "duration", "20 has no unit"),
        ("20% or 50ms", "duration", "is not a unit"),
        ("50ms", "share", "is not a unit of a share"),
        ("1", "count", "every one more counts"),
    ],
)
def test_what_it_can_not_be_is_told(text: object, unit: Unit, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_slack(text, unit)


def test_the_larger_of_the_two_is_borne_with() -> None:
    assert Slack(0.2, 0.05).of(0.1) == 0.05
    assert Slack(0.2, 0.05).of(1.0) == 0.2
