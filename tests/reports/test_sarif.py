"""SARIF: as the standard has it, one result for each thing that did not hold, at its line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from chaos.reports.report import Report
from chaos.reports.sarif import write_sarif
from chaos.verdict.verdict import RuleFinding


def document(report: Report) -> Any:
    """Checked against classes that were made from the standard's own schema; they forbid unknown keys."""
    stream = io.StringIO()
    write_sarif(report, stream)
    found = json.loads(stream.getvalue())
    Sarif.model_validate(found)
    return found


def finding(rule: str = "G09", **changes: Any) -> RuleFinding:
    told: dict[str, Any] = {
        "rule": rule,
        "name": "no leak",
        "level": "E",
        "journey": "open",
        "phases": ("during",),
        "reason": "a traceback",
        "advice": "log it",
        "count": 3,
        "users": 2,
        "first_s": 3.2,
        **changes,
    }
    return RuleFinding(**told)


def results(*verdicts: Any, **others: Any) -> list[Any]:
    return document(Report(run="r", verdicts=verdicts, **others))["runs"][0]["results"]  # type: ignore[no-any-return]


def test_the_classes_refuse_what_the_standard_refuses(full: Any) -> None:
    good = document(Report(run="r", verdicts=[full()]))
    bad = json.loads(json.dumps(good).replace('"ruleId"', '"rule_id"'))
    with pytest.raises(ValidationError, match="rule_id"):
        Sarif.model_validate(bad)


def test_a_refuted_claim_is_an_error_at_its_line(full: Any, experiment_file: Path) -> None:
    (found,) = results(full(file=str(experiment_file)))
    assert (found["ruleId"], found["level"]) == ("claim-during", "error")
    assert found["message"]["text"].startswith("The database hangs failed: open broken <= 5%: broken was 44.5%")
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "experiments/db_hangs.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 6, "startColumn": 10}


def test_a_file_elsewhere_is_named_by_its_address(full: Any, tmp_path: Path) -> None:
    (found,) = results(full(file="/some where/ü.yaml"))
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "file:///some%20where/%C3%BC.yaml"}
    assert place["region"] == {"startLine": 1, "startColumn": 1}


@pytest.mark.parametrize("word", ["inconclusive", "aborted", "error"])
def test_a_verdict_without_a_refuted_claim_is_a_result_of_its_own(bare: Any, word: str) -> None:
    (found,) = results(bare(word, reasons=("the reason",)))
    assert found["ruleId"] == f"verdict-{word}"
    assert found["message"]["text"] == f"The database hangs: {word}: the reason"


def test_what_is_allowed_is_suppressed_with_its_reason(bare: Any, verdict: Any) -> None:
    (found,) = results(bare("inconclusive", reasons=("few",)), allowed={"db_hangs": "until May"})
    assert found["suppressions"] == [{"kind": "external", "justification": "until May"}]
    (found,) = results(verdict("passed", findings=(finding(allowed="known"),)))
    assert found["suppressions"] == [{"kind": "external", "justification": "known"}]


@pytest.mark.parametrize(("word", "level"), [("passed", "warning"), ("failed", "error")])
def test_a_finding_is_a_result_under_its_rule(verdict: Any, word: str, level: str) -> None:
    made = verdict(word, findings=(finding(), finding(rule="G99", journey="")))
    run = document(Report(run="r", verdicts=[made]))["runs"][0]
    by_rule = {each["ruleId"]: each for each in run["results"]}
    assert by_rule["G09"]["level"] == level
    assert "To mend it: log it" in by_rule["G09"]["message"]["text"]
    described = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert described["G09"]["shortDescription"]["text"] == "no leak"
    assert described["G99"]["shortDescription"]["text"] == "A graceful rule of another version"
    for each in run["results"]:
        assert run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"]


def test_the_same_thing_has_the_same_fingerprint_in_every_run_and_no_two_things_share_one(full: Any) -> None:
    findings = (finding(), finding(journey="save"), finding(rule="G02"))
    first, again = (
        [each["partialFingerprints"]["gatecrash/v1"] for each in results(full(findings=findings, seed=seed))]
        for seed in (1, 2)
    )
    assert first == again
    assert len(set(first)) == len(first) == 4


def test_a_run_in_which_all_passed_has_no_results(verdict: Any) -> None:
    assert results(verdict("passed"), verdict("passed")) == []


def test_a_repeated_experiment_has_the_results_of_its_worst_run_and_says_how_often_each_verdict_came(
    verdict: Any,
) -> None:
    runs = [verdict("passed", repetition=1), verdict("failed", repetition=2), verdict("failed", repetition=3)]
    (found,) = document(Report(run="r", verdicts=runs))["runs"]
    assert len(found["results"]) == len(results(verdict("failed")))
    assert found["properties"]["repeats"]["db_hangs"].startswith(
        "2 failed, 1 passed of 3 runs (95%: 6.1% to 79.2% pass)"
    )
    assert "properties" not in document(Report(run="r", verdicts=[verdict("failed")]))["runs"][0]
