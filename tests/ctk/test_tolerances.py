"""Tolerances as expectations: what is said is the same, and what can't be said is left to a function."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.ctk.tolerances import Query, expectation, problem_of, query_of
from chaos.experiment.request import Expect


def body(kind: str, **given: Any) -> dict[str, Any]:
    return {"type": kind, "target": "body", **given}


@pytest.mark.parametrize(
    ("tolerance", "expected"),
    [
        (200, {"status": 200}),
        ([200, 204], {"status": [200, 204]}),
        ({"type": "range", "target": "status", "range": [200, 202]}, {"status": [200, 201, 202]}),
        (body("regex", pattern="all is well"), {"text": "all is well"}),
        (body("jsonpath", path="$.a.b", expect="x"), {"json": {"a.b": "x"}}),
        (body("jsonpath", path="$.a", expect=["x"]), {"json": {"a": "x"}}),
        (body("jsonpath", path="$.a[*].b", expect="x"), {"json": {"a[*].b": ["x"]}}),
        (body("jsonpath", path="$.a[*].b", count=2), {"json": {"length(a[*].b)": 2}}),
        (body("jsonpath", path="$.a[*]"), {"json": {"length(a[*]) > `0`": True}}),
        (body("jsonpath", path="$.a"), {"json": {"a != `null`": True}}),
    ],
)
def test_it_is_said_by_an_expectation(tolerance: Any, expected: dict[str, Any]) -> None:
    assert expectation(tolerance) == expected
    Expect.model_validate(expected)


@pytest.mark.parametrize(
    "tolerance",
    [
        True,
        "200",
        [],
        [1.5, 2],
        body("regex", pattern="a+"),
        {"type": "regex", "pattern": "a"},
        body("jsonpath", path="$..a"),
        body("jsonpath", path="$.a", expect=["x", "y"]),
        body("jsonpath", path="$.a", count=3),
        body("range", range=[1, 2]),
        {"type": "probe", "provider": {"type": "python", "module": "m", "func": "f"}},
    ],
)
def test_it_is_left_to_a_function(tolerance: Any) -> None:
    assert expectation(tolerance) is None


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("$", Query("@", False)),
        ("$.a", Query("a", False)),
        ("$['a b'].c[0]", Query('"a b".c[0]', False)),
        ("$[*].a", Query("[*].a", True)),
        ("$.a[*].b[*].c", Query("a[*].b[].c", True)),
        ("$..a", None),
        ("$.a[?(@.b)]", None),
        ("$.a.*", None),
        ("a", None),
    ],
)
def test_a_json_path_in_other_words(path: str, query: Query | None) -> None:
    assert query_of(path) == query


@pytest.mark.parametrize(
    ("tolerance", "where", "says"),
    [
        (None, (), "a tolerance is a value, a list, or a mapping with a type"),
        ({"type": "rgx"}, ("type",), "'rgx' is no type of a tolerance; known are: regex, jsonpath, range, probe"),
        ({"type": "regex"}, (), "a tolerance of type regex needs `pattern`"),
        ({"type": "regex", "pattern": "("}, ("pattern",), "'(' is no regular expression: "),
        ({"type": "range", "range": [1, "2"]}, ("range",), "a range is a list of two numbers"),
        ({"type": "probe"}, (), "a tolerance that is a probe needs `provider`"),
    ],
)
def test_what_is_no_tolerance_is_told(tolerance: Any, where: tuple[str, ...], says: str) -> None:
    problem = problem_of(tolerance)
    assert problem is not None
    assert problem[0] == where
    assert problem[1].startswith(says)


@pytest.mark.parametrize("tolerance", [True, 1, "x", [1], {"type": "range", "range": [1, 2.5]}])
def test_what_is_a_tolerance_has_no_problem(tolerance: Any) -> None:
    assert problem_of(tolerance) is None
