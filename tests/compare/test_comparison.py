"""Two sets of results beside each other: what is worse, what is better, and what nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.compare.comparison import Comparison, Difference, compare
from chaos.compare.figures import FIGURES
from chaos.compare.record import LedgerRecord
from chaos.compare.slack import Slack
from chaos.verdict.verdict import TimeToRecover


@pytest.fixture
def beside(make: Any) -> Any:
    """One earlier run, or several, and one now; each by what differs from a run that went well."""

    def compared(now: dict[str, Any], *before: dict[str, Any], **others: Any) -> Comparison:
        earlier = [make["results"](make["record"](**each), run=f"r{n}") for n, each in enumerate(before or ({},))]
        return compare(earlier, [make["record"](**now)], others.get("slack", {}))

    return compared


def only(comparison: Comparison) -> dict[tuple[str, str], tuple[str, bool]]:
    (compared,) = comparison.experiments
    return {(each.figure, each.of): (each.change, each.counts) for each in compared.differences}


def test_a_run_beside_itself_has_no_difference(beside: Any) -> None:
    assert only(beside({})) == {}


def test_every_figure_is_compared_in_its_own_direction(beside: Any, make: Any) -> None:
    worse = {
        "tallies": (make["tally"](60, 40, p95_s=0.8),),
        "recovered": TimeToRecover(at_least_s=2.0, at_most_s=2.05),
        "ledgers": (LedgerRecord(audit="items", lost=("a",), duplicated=("b", "c")),),
    }
    of = {"served": "open", "broken": "open", "p95": "open", "recovery": "", "lost": "items", "duplicated": "items"}
    assert of.keys() == FIGURES.keys()
    assert only(beside(worse)) == {(name, of[name]): ("worse", True) for name in FIGURES}
    assert only(beside({}, worse)) == {(name, of[name]): ("better", False) for name in FIGURES}


def test_what_chance_explains_is_no_change(beside: Any, make: Any) -> None:
    little = {
        "tallies": (make["tally"](97, 3, p95_s=0.105),),
        "recovered": TimeToRecover(at_least_s=0.22, at_most_s=0.27),
    }
    assert set(only(beside(little)).values()) == {("within noise", False)}


def test_worse_by_less_than_is_borne_with_is_shown_and_does_not_count(beside: Any, make: Any) -> None:
    slower = {"tallies": (make["tally"](p95_s=0.14),)}
    assert only(beside(slower)) == {("p95", "open"): ("worse", False)}
    assert only(beside(slower, slack={"p95": Slack(ratio=0.1)})) == {("p95", "open"): ("worse", True)}


def test_several_earlier_runs_tell_how_much_runs_differ(beside: Any, make: Any) -> None:
    def took(seconds: float) -> dict[str, Any]:
        return {"tallies": (make["tally"](p95_s=seconds, p95_interval_s=(seconds, seconds)),)}

    key = ("p95", "open")
    assert only(beside(took(0.5), took(0.1), took(0.1), took(0.11)))[key] == ("worse", True)
    assert only(beside(took(0.5), took(0.1), took(0.6), took(0.3)))[key][0] == "within noise"


def test_figures_without_intervals_are_unknown(beside: Any, make: Any) -> None:
    old, new = ({"tallies": (make["tally"](p95_s=p95_s, p95_interval_s=None),)} for p95_s in (0.1, 0.9))
    assert only(beside(new, old)) == {("p95", "open"): ("unknown", False)}


def test_a_machine_that_was_too_busy_has_no_latency_to_compare(beside: Any, make: Any) -> None:
    assert only(beside({"tallies": (make["tally"](p95_s=0.9),), "busy": True, "verdict": "failed"})) == {
        ("verdict", ""): ("worse", True)
    }


@pytest.mark.parametrize(
    ("before", "now", "change", "counts"),
    [
        (["passed"], "failed", "worse", True),
        (["passed"], "inconclusive", "worse", False),
        (["passed", "passed"], "failed", "worse", True),
        (["passed", "failed"], "failed", "within noise", False),
        (["failed"], "passed", "better", False),
        (["passed", "failed"], "passed", "within noise", False),
    ],
)
def test_a_verdict_is_worse_where_all_passed_before(
    beside: Any, before: list[str], now: str, change: str, counts: bool
) -> None:
    found = only(beside({"verdict": now}, *({"verdict": word} for word in before)))
    assert found == {("verdict", ""): (change, counts)}


@pytest.mark.parametrize("word", ["passed", "failed"])
def test_the_same_verdict_is_no_difference(beside: Any, word: str) -> None:
    assert only(beside({"verdict": word}, {"verdict": word})) == {}


def test_a_newly_broken_rule_is_worse_and_counts_if_it_is_an_error(beside: Any, make: Any) -> None:
    found = {
        "findings": (make["finding"]("G02", "E"), make["finding"]("G16", "W"), make["finding"]("G09", "E", "known"))
    }
    assert only(beside(found)) == {
        ("rules", "G02 a rule"): ("worse", True),
        ("rules", "G16 a rule"): ("worse", False),
    }
    assert only(beside({}, found)) == {
        ("rules", "G02 a rule"): ("better", False),
        ("rules", "G16 a rule"): ("better", False),
    }
    assert only(beside(found, {}, found)) == {}, "it was broken before, now and then"


def standings(comparison: Comparison) -> dict[str, str]:
    return {each.id: each.standing for each in comparison.experiments}


def test_what_is_new_gone_or_another_plan_is_said_and_not_compared(make: Any) -> None:
    record, results = make["record"], make["results"]
    slow = make["tally"](p95_s=9.0)
    oldest = results(record("long_gone", wall_time="2021-01-01"), run="old")
    newest = results(record("gone"), record("changed", tallies=(slow,)), record("broke", verdict="error"), run="new")
    now = [record("changed", plan_sha256="b"), record("fresh"), record("broke")]
    comparison = compare([newest, oldest], now, {})
    assert standings(comparison) == {
        "changed": "changed",
        "fresh": "new",
        "broke": "not comparable",
        "gone": "gone",
    }
    assert comparison.against == ("old", "new")
    assert not any(each.differences for each in comparison.experiments)
    assert all(each.why for each in comparison.experiments)


def test_variants_are_compared_with_themselves_and_muted_runs_not_at_all(make: Any) -> None:
    record = make["record"]
    earlier = make["results"](record(variant="fragile", verdict="failed"), record(muted=True, verdict="failed"))
    comparison = compare([earlier], [record(), record(variant="fragile", verdict="failed")], {})
    assert [(each.variant, each.standing) for each in comparison.experiments] == [
        (None, "new"),
        ("fragile", "compared"),
    ]


def test_results_that_do_not_know_their_plan_are_compared_and_it_is_said(beside: Any) -> None:
    (compared,) = beside({}, {"plan_sha256": None}).experiments
    assert (compared.standing, compared.runs) == ("compared", 1)
    assert "can't be told" in compared.why


def test_nothing_but_the_verdict_is_compared_of_a_run_that_tells_nothing(beside: Any, make: Any) -> None:
    now = {"verdict": "aborted", "tallies": (make["tally"](0, 100),), "findings": (make["finding"]("G02", "E"),)}
    (compared,) = beside(now).experiments
    assert [each.figure for each in compared.differences] == ["verdict"]
    assert compared.why == "it is aborted now, so there are no figures"


def test_a_difference_says_when_it_was(beside: Any, make: Any) -> None:
    (compared,) = beside({"tallies": (make["tally"](p95_s=0.8),)}).experiments
    (difference,) = compared.differences
    assert isinstance(difference, Difference)
    assert difference.name == "open p95 while the fault was on"
    assert (difference.before, difference.now) == ("100ms", "800ms")
