"""The contract of every rule in the table, and what their findings make of an answer."""

from __future__ import annotations

import dataclasses
import random
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.journeys.answer import Answer, Format
from chaos.rules import (
    RULES,
    Finding,
    NotChecked,
    Outcome,
    Rule,
    Situation,
    judge,
    judge_answer,
    outcome_of,
)

PAGES = Path(__file__).with_name("pages")
UNSERVED = Situation(served=False)
HTML = (("Content-Type", "text/html; charset=utf-8"), ("Retry-After", "1"))
PROBLEM = (("Content-Type", "application/problem+json"), ("Retry-After", "1"))


def page(name: str, **changes: object) -> Answer:
    body = (PAGES / name).read_bytes()
    is_json = name.endswith(".json")
    answer = Answer(
        method="GET",
        url="http://127.0.0.1:4000/feed",
        status=503,
        headers=PROBLEM if is_json else HTML,
        body=body,
        elapsed_s=0.3,
        asked_for="json" if is_json else "html",
    )
    return dataclasses.replace(answer, **changes)  # type: ignore[arg-type]


# What each rule alone fails, and what it passes though it looks alike.
FAILS: dict[str, list[Answer]] = {
    "G01": [page("graceful_503.html", status=200), page("graceful_503.html", status=202, headers=HTML[:1], body=b"")],
    "G02": [page("graceful_503.html", status=500), page("graceful.json", status=404)],
    "G03": [page("graceful_503.html", headers=HTML[:1]), page("graceful.json", headers=PROBLEM[:1])],
    "G05": [page("graceful_503.html", elapsed_s=10.4), page("graceful.json", elapsed_s=30)],
    "G07": [
        page("G07_cut_off.html"),
        page("graceful_503.html", complete=False),
        page("graceful.json", headers=HTML),
    ],
    "G09": [page("G09_traceback_in_comment.html"), page("G09_leak.json")],
    "G11": [page("G11_jargon.html"), page("G11_long_sentence.html")],
    "G13": [page("G13_no_next_step.html")],
    "G15": [page("G15_blame.html"), page("G15_blame.json")],
}
FAILS["G01"][1] = page("G01_accepted_without_link.html", status=202, headers=HTML[:1])
PASSES: dict[str, list[Answer]] = {
    "G01": [
        page("graceful_503.html"),
        page("G01_accepted.json", status=202, headers=(("Content-Type", "application/json"),)),
    ],
    "G02": [page("graceful_503.html", status=502), page("graceful.json", status=504)],
    "G03": [page("graceful_503.html"), page("graceful_503.html", status=504, headers=HTML[:1])],
    "G05": [page("graceful_503.html", elapsed_s=10.0)],
    "G07": [page("graceful_503.html"), page("graceful.json"), page("G07_end_tags_left_out.html")],
    "G09": [page("G09_looks_alike.html"), page("graceful.json")],
    "G11": [page("G11_numbers_and_names.html")],
    "G13": [page("G13_time_only.html")],
    "G15": [page("G15_reassuring.html")],
}
ANSWERS = [(rule, answer) for rule, answers in FAILS.items() for answer in answers]
GRACEFUL = [(rule, answer) for rule, answers in PASSES.items() for answer in answers]


def test_the_table_is_in_id_order_under_its_own_ids() -> None:
    assert list(RULES) == sorted(RULES)
    assert all(id_ == rule.id and re.fullmatch(r"G\d\d", id_) for id_, rule in RULES.items())


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_has_an_answer_that_it_alone_fails_and_one_that_it_passes(rule: Rule) -> None:
    assert FAILS[rule.id]
    assert PASSES[rule.id]
    assert set(rule.on) <= set("HJUB")
    assert all((rule.name, rule.passes_when, rule.advice, rule.source))


@pytest.mark.parametrize(("rule", "answer"), ANSWERS, ids=[rule for rule, _ in ANSWERS])
def test_a_failing_answer_fails_its_rule_and_no_other(rule: str, answer: Answer) -> None:
    findings = judge_answer(answer, UNSERVED)
    assert [finding.rule for finding in findings] == [rule], findings
    assert findings[0].advice == RULES[rule].advice
    assert "\n" not in findings[0].reason
    assert len(findings[0].reason) < 300


@pytest.mark.parametrize(("rule", "answer"), GRACEFUL, ids=[rule for rule, _ in GRACEFUL])
def test_a_passing_answer_passes_every_rule(rule: str, answer: Answer) -> None:
    assert judge(answer, UNSERVED).findings == ()
    assert judge(answer, UNSERVED).not_checked == ()


def test_always_rules_judge_served_answers_and_the_others_do_not() -> None:
    always = {rule.id for rule in RULES.values() if rule.always}
    assert always == {"G01", "G09", "G24", "G25", "G26"} & set(RULES)
    everything_wrong = page(
        "G09_traceback_in_comment.html", status=200, elapsed_s=99, body=b"Traceback (most recent call last)"
    )
    assert {f.rule for f in judge_answer(everything_wrong, Situation(served=True))} <= always
    assert {f.rule for f in judge_answer(everything_wrong, UNSERVED)} > always


def test_a_status_of_500_is_judged_as_unserved_even_when_it_was_expected() -> None:
    assert [f.rule for f in judge_answer(page("graceful_503.html", status=500), Situation(served=True))] == ["G02"]


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
    assert outcome_of(held, page("graceful_503.html", status=status), findings) == outcome


@pytest.mark.parametrize("held", [True, False])
def test_no_complete_answer_is_broken(held: bool) -> None:
    assert outcome_of(held, None, ()) == "broken"
    assert outcome_of(held, page("graceful_503.html", complete=False), ()) == "broken"


def test_another_language_is_not_checked_and_never_passed() -> None:
    german = page("graceful_503.html", body=(PAGES / "german.html").read_bytes())
    judgement = judge(german, UNSERVED)
    assert judgement.findings == ()
    assert {skipped.rule for skipped in judgement.not_checked} == {"G11", "G15"}


def test_a_rule_that_can_not_be_checked_is_listed_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    blind = dataclasses.replace(RULES["G05"], id="G21", check=lambda reading, situation: NotChecked("needs a browser"))
    monkeypatch.setattr("chaos.rules.RULES", {"G21": blind})
    judgement = judge(page("graceful_503.html"), UNSERVED)
    assert [(skipped.rule, skipped.why) for skipped in judgement.not_checked] == [("G21", "needs a browser")]


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
)
def test_judging_never_raises(
    body: bytes, media_type: str, status: int, retry_after: str, asked_for: Format, served: bool
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
    judge(answer, Situation(served=served, canaries=("", "s3cret")))


HALF_A_MEGABYTE = 500_000
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
    "styles": b"<style>.a{display:none}</style><p class=a>x",
}


@pytest.mark.parametrize("kind", [*HOSTILE, "random bytes", "formatting with attributes"])
def test_half_a_megabyte_of_anything_is_judged_in_bounded_work(kind: str) -> None:
    """That no pattern is slow is shown by construction (test_wordlist); this is for the code around them.

    Anything quadratic takes minutes here. The bound is loose, for busy machines.
    """
    if kind == "random bytes":
        body = random.Random(6).randbytes(HALF_A_MEGABYTE)
    elif kind == "formatting with attributes":
        body = b"".join(b"<p><b id=%d>" % n for n in range(40_000))
    else:
        body = HOSTILE[kind] * (HALF_A_MEGABYTE // len(HOSTILE[kind]))
    answer = page("graceful_503.html", body=body)
    started_s = time.process_time()
    judge(answer, UNSERVED)
    assert time.process_time() - started_s < 10
