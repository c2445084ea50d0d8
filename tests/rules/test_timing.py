from __future__ import annotations

import pytest


@pytest.mark.parametrize(("elapsed_s", "passes"), [(0.0, True), (10.0, True), (10.01, False), (float("inf"), False)])
def test_the_final_answer_comes_within_ten_seconds(html, broken, elapsed_s, passes) -> None:
    assert ("G05" not in broken(html(elapsed_s=elapsed_s))) is passes


def test_the_budget_is_configurable_and_named(html, broken) -> None:
    assert "0.2 s" in broken(html(elapsed_s=0.2), budget_s=0.1)["G05"]
    assert "0.1 s" in broken(html(elapsed_s=0.2), budget_s=0.1)["G05"]


def test_who_asked_for_json_waits_no_longer(problem, broken) -> None:
    assert "G05" in broken(problem(), budget_s=0.1)
