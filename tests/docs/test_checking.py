"""The check of blocks can fail: each kind of mistake that a page could show is found, and what is right passes."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from checking.blocks import INDENTED, Block, blocks_of
from checking.commands import flag_problems_of
from checking.kinds import problems_in
from checking.playing import Player, as_pattern

PAGE = Path("page.md")
WRONG = {
    "no language": ("", "gatecrash run", "needs one of these languages"),
    "a language that nobody checks": ("cobol", "x", "'cobol' was found"),
    "a command that is none": ("console", "$ gatecrash rnu", "there is no such command"),
    "an option that is none": ("console", "$ gatecrash run --reprot out", "--reprot"),
    "an option without its value": ("sh", "gatecrash run --seed", "requires an argument"),
    "a value that the option does not take": (INDENTED, "gatecrash run --repeat many", "many"),
    "one argument too many": (INDENTED, "gatecrash runs x", "extra argument"),
    "a wrong command behind a right one": ("sh", "gatecrash runs && gatecrash rums", "rums"),
    "a wrong command in a condition": ("sh", "if ! gatecrash rum > out.txt 2>&1; then exit 1; fi", "rum"),
    "a flag of the proxy": ("sh", "gatecrash proxy -prot 8474", "-prot"),
    "a target of make": ("console", "$ make tset", "make tset: there is no such target"),
    "a script": ("sh", "python benchmarks/proxi.py", "there is no such file"),
    "a module": ("sh", "python -m chaos.pagse", "there is no such module"),
    "an extra": ("sh", "pip install gatecrash[lucust]", "there is no extra 'lucust'"),
    "an unknown program": ("sh", "frobnicate", "'frobnicate' is not among the programs"),
    "a quote that is never closed": ("sh", "gatecrash run 'x", "can't be split"),
    "a key of no file": ("yaml", "jorneys: {}", "jorneys is not known here"),
    "a fault that is none": ("yaml", "faults: [{link: a, latncy: {}}]", "latncy is not known here"),
    "a bare number": ("yaml", "faults: [{link: a, latency: {delay: 400}}]", "400 has no unit"),
    "a part of a journey": ("yaml", "rate: 20\nsteps: []", "20 has no unit"),
    "what is no YAML": ("yaml", "a: [", "[ or a comma|is not YAML|missing|end of stream"),
    "Python that can't be read": ("python", "def f(:", "is not Python"),
    "a name that is not there": ("python", "from chaos.errors import Oops", "chaos.errors has no Oops"),
    "JSON": ("json", "{", "this is not JSON"),
    "TOML": ("toml", "a =", "this is not TOML"),
    "a change of no file": ("diff", "-a\n+b\n", "begins with the name of the file"),
}
RIGHT = {
    "output below a prompt": ("console", "$ gatecrash runs\nno runs yet: cobol", ""),
    "a comment": ("sh", "gatecrash run --json   # one document", ""),
    "a line that goes on": ("sh", "gatecrash run \\\n  --json", ""),
    "an assignment before it": ("sh", "CI=true gatecrash run > out.txt 2>&1", ""),
    "flags of the proxy": ("sh", "gatecrash proxy -port 0 -strict", ""),
    "help": ("sh", "gatecrash run --help", ""),
    "a part of a system": ("yaml", "links: {edge: {to: web}}", ""),
    "a part of an experiment": ("yaml", "during: {browse: {broken: 0%}}", ""),
    "a part of a journey": ("yaml", "traffic: {engine: locust, users: 5}", ""),
    "a file of another program": ("yaml", "jobs: {test: {steps: [{run: gatecrash run --json}]}}", "foreign"),
    "what is only shown": ("text", "nothing", ""),
}


def block(language: str, text: str, mark: str = "") -> Block:
    return Block(PAGE, 7, language, text, mark)


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_found_and_its_place_told(case: str) -> None:
    language, text, said = WRONG[case]
    problems = "\n".join(problems_in(block(language, text)))
    assert problems.startswith("page.md:7: ")
    assert any(each in problems for each in said.split("|")), problems


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_right_passes(case: str) -> None:
    language, text, mark = RIGHT[case]
    assert list(problems_in(block(language, text, mark))) == []


def test_a_mark_that_nobody_knows_is_found() -> None:
    assert not list(problems_in(block("sh", "gatecrash runs", "run, ends with 1")))
    (problem,) = problems_in(block("sh", "gatecrash runs", "runs"))
    assert "'runs' is no mark of a block" in problem


def test_commands_in_files_of_other_programs_are_checked() -> None:
    (problem,) = problems_in(block("yaml", "script:\n  - |\n    gatecrash run --jsn\n", "foreign"))
    assert "--jsn" in problem


def test_options_that_prose_names_are_checked() -> None:
    assert not list(flag_problems_of("gatecrash run --repeat N"))
    assert list(flag_problems_of("gatecrash run --repaet N"))
    assert list(flag_problems_of("gatecrash rnu"))


def test_blocks_are_found_with_language_place_and_mark() -> None:
    text = "# A\n\n    indented\n\n- a list\n\n  ```sh\n  in it\n  ```\n\n"
    text += "<!-- block: foreign -->\n```yaml\n# a.yaml\nx: 1\n```\n"
    first, second, third = blocks_of(PAGE, text)
    assert (first.language, first.line, first.text) == (INDENTED, 3, "indented\n")
    assert (second.language, second.line, second.text) == ("sh", 8, "in it\n")
    assert (third.language, third.line, third.mark, third.name) == ("yaml", 13, "foreign", "a.yaml")
    assert first.name is None


def test_shown_output_stands_for_the_same_with_other_figures() -> None:
    shown = "✘ failed  A page [G02]\n    because broken was 98%; first at 2.86s: 500 '...'\n"
    assert re.search(as_pattern(shown), "x ✘ failed A page [G02] because broken was 7.5%; first at 31ms: 500 'oh'\n")
    assert re.search(as_pattern("meanwhile: ... 9 broken"), "meanwhile: 112 broken")
    assert not re.search(as_pattern(shown), "✔ passed  A page [G02] because broken was 98%; first at 2.86s: 500 'oh'")
    assert not re.search(as_pattern(shown), "✘ failed  A page [G03] because broken was 98%; first at 2.86s: 500 'oh'")


def test_a_change_is_made_where_it_says_or_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\ntwo\n")
    player = Player(tmp_path, {})
    player.change(block("diff", "--- a.py\n one\n-two\n+three\n"))
    player.change(block("diff", "--- a.py\n+four\n"))
    assert (tmp_path / "a.py").read_text() == "one\nthree\nfour\n"
    with pytest.raises(AssertionError, match="0 times"):
        player.change(block("diff", "--- a.py\n-two\n+x\n"))


def test_a_command_that_ends_otherwise_or_says_something_else_is_found(tmp_path: Path) -> None:
    player = Player(tmp_path, {**os.environ})
    player.play([block("console", "$ gatecrash rules G99\n...there is no rule 'G99'...", "ends with 2")])
    for text, mark in (("$ gatecrash rules G99\n", ""), ("$ gatecrash rules G99\nthere is such a rule", "ends with 2")):
        with pytest.raises(AssertionError, match=r"page\.md:7"):
            player.play([block("console", text, mark)])
