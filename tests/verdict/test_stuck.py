"""A stuck breaker: what was broken is healthy again, and the app goes on refusing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Tell = Callable[..., Any]
WITHIN = {"within": "3s", "stuck": "1s"}


def night(tell: Tell, after: str, *, healthy_after: float | None = 0.1, recovery: Any = WITHIN) -> Any:
    """The database answers for itself some time after the undo; None: it was not seen to."""
    tale = tell(during={}, recovery=recovery).baseline().fault_on().runs("45s").effect(bytes=1).fault_off()
    undone = tale.now
    tale.recovery(after)
    if healthy_after is not None:
        ended, tale.now = tale.now, undone + healthy_after
        tale.probed(1, probe="health/db")
        tale.now = ended
    return tale.end().verdict()


@pytest.mark.parametrize(
    ("after", "facts", "verdict", "reason"),
    [
        ("60s", {}, "passed", ""),
        ("20b 60s", {}, "passed", ""),
        (
            "30b 60s",
            {},
            "failed",
            "the app is back within 1s of its dependencies: db was healthy, and the app took 1.4s",
        ),
        ("30b 60s", {"healthy_after": 1.0}, "passed", ""),
        (
            "30b 60s",
            {"healthy_after": None},
            "inconclusive",
            "the app is back within 1s of its dependencies: db was not",
        ),
        ("30b 60s", {"recovery": {"within": "3s"}}, "passed", ""),
        ("60s", {"healthy_after": 2.0}, "passed", ""),
    ],
)
def test_the_app_must_be_back_soon_after_what_it_needs(
    story: Tell, after: str, facts: Any, verdict: str, reason: str
) -> None:
    found = night(story, after, **facts)
    assert found.verdict == verdict, found.reasons
    assert "".join(found.reasons[:1]).startswith(reason)


def test_an_app_that_never_comes_back_is_told_by_what_it_refused_to_see(story: Tell) -> None:
    found = night(story, "120b")
    assert any("db was healthy, and the app went on refusing for 5.9s more" in reason for reason in found.reasons)
    assert found.stuck_s == pytest.approx(5.9)


def test_a_short_look_refutes_nothing(story: Tell) -> None:
    found = night(story, "120b", healthy_after=5.5)
    (claim,) = (each for each in found.claims if "dependencies" in each.text)
    assert (claim.state, claim.why) == ("undecided", "it was watched for 500ms only")
