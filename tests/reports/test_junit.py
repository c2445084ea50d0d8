"""JUnit: well-formed whatever is in it, with counts that add up."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import xmlschema

from chaos.reports.junit import write_junit
from chaos.reports.report import Report

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))


def suite(report: Report) -> ElementTree.Element:
    stream = io.StringIO()
    write_junit(report, stream)
    root = ElementTree.fromstring(stream.getvalue().encode("utf-8"))
    assert root.tag == "testsuites"
    (found,) = root
    SCHEMA.validate(root)
    assert root.attrib == {name: value for name, value in found.attrib.items() if name != "skipped"}
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
        "passed-0": ["system-out"],
        "passed-1": ["system-out"],
        "failed-2": ["failure", "system-out"],
        "inconclusive-3": ["error", "system-out"],
        "aborted-4": ["error", "system-out"],
        "error-5": ["error", "system-out"],
        "allowed": ["skipped", "system-out"],
    }
    assert found.find("testcase/skipped").get("message") == "allowed: until May"  # type: ignore[union-attr]


def test_a_failure_says_why_in_its_message_and_all_reasons_in_its_text(verdict: Any) -> None:
    (case,) = suite(Report(run="r", verdicts=[verdict("failed", variant="fragile")]))
    failure, output = case
    assert case.get("name") == "db_hangs [fragile]"
    assert output.text == "experiments/db_hangs.yaml, seed 0"
    assert failure.get("message") == "open broken: 30% of 100, at most 0% was claimed"
    assert failure.get("type") == "failed"
    assert (failure.text or "").splitlines()[1] == "items lost: 2"


def test_characters_that_xml_cannot_hold_are_replaced_everywhere(verdict: Any) -> None:
    bad = "a\x00\x1b\ud83d\uffffb]]>&<"
    made = verdict("failed", id=bad, file=bad, variant=bad, reasons=(bad,))
    (case,) = suite(Report(run=bad, verdicts=[made]))
    kept = "a\N{REPLACEMENT CHARACTER}" + "\N{REPLACEMENT CHARACTER}" * 3 + "b]]>&<"
    assert case.findtext("system-out") == f"{kept}, seed 0"
    assert case[0].get("message") == kept


def test_an_attempt_that_was_not_the_first_is_said_in_the_output_of_its_case(verdict: Any) -> None:
    first, third = suite(Report(run="r", verdicts=[verdict("passed"), verdict("passed", attempt=3)]))
    assert "attempt" not in (first.findtext("system-out") or "")
    assert third.findtext("system-out") == "experiments/db_hangs.yaml, seed 0, attempt 3"


@pytest.mark.parametrize("reports", [{}, {"skipped": {"other": "no Docker"}}])
def test_a_run_of_nothing_is_valid(reports: Any) -> None:
    assert len(suite(Report(run="r", verdicts=[], **reports))) == len(reports)


@pytest.mark.parametrize(
    "changed",
    [
        lambda case: case.set("file", "x.yaml"),
        lambda case: case.attrib.pop("name"),
        lambda case: ElementTree.SubElement(case, "properties"),
        lambda case: ElementTree.SubElement(case, "failure"),
    ],
)
def test_the_schema_refuses_what_a_strict_reader_refuses(verdict: Any, changed: Any) -> None:
    stream = io.StringIO()
    write_junit(Report(run="r", verdicts=[verdict("failed")]), stream)
    root = ElementTree.fromstring(stream.getvalue().encode("utf-8"))
    changed(root[0][0])
    assert not SCHEMA.is_valid(root)
