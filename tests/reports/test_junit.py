"""JUnit: well-formed whatever is in it, with counts that add up."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

from chaos.reports.junit import write_junit
from chaos.reports.report import Report


def suite(report: Report) -> ElementTree.Element:
    stream = io.StringIO()
    write_junit(report, stream)
    root = ElementTree.fromstring(stream.getvalue().encode("utf-8"))
    assert root.tag == "testsuites"
    (found,) = root
    assert root.attrib == found.attrib
    return found


def test_each_kind_of_verdict_is_counted_as_it_must_be(verdict: Any) -> None:
    words = ["passed", "passed", "failed", "inconclusive", "aborted", "error"]
    verdicts = [verdict(word, id=f"{word}-{number}") for number, word in enumerate(words)]
    allowed = verdict("inconclusive", id="allowed")
    found = suite(Report(run="r", verdicts=[*verdicts, allowed], allowed={"allowed": "until May"}))
    counts = {name: found.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "7", "failures": "1", "errors": "3", "skipped": "1"}
    assert found.get("time") == "50.750"
    kinds = {case.get("name"): [child.tag for child in case] for case in found}
    assert kinds == {
        "passed-0": [],
        "passed-1": [],
        "failed-2": ["failure"],
        "inconclusive-3": ["error"],
        "aborted-4": ["error"],
        "error-5": ["error"],
        "allowed": ["skipped"],
    }
    assert found.find("testcase/skipped").get("message") == "allowed: until May"  # type: ignore[union-attr]


def test_a_failure_says_why_in_its_message_and_all_reasons_in_its_text(verdict: Any) -> None:
    (case,) = suite(Report(run="r", verdicts=[verdict("failed", variant="fragile")]))
    (failure,) = case
    assert case.get("name") == "db_hangs [fragile]"
    assert case.get("file") == "experiments/db_hangs.yaml"
    assert failure.get("message") == "open broken: 30% of 100, at most 0% was claimed"
    assert failure.get("type") == "failed"
    assert (failure.text or "").splitlines()[1] == "items lost: 2"


def test_characters_that_xml_cannot_hold_are_replaced_everywhere(verdict: Any) -> None:
    bad = "a\x00\x1b\ud83d\uffffb]]>&<"
    made = verdict("failed", id=bad, file=bad, variant=bad, reasons=(bad,))
    (case,) = suite(Report(run=bad, verdicts=[made]))
    kept = "a\N{REPLACEMENT CHARACTER}" + "\N{REPLACEMENT CHARACTER}" * 3 + "b]]>&<"
    assert case.get("file") == kept
    assert case[0].get("message") == kept


def test_an_attempt_that_was_not_the_first_is_a_property_of_its_case(verdict: Any) -> None:
    first, third = suite(Report(run="r", verdicts=[verdict("passed"), verdict("passed", attempt=3)]))
    assert list(first) == []
    assert [each.attrib for each in third.iter("property")] == [{"name": "attempt", "value": "3"}]
