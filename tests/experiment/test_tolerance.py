"""Bounds as people write them."""

from __future__ import annotations

import pytest

from chaos.experiment.tolerance import AuditBounds, Bound, JourneyBounds, parse_bound
from chaos.measures import AUDIT_MEASURES, MEASURES

EVERY = {**MEASURES, **AUDIT_MEASURES}


@pytest.mark.parametrize(
    ("measure", "found", "bound"),
    [
        ("served", ">= 99%", Bound(">=", 0.99, ">= 99%")),
        ("served", ">=99.9%", Bound(">=", 0.999, ">= 99.9%")),
        ("served", "> 99%", Bound(">", 0.99, "> 99%")),
        ("broken", "0%", Bound("<=", 0.0, "<= 0%")),
        ("broken", "< 5 %", Bound("<", 0.05, "< 5 %")),
        ("degraded", ">= 50%", Bound(">=", 0.5, ">= 50%")),
        ("p95", "300ms", Bound("<=", 0.3, "<= 300ms")),
        ("p95", " <= .3s ", Bound("<=", 0.3, "<= .3s")),
        ("lost", 0, Bound("<=", 0, "<= 0")),
        ("rate", ">= 10/s", Bound(">=", 10, ">= 10/s")),
        ("rate", ">= 60/min", Bound(">=", 1, ">= 60/min")),
        ("abandonment", "5%", Bound("<=", 0.05, "<= 5%")),
        ("served", {"bound": ">= 99%", "confidence": "95%"}, Bound(">=", 0.99, ">= 99%", 0.95)),
        ("broken", {"bound": "5%", "confidence": "99%"}, Bound("<=", 0.05, "<= 5%", 0.99)),
        ("lost", "<= 3", Bound("<=", 3, "<= 3")),
    ],
)
def test_a_bound_is_a_comparison_in_the_measures_unit(measure: str, found: object, bound: Bound) -> None:
    assert parse_bound(EVERY[measure], found) == bound


@pytest.mark.parametrize(
    ("op", "below", "at", "above"),
    [("<=", True, True, False), ("<", True, False, False), (">=", False, True, True), (">", False, False, True)],
)
def test_each_comparison_holds_on_its_side(op: str, below: bool, at: bool, above: bool) -> None:
    bound = Bound(op, 0.5, "")  # type: ignore[arg-type]
    assert (bound.holds(0.4), bound.holds(0.5), bound.holds(0.6)) == (below, at, above)
    assert bound.upwards == (above and not below)


@pytest.mark.parametrize("measure", EVERY)
@pytest.mark.parametrize("found", [True, None, [], {}, "", ">=", "=> 99%", "≤ 3", "abc", ">= -1%", "1", "nan", "inf"])
def test_what_is_no_bound_is_refused_in_words(measure: str, found: object) -> None:
    if measure in AUDIT_MEASURES and found == "1":
        return
    with pytest.raises(
        ValueError, match=r"written like|is not a unit|alone would mean|a whole number|can't be negative|only shares"
    ):
        parse_bound(EVERY[measure], found)


@pytest.mark.parametrize(
    ("measure", "found", "said"),
    [
        ("p95", {"bound": "300ms", "confidence": "95%"}, "only shares of a phase take a confidence"),
        ("lost", {"bound": "0", "confidence": "95%"}, "only shares of a phase take a confidence"),
        ("served", {"bound": ">= 99%"}, "written like {bound"),
        ("served", {"bound": ">= 99%", "confidence": "95%", "for": "1s"}, "written like {bound"),
        ("served", {"bound": ">= 99%", "confidence": "95"}, "has no unit"),
        ("served", {"bound": ">= 99%", "confidence": "100%"}, "from 50% to less than 100%"),
        ("served", {"bound": "99%", "confidence": "95%"}, "alone would mean"),
        ("served", {"bound": ">= 100%", "confidence": "95%"}, "no number of samples can show >= 100%"),
        ("broken", {"bound": "0%", "confidence": "95%"}, "no number of samples can show <= 0%"),
    ],
)
def test_a_confidence_that_nothing_could_show_is_refused(measure: str, found: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_bound(EVERY[measure], found)


def test_a_bound_with_a_confidence_survives_a_trip_through_json_and_says_so() -> None:
    bounds = JourneyBounds.model_validate_json('{"served": {"bound": ">= 99.5%", "confidence": "95%"}}')
    assert JourneyBounds.model_validate_json(bounds.model_dump_json()) == bounds
    assert str(bounds.tolerances("open")[0]) == "open served >= 99.5% (95% confidence)"


@pytest.mark.parametrize(
    ("measure", "found", "op", "value", "text"),
    [
        ("p95", "<= control + 200ms", "<=", 0.2, "<= control + 200ms"),
        ("p95", "control+200ms", "<=", 0.2, "<= control + 200ms"),
        ("p50", "< control", "<", 0.0, "< control"),
        ("served", ">= control - 1%", ">=", -0.01, ">= control - 1%"),
        ("broken", "control + 5%", "<=", 0.05, "<= control + 5%"),
        ("p95", ">= control + 200ms", ">=", 0.2, ">= control + 200ms"),  # the fault slows users down at least so much
    ],
)
def test_a_bound_against_the_control_is_on_the_difference(
    measure: str, found: str, op: str, value: float, text: str
) -> None:
    bound = parse_bound(EVERY[measure], found)
    assert bound == Bound(op, value, text, against_control=True)  # type: ignore[arg-type]
    bounds = JourneyBounds.model_validate_json(f'{{"{measure}": "{found}"}}')
    assert JourneyBounds.model_validate_json(bounds.model_dump_json()) == bounds


@pytest.mark.parametrize(
    ("measure", "found", "said"),
    [
        (
            "rate",
            ">= control - 1/s",
            "rate can't be held against the control; these can: served, degraded, broken, p50",
        ),
        ("abandonment", "<= control", "abandonment can't be held against the control"),
        ("lost", "<= control", "lost can't be held against the control"),
        ("served", "control - 1%", 'for served write ">= control - 1%"'),
        ("served", ">= control + 1%", 'better with the fault than without; write ">= control - 1%"'),
        ("p95", "<= control - 1ms", r'better with the fault than without; write "<= control \+ 1ms"'),
        ("p95", "<= control + 200", "has no unit"),
        ("p95", "<= control + -200ms", "is not a duration|can't be negative"),
        ("p95", "<= control 200ms", "is not a bound"),
        ("p95", "<= contrl + 200ms", "is not a bound"),
        ("served", {"bound": ">= control - 1%", "confidence": "95%"}, "write it without a confidence"),
    ],
)
def test_what_the_control_can_say_nothing_of_is_refused_in_words(measure: str, found: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_bound(EVERY[measure], found)


@pytest.mark.parametrize("measure", EVERY)
def test_every_measure_can_be_claimed_and_a_claim_survives_a_trip_through_json(measure: str) -> None:
    model = JourneyBounds if measure in MEASURES else AuditBounds
    example = model.model_json_schema()["properties"][measure]["anyOf"][0]["examples"][0]
    bounds = model.model_validate_json(f'{{"{measure}": "{example}"}}')
    assert model.model_validate_json(bounds.model_dump_json()) == bounds
    (tolerance,) = bounds.tolerances("open")
    assert (tolerance.on, tolerance.measure) == ("open", measure)
    assert str(tolerance).startswith(f"open {measure} ")
    assert not hasattr(AuditBounds if model is JourneyBounds else JourneyBounds, measure)
