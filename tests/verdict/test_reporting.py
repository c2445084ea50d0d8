"""Who reports an outage: some of those who were let down, each of them once."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.journal.events import Sample
from chaos.verdict.reporting import Reporters


def sample(user: str, outcome: Any = "broken") -> Sample:
    return Sample(journey="open", user=user, due_s=1.0, left_s=1.0, ended_s=1.1, took_s=0.1, outcome=outcome)


def test_nobody_reports_twice() -> None:
    reporters = Reporters(seed=1, share=1.0)
    assert [reporters.reports(sample("known-1")) for _ in range(3)] == [True, False, False]


def test_who_was_served_does_not_report() -> None:
    assert not Reporters(seed=1, share=1.0).reports(sample("known-1", "served"))


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_as_many_report_as_the_share_says(share: float) -> None:
    reporters = Reporters(seed=1, share=share)
    reported = sum(reporters.reports(sample(f"known-{number}")) for number in range(2000))
    assert abs(reported / 2000 - share) < 0.05


def test_the_same_samples_have_the_same_reports() -> None:
    one, other = Reporters(seed=7, share=0.3), Reporters(seed=7, share=0.3)
    samples = [sample(f"known-{number % 20}") for number in range(200)]
    assert [one.reports(each) for each in samples] == [other.reports(each) for each in samples]
