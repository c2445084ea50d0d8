from __future__ import annotations

import pytest

from chaos.rules import judge
from chaos.rules.rule import Gate, Situation

AGE = Gate("age", asks="First, your age", guards="For you")
PASSED, STRANGER = frozenset({"age"}), frozenset[str]()


@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.parametrize(
    ("shown", "passed", "broken"),
    [
        ("<h1>first,\n your <i>age</i></h1>", PASSED, "G24"),
        ("<h1>First, your age</h1>", STRANGER, None),
        ("<h1>First, your age</h1>", frozenset({"other"}), None),
        ("<h1>For you</h1>", STRANGER, "G25"),
        ("<h1>FOR YOU</h1>", frozenset({"other"}), "G25"),
        ("<h1>For you</h1>", PASSED, None),
        ("<p hidden>For you</p><h1>Hello</h1>", STRANGER, None),
        ("<script>'First, your age'</script><h1>Hello</h1>", PASSED, None),
    ],
)
def test_who_passed_is_not_asked_and_who_did_not_is_not_let_in(html, status, shown, passed, broken) -> None:
    told = Situation(served=True, gates=(AGE,), passed=passed)
    found = {finding.rule for finding in judge(html(shown, status=status), told).findings} & {"G24", "G25"}
    assert found == ({broken} if broken else set())


def test_json_is_behind_the_gate_as_well(problem) -> None:
    answer = problem({"title": "For you", "clips": [1]}, status=200, media_type="application/json")
    judged = judge(answer, Situation(served=True, gates=(AGE,)))
    assert "G25" in {finding.rule for finding in judged.findings}


@pytest.mark.parametrize("gates", [(), (Gate("age"),)])
def test_without_gates_to_look_for_nothing_is_checked(html, gates) -> None:
    judged = judge(html(), Situation(served=True, gates=gates))
    assert {"G24", "G25"} <= {skipped.rule for skipped in judged.not_checked}


def test_a_gate_that_only_asks_guards_nothing(html) -> None:
    told = Situation(served=True, gates=(Gate("age", asks="First, your age"),), passed=PASSED)
    judged = judge(html("<h1>For you</h1>", status=200), told)
    assert "G25" in {skipped.rule for skipped in judged.not_checked}
    assert "G24" not in {skipped.rule for skipped in judged.not_checked}
