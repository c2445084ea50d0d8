"""The contract of every rule in the table, held against its examples, and what findings make of an answer."""

from __future__ import annotations

import dataclasses
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.journeys.answer import Answer, Format
from chaos.rules import (
    RULES,
    Finding,
    Outcome,
    Rule,
    RunFinding,
    Situation,
    judge,
    judge_answer,
    judge_story,
    outcome_of,
)
from chaos.rules.browser import BrowserView
from chaos.rules.counts import counts_of
from chaos.rules.example import FOLDER, Example, examples_of
from chaos.rules.reading import Reading
from chaos.rules.rule import Gate, Learned, Sent
from chaos.rules.story import Coming, Story

UNSERVED = Situation(served=False)
EXAMPLES = [example for rule in RULES for example in examples_of(rule)]
ALWAYS = {"G01", "G09", "G24", "G25", "G26"}


def named(example: Example) -> str:
    return f"{example.rule} {'good' if example.good else 'bad'}: {example.about}"


def said_of(example: Example) -> tuple[list[Finding | RunFinding], set[str]]:
    """Findings, and the ids of rules that could not be checked."""
    if example.story is not None:
        run = judge_story(example.story)
        return list(run.findings), {skipped.rule for skipped in run.not_checked}
    assert example.answer is not None
    assert example.situation is not None
    judgement = judge(example.answer, example.situation)
    return list(judgement.findings), {skipped.rule for skipped in judgement.not_checked}


def graceful(**changes: object) -> Answer:
    answer = next(example.answer for example in examples_of("G01") if example.good)
    assert answer is not None
    return dataclasses.replace(answer, **changes)  # type: ignore[arg-type]


def test_the_table_is_all_twenty_eight_in_id_order_under_their_own_ids() -> None:
    assert list(RULES) == [f"G{number:02}" for number in range(1, 29)]
    assert all(id_ == rule.id for id_, rule in RULES.items())
    assert {rule.id for rule in RULES.values() if rule.always} == ALWAYS


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_is_told_in_full_and_has_something_to_judge(rule: Rule) -> None:
    assert rule.check is not None or rule.story is not None
    assert rule.on
    assert set(rule.on) <= set("HJUB")
    assert all((rule.name, rule.passes_when, rule.advice, rule.source))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_check_has_an_example_that_fails_it_and_one_that_passes_it(rule: Rule) -> None:
    for function, is_story in ((rule.check, False), (rule.story, True)):
        kinds = {example.good for example in examples_of(rule.id) if (example.story is not None) is is_story}
        assert kinds == ({True, False} if function is not None else set())


def test_no_examples_are_left_over() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == list(RULES)


@pytest.mark.parametrize("example", [e for e in EXAMPLES if not e.good], ids=named)
def test_a_bad_example_breaks_its_rule_and_no_other(example: Example) -> None:
    findings, _ = said_of(example)
    assert [finding.rule for finding in findings] == [example.rule], findings
    finding = findings[0]
    assert (finding.advice, finding.level) == (RULES[example.rule].advice, RULES[example.rule].level)
    assert "\n" not in finding.reason
    assert len(finding.reason) < 300


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.good], ids=named)
def test_a_good_example_breaks_no_rule_and_its_own_was_really_checked(example: Example) -> None:
    findings, not_checked = said_of(example)
    assert findings == []
    assert example.rule not in not_checked


def test_always_rules_judge_served_answers_and_the_others_do_not() -> None:
    everything_wrong = graceful(status=200, elapsed_s=99, body=b"Traceback (most recent call last)", headers=())
    assert {f.rule for f in judge_answer(everything_wrong, Situation(served=True))} <= ALWAYS
    assert {f.rule for f in judge_answer(everything_wrong, UNSERVED)} > {"G05", "G07", "G09"}


def test_a_status_of_500_is_judged_as_unserved_even_when_it_was_expected() -> None:
    assert [f.rule for f in judge_answer(graceful(status=500), Situation(served=True))] == ["G02"]


def test_an_answer_that_was_read_before_is_not_read_again() -> None:
    reading = Reading(graceful())
    page = reading.page
    assert judge(reading, UNSERVED) == judge(graceful(), UNSERVED)
    assert reading.page is page


E_FINDING = Finding("G09", "E", "leaks", "don't")
W_FINDING = Finding("G16", "W", "filler", "say more")


@pytest.mark.parametrize(
    ("held", "status", "findings", "outcome"),
    [
        (True, 200, (), "served"),
        (True, 404, (), "served"),
        (True, 200, (W_FINDING,), "served"),
        (True, 200, (E_FINDING,), "broken"),
        (True, 503, (), "degraded"),
        (True, 500, (E_FINDING,), "broken"),
        (False, 503, (), "degraded"),
        (False, 503, (W_FINDING,), "degraded"),
        (False, 503, (W_FINDING, E_FINDING), "broken"),
    ],
)
def test_the_outcome_follows_from_expectations_status_and_findings(
    held: bool, status: int, findings: tuple[Finding, ...], outcome: Outcome
) -> None:
    assert outcome_of(held, graceful(status=status), findings) == outcome


@pytest.mark.parametrize("held", [True, False])
def test_no_complete_answer_is_broken(held: bool) -> None:
    assert outcome_of(held, None, ()) == "broken"
    assert outcome_of(held, graceful(complete=False), ()) == "broken"


NEEDS_WORDS = {"G11", "G14", "G15", "G16", "G17", "G19"}
GERMAN = """<!doctype html>
<html lang="de-CH">
<head><meta charset="utf-8"><title>Deine Clips sind gerade nicht da - Clipshare</title></head>
<body><main role="alert">
<h1>Deine Clips sind gerade nicht da</h1>
<p>Das liegt an uns. <a href="/">Noch einmal versuchen</a></p>
<p>Wenn du uns schreibst, nenne bitte 7F3K-21QD.</p>
</main></body></html>
"""


def test_another_language_is_not_checked_and_never_passed() -> None:
    judgement = judge(graceful(body=GERMAN.encode()), UNSERVED)
    assert judgement.findings == ()
    assert {skipped.rule for skipped in judgement.not_checked} == NEEDS_WORDS | {"G21", "G24", "G25"}


def test_what_no_rule_could_see_is_listed_with_the_reason() -> None:
    skipped = {s.rule: s.why for s in judge(graceful(), UNSERVED).not_checked}
    assert skipped.keys() == {"G21", "G24", "G25"}
    assert skipped["G21"] == "the contrast of text needs a browser"
    run = judge_story(Story(comings=()))
    assert run.findings == ()
    assert {s.rule for s in run.not_checked} == {rule.id for rule in RULES.values() if rule.story is not None}


def test_a_rule_of_browsers_alone_is_not_asked_about_json(problem) -> None:
    assert "G21" not in {s.rule for s in judge(problem(), UNSERVED).not_checked}


def test_findings_of_a_run_say_where_they_were_first_seen() -> None:
    comings = [
        Coming(journey="upload", user=f"user {n}", at_s=n, ended_s=n, outcome="served", fate="saved", item=f"clip {n}")
        for n in range(3)
    ]
    story = Story(comings=comings, items={"clip 0": "stored", "clip 1": "lost", "clip 2": "lost"})
    (finding,) = judge_story(story).findings
    assert (finding.rule, finding.level, finding.journey, finding.user) == ("G12", "E", "upload", "user 1")
    assert (finding.at_s, finding.count) == (1, 2)
    assert str(finding) == 'G12: the user was told that "clip 1" is saved, but it is lost'


MEDIA_TYPES = ["", "text/html", "text/html; charset=utf-16", "text/html; charset=nonsense", "text/plain", "image/png"]
MEDIA_TYPES += ["application/json", "application/problem+json", "application/xhtml+xml", "text/html; charset=punycode"]
PIECES = [
    "<",
    ">",
    "<!--",
    "-->",
    "<p>",
    "</p>",
    "<b>",
    "<script>",
    "</script",
    "&#x",
    "&amp;",
    "{",
    "}",
    '"',
    "\\",
    "\0",
]
PIECES += [
    "503",
    "Traceback",
    ".java:",
    "SELECT ",
    " FROM ",
    "/usr/lib/",
    "127.0.0.1:",
    "<h1>",
    "<main>",
    "a.",
    " ",
    "\n",
]
PIECES += [
    "<div hidden>",
    "<details>",
    "<summary>",
    "<button>",
    "<form>",
    "<a href=/>",
    "<title>",
    "<style>",
    "[",
    "NaN",
]


@settings(max_examples=300, deadline=None)
@given(
    body=st.binary(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=40).map(lambda p: "".join(p).encode()),
    media_type=st.sampled_from(MEDIA_TYPES) | st.text(max_size=20),
    status=st.integers(100, 599),
    retry_after=st.text(max_size=30) | st.integers().map(str),
    asked_for=st.sampled_from(["html", "json"]),
    served=st.booleans(),
    browser=st.sampled_from([None, BrowserView()]),
)
def test_judging_never_raises(
    body: bytes,
    media_type: str,
    status: int,
    retry_after: str,
    asked_for: Format,
    served: bool,
    browser: BrowserView | None,
) -> None:
    answer = Answer(
        method="GET",
        url="http://example.org/",
        status=status,
        headers=(("content-type", media_type), ("retry-after", retry_after)),
        body=body,
        elapsed_s=0.1,
        asked_for=asked_for,
    )
    told = Situation(
        served=served,
        canaries=("", "s3cret"),
        sent=Sent(fields={"born": "1990"}, files=("clip",)),
        gates=(Gate("age", "your age", "For you"),),
        learned=Learned(title="x", counts={"entries of ul": 3.0}),
        browser=browser,
    )
    judge(answer, told)


ONE_MEGABYTE = 1_000_000
HOSTILE = {
    "only <": b"<",
    "only <a": b"<a ",
    "nested": b"<div>",
    "formatting": b"<p><b>",
    "scripts": b"<script>",
    "comments": b"<!--",
    "noscripts": b"<noscript>",
    "entities": b"&quot;",
    "abbreviations": b"e.g. ",
    "sentences": b"Something went wrong. ",
    "one word": b"a",
    "dots": b"a.",
    "path": b"/usr/lib",
    "numbers": b"10.",
    "frames": b"at a.b.c(",
    "selects": b"SELECT ",
    "mails": b"a@b.",
    "rows": b"<tr><td class=x>clip<td>12:30</tr>",
    "blame": b"your connection not ",
    "brackets": b"[",
    "media queries": b"<style>@media{a{}}",
    "buttons": b"<button><i onclick=x>",
    "forms": b"<form><input name=x><select name=x><option>y</select>",
    "lists": b"<ul><li>x<ul>",
    "articles": b"<article>12 clips",
    "counted": b"1,000 ",
    "fates": b"not saved yet we don't know ",
    "times": b"try again in a few ",
    "capitals": b"AAAA ",
    "apologies": b"we are sorry ",
    "links": b"<link rel=stylesheet href=//x>",
    "styles": b"<style>.a{display:none}</style><p class=a>x",
}


@pytest.mark.parametrize("kind", [*HOSTILE, "random bytes", "formatting with attributes"])
def test_one_megabyte_of_anything_is_judged_in_bounded_work(kind: str) -> None:
    """That no pattern is slow is shown by construction (test_wordlist); this is for the code around them.

    Anything quadratic takes minutes here. The bound is loose, for busy machines.
    """
    if kind == "random bytes":
        body = random.Random(6).randbytes(ONE_MEGABYTE)
    elif kind == "formatting with attributes":
        body = b"".join(b"<p><b id=%d>" % n for n in range(40_000))
    else:
        body = HOSTILE[kind] * (ONE_MEGABYTE // len(HOSTILE[kind]))
    reading = Reading(graceful(body=body))
    started_s = time.process_time()
    judge(reading, Situation(served=False, sent=Sent(fields={"x": "y"}, files=("f",))))
    counts_of(reading, UNSERVED.words)
    assert time.process_time() - started_s < 60
