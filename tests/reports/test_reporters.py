"""The contract of every entry of REPORTERS: any verdict, whatever users saw, is rendered."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest

from chaos.compare.comparison import Change, Compared, Comparison, Difference
from chaos.gate.ruling import Objection, Ruling
from chaos.reports import REPORTERS
from chaos.reports.report import Report
from chaos.verdict.verdict import EXIT_CODES, RuleFinding, RuleSkipped

WORDS = list(EXIT_CODES)
CHANGES: tuple[Change, ...] = ("worse", "better", "within noise", "unknown")
ONLY_TROUBLE = {"sarif", "github"}
"""They say nothing of an experiment that passed."""
HOSTILE = {
    "control characters": "\x00\x07\x08\x0b\x1b[2J\x1b]0;title\x07\x7f\x9b",
    "markup": "</failure>]]> & <b> [bold] [/] [/red]",
    "no characters": "\ud83d \udcff \ufffe \uffff",
    "other directions": "\u202eabc\u2066 \U0001f600 ẞ é",
    "many lines": "one\ntwo\r\nthree\u2028four\tfive",
    "nothing": "",
    "a lot": "word " * 5000,
}


def render(name: str, report: Report) -> str:
    stream = io.StringIO()
    REPORTERS[name](report, stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", REPORTERS)
@pytest.mark.parametrize("word", WORDS)
def test_every_verdict_is_rendered_with_its_word_and_its_first_reason(
    verdict: Any, bare: Any, name: str, word: str
) -> None:
    for made in (verdict(word), bare(word, reasons=("the reason",)), bare(word, reasons=())):
        said = render(name, Report(run="run-1", verdicts=[made]))
        assert made.id in said or made.title in said or (word == "passed" and name in ONLY_TROUBLE)
        if word != "passed":
            assert word in said
            if made.reasons:
                assert made.reasons[0] in said.replace("&lt;", "<").replace("&gt;", ">").replace("%25", "%")


def finding(text: str) -> RuleFinding:
    return RuleFinding(
        rule=text,
        name=text,
        level="E",
        journey=text,
        phases=(),
        reason=text,
        advice=text,
        count=1,
        users=1,
        first_s=None,
        allowed=text,
    )


@pytest.mark.parametrize("name", REPORTERS)
@pytest.mark.parametrize("case", HOSTILE)
def test_whatever_users_saw_is_rendered(verdict: Any, full: Any, seen: Any, name: str, case: str) -> None:
    text = HOSTILE[case]
    told = {
        "title": text,
        "variant": text,
        "why": text,
        "tags": (text,),
        "file": text,
        "reasons": (text, text),
        "warnings": (text,),
        "seen": (dataclasses.replace(seen, says=text, journey=text, rules={text: text}),) * 6,
        "claims": tuple(dataclasses.replace(claim, text=text, why=text) for claim in verdict().claims),
        "ledgers": tuple(dataclasses.replace(ledger, audit=text, lost=(text,)) for ledger in verdict().ledgers),
        "findings": (finding(text),),
        "not_checked": (RuleSkipped(rule=text, why=text),),
    }
    made = [verdict(**told), full(**told)]
    said = render(name, Report(run="run-1", verdicts=made, allowed={"db_hangs": text}, skipped={"other": text}))
    assert said.endswith("\n")
    said.encode("utf-8", "replace")
    assert "\x1b" not in said
    assert "\x00" not in said


@pytest.mark.parametrize("name", REPORTERS)
def test_no_verdicts_at_all_are_rendered(name: str) -> None:
    assert render(name, Report(run="run-1", verdicts=[]))


@pytest.mark.parametrize("name", REPORTERS)
def test_a_run_that_was_stopped_before_the_first_user_came_is_rendered(full: Any, name: str) -> None:
    stopped = full(
        verdict="aborted",
        exit_code=5,
        reasons=("stopped by Ctrl-C",),
        claims=(),
        series=(),
        tallies=(),
        phases=(),
        seen=(),
    )
    assert "stopped by Ctrl-C" in render(name, Report(run="run-1", verdicts=[stopped]))


@pytest.mark.parametrize("name", REPORTERS)
def test_the_same_report_is_the_same_text(full: Any, name: str) -> None:
    first, again = (render(name, Report(run="run-1", verdicts=[full()])) for _ in range(2))
    assert first == again


@pytest.mark.parametrize(
    ("words", "allowed", "code"),
    [
        ([], {}, 0),
        (["passed"], {}, 0),
        (["passed", "failed"], {}, 1),
        (["inconclusive", "failed"], {}, 1),
        (["inconclusive"], {}, 4),
        (["inconclusive"], {"db_hangs": "known"}, 0),
        (["failed"], {"db_hangs": "known"}, 1),
        (["error", "failed", "aborted"], {}, 3),
        (["aborted", "inconclusive"], {}, 5),
    ],
)
def test_a_run_ends_with_its_worst_verdict(verdict: Any, words: list[str], allowed: dict[str, str], code: int) -> None:
    assert Report(run="r", verdicts=[verdict(word) for word in words], allowed=allowed).exit_code == code


def beside(text: str) -> Comparison:
    differences = tuple(
        Difference(figure="p95", of=text, change=change, before="1s", now="2s", counts=change == "worse")
        for change in CHANGES
    )
    compared = Compared(
        id=text, variant=text, title=text, standing="compared", why=text, runs=2, differences=differences
    )
    return Comparison(against=("a", "b"), experiments=(compared,))


@pytest.mark.parametrize("name", REPORTERS)
def test_what_the_gate_objects_to_is_said_beside_a_verdict_that_passed(verdict: Any, name: str) -> None:
    objection = Objection(kind="required", experiment="x", says="x is required", fails=True)
    report = Report(run="run-1", verdicts=[verdict("passed")], ruling=Ruling(asked=True, objections=(objection,)))
    assert report.exit_code == 1
    assert "x is required" in render(name, report)
    assert "x is required" not in render(name, dataclasses.replace(report, ruling=Ruling()))


@pytest.mark.parametrize("name", [name for name in REPORTERS if name != "sarif"])
def test_a_comparison_is_told(verdict: Any, name: str) -> None:
    report = Report(run="run-1", verdicts=[verdict("passed")], comparison=beside("open"), ruling=Ruling(asked=True))
    assert report.exit_code == 0
    said = render(name, report)
    assert "within noise" in said
    assert "worse" in said


@pytest.mark.parametrize("name", REPORTERS)
@pytest.mark.parametrize("case", HOSTILE)
def test_a_comparison_is_rendered_whatever_it_is_of(verdict: Any, name: str, case: str) -> None:
    text = HOSTILE[case]
    ruling = Ruling(asked=True, objections=(Objection(kind="worse", experiment=text, says=text, fails=False),))
    said = render(name, Report(run="run-1", verdicts=[verdict()], comparison=beside(text), ruling=ruling))
    said.encode("utf-8", "replace")
    assert "\x1b" not in said
    assert "\x00" not in said
    assert "</failure>]]> & <b>" not in said or name not in {"junit", "html", "markdown"}
