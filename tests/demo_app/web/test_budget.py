import pytest

from demo_app.web.budget import RetryBudget
from demo_app.web.client import TimedOut
from demo_app.web.guard import Guard


def test_over_time_one_call_in_five_may_be_tried_again() -> None:
    budget = RetryBudget()
    while budget.spend():
        pass
    granted = 0
    for _ in range(1000):
        budget.earn()
        granted += budget.spend()
    assert granted == pytest.approx(200, abs=1)


def test_what_is_saved_has_a_limit() -> None:
    budget = RetryBudget(earned_per_call=0.5, most_saved=3.0)
    for _ in range(100):
        budget.earn()
    assert [budget.spend() for _ in range(4)] == [True, True, True, False]


class Flaky:
    """Every second call fails, so that the breaker stays closed."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, timeout_s: float) -> None:
        self.calls += 1
        if self.calls % 2:
            raise TimedOut("no answer in time")


def test_calls_through_a_guard_share_one_budget() -> None:
    guard, attempt = Guard("media"), Flaky()
    outcomes = []
    for _ in range(50):
        try:
            guard.call(attempt, budget_s=60.0)
            outcomes.append("answer")
        except TimedOut:
            outcomes.append("failure")
    retries = attempt.calls - 50
    assert 10 <= retries <= 10 + 50 * 0.2
    assert outcomes[0] == "answer"
    assert "failure" in outcomes
