"""What the rules found, rule by rule and kind by kind, and what the experiment makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.journal.events import AnswerSeen, ReferencesLookedUp, Try

Tell = Callable[..., Any]
SORRY = {"outcome": "degraded", "status": 503, "answer": "sorry"}


def seen(kind: str, **facts: Any) -> AnswerSeen:
    return AnswerSeen(at_s=0, fingerprint=kind, journey="open", status=503, headers=(), body="", says="Sorry", **facts)


def night(story: Tell, *runs: dict[str, Any], **experiment: Any) -> Any:
    told = story(**experiment).night()
    for facts in runs:
        told.run(**facts)
    return told


def test_each_rule_is_told_once_for_each_kind_of_answer(story: Tell) -> None:
    runs = [
        {**SORRY, "rules": ("G14", "G16")},
        {**SORRY, "rules": ("G14",), "answer": "later"},
        {**SORRY, "rules": ("G14",)},
    ]
    told = night(story, *runs).add(seen("sorry", findings={"G14": "says 5 minutes", "G16": "filler"}))
    found = told.add(seen("later", findings={"G14": "says tomorrow"})).end().verdict().findings
    assert [(each.rule, each.reason, each.count, each.users, each.phases) for each in found] == [
        ("G14", "says 5 minutes", 2, 2, ("recovery",)),
        ("G14", "says tomorrow", 1, 1, ("recovery",)),
        ("G16", "filler", 1, 1, ("recovery",)),
    ]
    assert all(each.level == "W" and each.advice and each.name for each in found)


def test_what_was_found_before_the_fault_or_by_rules_of_another_version_is_left_out(story: Tell) -> None:
    told = story().phase("baseline").run(**SORRY, rules=("G14",))
    told.night().run(**SORRY, rules=("G99",))
    assert told.end().verdict().findings == ()


def test_earlier_tries_count_as_their_user_saw_them(story: Tell) -> None:
    one = Try(at_s=6.0, ended_s=6.1, outcome="degraded", status=503, rules=("G14",), answer="sorry")
    found = night(story, {"outcome": "served", "tries": (one,)}).end().verdict().findings
    assert [(each.rule, each.answer) for each in found] == [("G14", "sorry")]


ALLOWED = [{"rule": "G14", "reason": "known, T-5", "until": "2021-07-06"}]
EXPIRED = [{"rule": "G14", "reason": "known, T-5", "until": "2021-07-05"}]


@pytest.mark.parametrize(
    ("allow", "bounds", "verdict"),
    [
        ([], {"warnings": 0}, "failed"),
        ([], {"warnings": 1}, "passed"),
        ([], {"errors": 0}, "passed"),
        (ALLOWED, {"warnings": 0}, "passed"),
        (EXPIRED, {"warnings": 1}, "failed"),  # the allowance itself is one more
    ],
)
def test_an_experiment_can_bound_what_the_rules_find(
    story: Tell, allow: list[dict[str, str]], bounds: dict[str, int], verdict: str
) -> None:
    told = night(story, {**SORRY, "rules": ("G14",)}, allow=allow, rules=bounds)
    assert told.add(seen("sorry", findings={"G14": "says 5 minutes"})).end().verdict().verdict == verdict


def test_a_missed_bound_names_what_was_found(story: Tell) -> None:
    told = night(story, {**SORRY, "rules": ("G14",)}, rules={"warnings": 0})
    verdict = told.add(seen("sorry", findings={"G14": "says 5 minutes"})).end().verdict()
    assert verdict.reasons == ("rules warnings <= 0: 1 kinds of warnings: G14 says 5 minutes",)


def test_an_allowed_finding_is_still_told_with_its_reason(story: Tell) -> None:
    found = night(story, {**SORRY, "rules": ("G14",)}, allow=ALLOWED).end().verdict().findings
    assert [(each.rule, each.allowed) for each in found] == [("G14", "known, T-5")]


def test_a_rule_that_could_not_be_judged_is_not_passed(story: Tell) -> None:
    told = night(story, SORRY).add(seen("sorry", not_checked={"G21": "no browser took part"}))
    skipped = {each.rule: each.why for each in told.end().verdict().not_checked}
    assert skipped["G21"] == "no browser took part"
    assert "G10" in skipped


@pytest.mark.parametrize(("in_log", "rules"), [(True, set()), (False, {"G10"})])
def test_references_are_held_against_the_logs(story: Tell, in_log: bool, rules: set[str]) -> None:
    told = night(story, SORRY).add(ReferencesLookedUp(at_s=9, found={"K7F2-91": in_log}))
    assert {each.rule for each in told.end().verdict().findings} == rules


@pytest.mark.parametrize(
    ("run", "stored", "rules"),
    [
        ({"acknowledged": "a", "fate": "saved"}, "a", set()),
        ({"acknowledged": "a", "fate": "saved"}, "", {"G12"}),
        ({"outcome": "degraded", "fate": "not-saved", "checksum": "1"}, "x", {"G12"}),
        ({"outcome": "degraded", "fate": "not-saved", "checksum": "2"}, "x", set()),
        ({"outcome": "degraded", "fate": "saved", "checksum": "2"}, "x", {"G12"}),
    ],
)
def test_what_was_said_of_an_item_is_held_against_the_ledger(
    story: Tell, run: dict[str, Any], stored: str, rules: set[str]
) -> None:
    told = story(audit={"items": {"lost": 1}}).night().run(journey="save", **{"status": 503, **run}).wait(1)
    found = told.audit(*stored, checksums=("1",) * len(stored)).end().verdict().findings
    assert {each.rule for each in found} == rules


def test_whoever_comes_back_when_told_must_be_served_after_the_fault(story: Tell) -> None:
    told = story().night()
    for number in range(12):
        told.run("degraded", user=f"user {number}", retry_after_s=1.0, status=503)
    told.wait(1.2)
    for number in range(12):
        told.run("degraded", user=f"user {number}", status=503).wait(0.2)
    checked = {each.rule for each in told.end().verdict().not_checked}
    assert "G04" in checked, "the next run of a journey of strangers is somebody else's"


def test_a_retry_that_came_when_told_must_be_served_after_the_fault(story: Tell) -> None:
    told = story().night()
    for _ in range(12):
        began = told.now
        first = Try(at_s=began, ended_s=began + 0.1, outcome="degraded", status=503, retry_after_s=1.0, told=True)
        told.run("degraded", took=1.3, tries=(first,), status=503).wait(0.2)
    found = [each for each in told.end().verdict().findings if each.rule == "G04"]
    assert [each.count for each in found] == [12]
