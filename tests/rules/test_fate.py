from __future__ import annotations

import pytest

from chaos.rules import NotChecked, Words, judge
from chaos.rules.fate import fate_in_words, fate_is_true, fate_of
from chaos.rules.reading import Reading
from chaos.rules.rule import Sent, Situation
from chaos.rules.story import Coming, Story

WORDS = Words.load()
SENT = Sent(fields={"caption": "My cat"})


@pytest.mark.parametrize(
    ("text", "fate"),
    [
        ("Your clip has not been saved.", "not-saved"),
        ("Your clip hasn’t been saved.", "not-saved"),
        ("Nothing has been saved.", "not-saved"),
        ("We could not save your answer.", "not-saved"),
        ("We can't take your clip right now", "not-saved"),
        ("We did not receive your message.", "not-saved"),
        ("Your order was lost.", "not-saved"),
        ("Your clip is not uploaded yet", "not-saved"),
        ("Your order could not be placed.", "not-saved"),
        ("We weren't able to send your message.", "not-saved"),
        ("Your answer has not been saved. We kept the date in the form below.", "not-saved"),
        ("The earlier clip is safe. This one has not been saved.", "not-saved"),
        ("Your clip has been saved.", "saved"),
        ("It is saved with us. It is not posted yet.", "saved"),
        ("We have your clip", "saved"),
        ("We've received your message.", "saved"),
        ("Your answers are stored.", "saved"),
        ("We don't know yet if your clip was saved.", "unknown"),
        ("Your answer may or may not have been saved.", "unknown"),
        ("Your payment might have gone through.", "unknown"),
        ("It is not clear whether your order was placed.", "unknown"),
        ("We cannot tell whether it was sent. Your draft is saved.", "unknown"),
        ("Please try again in a minute.", None),
        ("Everything you have uploaded is safe.", None),
        ("Nothing you saved or posted here is affected.", None),
        ("Your account is safe, and your place in the line is kept.", None),
        ("You don't have to type it again.", None),
        ("We can't open your feed right now", None),
        ("Save your work often.", None),
    ],
)
def test_the_fate_is_read_from_the_words(html, broken, text, fate) -> None:
    found = fate_in_words([text], WORDS)
    assert (found and found[0]) == fate
    answer = html(f"<h1>Sorry</h1><p>{text}</p>")
    assert fate_of(Reading(answer), WORDS) == fate
    assert ("G12" in broken(answer, sent=SENT)) is (fate is None)


@pytest.mark.parametrize(
    ("marked", "fate"),
    [
        ("saved", "saved"),
        ("not-saved", "not-saved"),
        ("NOT_SAVED", "not-saved"),
        ("unknown", "unknown"),
        ("none", None),
    ],
)
def test_a_mark_says_it_to_programs(html, problem, marked, fate) -> None:
    assert fate_of(Reading(html(f"<h1>Sorry</h1><p data-outcome='{marked}'>Not now.")), WORDS) == fate
    assert fate_of(Reading(problem({"title": "Not now", "outcome": marked})), WORDS) == fate


@pytest.mark.parametrize(
    ("status", "headers", "fate"),
    [(201, {}, "saved"), (202, {"Location": "/clips/1"}, "saved"), (202, {}, None), (200, {}, None), (503, {}, None)],
)
def test_an_acknowledgement_needs_no_words(problem, status, headers, fate) -> None:
    answer = problem({"id": "1"}, status=status, headers=headers, media_type="application/json")
    assert fate_of(Reading(answer), WORDS) == fate


def test_marks_and_words_must_agree(html, broken) -> None:
    answer = html("<div data-outcome='saved'><h1>Sorry</h1><p>Your clip has not been saved.</p></div>")
    said = broken(answer, sent=SENT)["G12"]
    assert said == "is marked 'saved', but its words say 'not-saved': \"Your clip has not been saved.\""


@pytest.mark.parametrize("sent", [None, Sent()])
def test_who_handed_nothing_over_is_owed_nothing(html, broken, sent) -> None:
    assert "G12" not in broken(html(), sent=sent)


def test_a_page_in_another_language_is_judged_by_its_mark_alone(html) -> None:
    page = "<!doctype html><html lang=de><meta charset=utf-8><title>x</title><p {}>Dein Clip ist weg."
    told = Situation(served=False, sent=SENT)
    assert "G12" in {skipped.rule for skipped in judge(html(page=page.format("")), told).not_checked}
    marked = judge(html(page=page.format("data-outcome=not-saved")), told)
    assert "G12" not in {skipped.rule for skipped in marked.not_checked} | {f.rule for f in marked.findings}


def coming(fate, item="clip-7", user="anna", at_s=1.0) -> Coming:
    return Coming(journey="upload", user=user, at_s=at_s, ended_s=at_s, outcome="served", fate=fate, item=item)


@pytest.mark.parametrize(
    ("fate", "state", "said"),
    [
        ("saved", "lost", "saved, but it is lost"),
        ("saved", "corrupted", "not what was sent"),
        ("not-saved", "stored", "not saved, but it is stored"),
        ("not-saved", "pending", "still on its way"),
        ("not-saved", "duplicated", "more than once"),
        ("saved", "stored", None),
        ("saved", "pending", None),
        ("saved", "duplicated", None),
        ("not-saved", "lost", None),
        ("unknown", "lost", None),
        ("unknown", "stored", None),
    ],
)
def test_the_ledger_decides_whether_it_was_true(fate, state, said) -> None:
    found = fate_is_true(Story(comings=[coming(fate)], items={"clip-7": state}))
    assert not isinstance(found, NotChecked)
    assert [said in finding.reason for finding in found] == ([True] if said else [])


def test_many_untruths_of_a_kind_are_one_finding_with_the_first_of_them() -> None:
    comings = [coming("saved", item=f"clip-{n}", user=f"user {n}", at_s=float(n)) for n in range(5)]
    (finding,) = fate_is_true(Story(comings=comings, items={f"clip-{n}": "lost" for n in range(5)}))
    assert (finding.count, finding.user, finding.at_s) == (5, "user 0", 0.0)


@pytest.mark.parametrize(
    "story",
    [
        Story(comings=[coming("saved")]),
        Story(comings=[coming("saved")], items={}),
        Story(comings=[coming(None)], items={"clip-7": "lost"}),
        Story(comings=[coming("saved", item=None)], items={"clip-7": "lost"}),
    ],
)
def test_what_no_audit_looked_for_is_not_checked(story) -> None:
    assert isinstance(fate_is_true(story), NotChecked)
