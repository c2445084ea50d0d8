"""`gatecrash rules`: what it lists and explains is what judges."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chaos.cli import app
from chaos.rules import RULE_PACK_VERSION, RULES
from chaos.rules.example import examples_of


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str, code: int = 0) -> str:
        assert app.run_command(["rules", *arguments]) == code
        captured = capsys.readouterr()
        return captured.out if code == 0 else captured.err

    return run


def test_every_rule_is_listed_with_what_it_is_about(said: Any) -> None:
    listed = said()
    for rule in RULES.values():
        (line,) = [line for line in listed.splitlines() if line.startswith(f"{rule.id}  {rule.name}  ")]
        assert line.split()[len(rule.name.split()) + 1 :][:2] == [rule.on, rule.level]
        assert ("always" in line) is rule.always
        assert " ".join(rule.passes_when.split()) in " ".join(listed.split())


@pytest.mark.parametrize("columns", [60, 80])
def test_the_list_fits_the_terminal(said: Any, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(map(len, said().splitlines())) <= columns


def test_the_list_as_json_holds_the_whole_table(said: Any) -> None:
    document = json.loads(said("--json"))
    assert document["version"] == RULE_PACK_VERSION
    assert [each["id"] for each in document["rules"]] == list(RULES)
    fate = document["rules"][11]
    assert (fate["name"], fate["on"], fate["level"], fate["always"]) == ("fate of the user's data", "HJU", "E", False)
    assert fate["judges"] == ["answer", "run"]
    assert fate["advice"] == RULES["G12"].advice


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_is_explained_with_a_bad_and_a_good_example(said: Any, rule: Any) -> None:
    explained = said(rule.id)
    plain = " ".join(explained.replace("=>", " ").split())
    for text in (rule.name, rule.advice, rule.source):
        assert " ".join(text.replace("=>", " ").split()) in plain
    for good in (True, False):
        first = next(example for example in examples_of(rule.id) if example.good is good)
        assert " ".join(first.about.split()) in plain
        if first.answer is not None:
            assert f"  | HTTP {first.answer.status}\n" in explained
            assert all(f"  | {line}".rstrip() in explained for line in first.answer.text.strip().splitlines())
    assert f"=> {rule.id}: " in explained
    assert f"=> {rule.id} passes" in explained


@pytest.mark.parametrize("written", ["G04", "g04", "G4", "4"])
def test_an_id_may_be_written_in_short(said: Any, written: str) -> None:
    assert said(written).startswith("G04 Retry-After is true")


def test_the_story_of_a_run_is_told_in_lines(said: Any) -> None:
    told = said("G27")
    assert "anna: the same again with key k1: 201 clip-8; at first 201 clip-7" in told
    assert "audit: lost-7" not in told
    assert "30 users: open_app degraded, came when told to, after 2 s" in said("G04")
    assert "in the logs: 7F3K-21QD found, 9A0C-77XE not found" in said("G10")


def test_what_led_to_an_answer_is_told_before_it(said: Any) -> None:
    assert "(sent: born=1991-02-03)" in said("G23")
    assert "(the user has passed the gate 'age'" in said("G24")
    assert "(usual: title 'For you - Clipshare', entries of ul.clips: 12)" in said("G26")
    assert "contrast: 1.7" in said("G21")


def test_one_rule_as_json_holds_all_its_examples_with_what_is_found_in_them(said: Any) -> None:
    document = json.loads(said("G12", "--json"))
    assert document["id"] == "G12"
    assert [each["about"] for each in document["examples"]] == [example.about for example in examples_of("G12")]
    assert all((each["finding"] is None) is each["good"] for each in document["examples"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["G99"], "there is no rule 'G99'; did you mean G"),
        (["retry"], "there is no rule 'retry'; did you mean G03 (Retry-After) or G04 (Retry-After is true)"),
        (["zzz"], "there is no rule 'zzz'; known are: G01, G02"),
        (["G12", "--markdown"], "leave the id and --json out"),
    ],
)
def test_what_can_not_be_shown_is_refused(said: Any, arguments: list[str], expected: str) -> None:
    assert expected in said(*arguments, code=2)


def test_links_of_the_reference_page_lead_to_its_sections(said: Any) -> None:
    page = said("--markdown")
    assert "(#g12-fate-of-the-users-data)" in page
    assert "## G12 fate of the user's data" in page
    assert page.count("\n## G") == len(RULES) == page.count("| [G")
