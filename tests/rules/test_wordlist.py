from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]

import pytest

from chaos.errors import InvalidFile
from chaos.rules import Words
from chaos.rules import wordlist as wordlist_module

WORDS = Words.load()


def patterns() -> dict[str, str]:
    found = {f"leak: {leak.name}": leak.pattern.pattern for leak in WORDS.leaks}
    for name in (field.name for field in dataclasses.fields(WORDS)):
        value = getattr(WORDS, name)
        many = value if isinstance(value, tuple) else (value,)
        found |= {f"{name} {number}": p.pattern for number, p in enumerate(many) if isinstance(p, re.Pattern)}
    assert {"error_page 0", "counted 0", "fate_saved 0", "jargon 0"} <= found.keys()
    return found


def most_steps(items: object) -> int:
    """How many steps a match of these items can take at most, backtracking left out."""
    steps = 0
    for op, value in items:  # type: ignore[attr-defined]
        if op in {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}:
            assert value[1] != _constants.MAXREPEAT, "a repeat without a bound"
            steps += value[1] * most_steps(value[2])
        elif op is _constants.SUBPATTERN:
            steps += most_steps(value[3])
        elif op is _constants.BRANCH:
            steps += max(most_steps(branch) for branch in value[1])
        elif op in {_constants.ASSERT, _constants.ASSERT_NOT}:
            steps += most_steps(value[1])
        else:
            steps += 1
    return steps


@pytest.mark.parametrize("pattern", patterns().values(), ids=patterns())
def test_every_repeat_of_a_shipped_pattern_has_a_bound(pattern: str) -> None:
    assert most_steps(_parser.parse(pattern)) < 3_000


@pytest.mark.parametrize("leak", WORDS.leaks, ids=lambda leak: leak.name)
def test_every_signature_has_hints(leak: wordlist_module.Signature) -> None:
    assert leak.hints
    assert all(leak.hints)


def test_the_lists_are_loaded_once() -> None:
    assert Words.load() is Words.load()


def test_a_file_of_ones_own_adds_to_every_list_and_takes_out_of_it(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        """
        [status_digits]
        codes = [599]
        allow = ["418"]
        [next_step]
        times = ['''\\bat dawn\\b''']
        [fate]
        saved = ['verwahrt']
        [empty_words]
        allow = ['\\b(?:scheduled|planned|routine|urgent) maintenance\\b']
        [tone]
        exclamations = ["hoppla"]
        [headline]
        trouble = ["closed for lunch"]
        [input_kept]
        choose_again = ["once more with feeling"]
        [retry_time]
        vague = ["one fine day"]
        [counts]
        nouns = ["hearts"]
        names = ["hearts"]
        [[leak]]
        name = "our secret"
        pattern = "clipkey-[0-9]{4}"
        """,
        encoding="utf-8",
    )
    words = Words.load(own)
    assert "599" in words.status_codes
    assert "418" in WORDS.status_codes - words.status_codes
    assert any(pattern.search("We open at dawn") for pattern in words.times)
    assert any(pattern.search("Es ist verwahrt") for pattern in words.fate_saved)
    assert len(words.empty_words) == len(WORDS.empty_words) - 1
    assert any(pattern.search("Hoppla!") for pattern in words.exclamations)
    assert any(pattern.search("Closed for lunch") for pattern in words.trouble)
    assert any(pattern.search("once more with feeling") for pattern in words.choose_again)
    assert any(pattern.search("One fine day") for pattern in words.vague_times)
    assert words.counted.search("12 hearts")
    assert "hearts" in words.count_names - WORDS.count_names
    assert words.leaks[-1].name == "our secret"
    assert words.leaks[:-1] == WORDS.leaks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[jargon\n", "is not TOML"),
        ("[jagon]\nterms = ['x']", "jagon is no table"),
        ("jargon = 3", "jargon is no table"),
        ("[jargon]\nwords = ['x']", "jargon.words is no list; there are terms, patterns, allow"),
        ("[jargon]\nterms = 'x'", "jargon.terms must be a list of words"),
        ("[jargon]\nterms = ['']", "none of them empty"),
        ("[jargon]\npatterns = ['(']", "is no regular expression"),
        ("[fate]\nsaved = ['(']", "fate.saved: '(' is no regular expression"),
        ("[empty_words]\nphrases = ['(']", "empty_words.phrases: '(' is no regular expression"),
        ("[[leak]]\nname = 'x'", "leak 1: needs a name and a pattern"),
        ("[[leak]]\nname = 'x'\npattern = '['", "leak 1: pattern is no regular expression"),
        ("[[leak]]\nname = 'x'\npattern = 'x'\nwhere = 'here'", "leak 1: where must be"),
        ("[[leak]]\nname = 'x'\npattern = 'x'\nhints = 'x'", "leak 1: hints must be"),
        ("[[leak]]\nname = 'x'\npattern = 'x'\nhint = ['x']", "leak 1: hint is unknown"),
        ("leak = 'x'", "leak 1: must be a table"),
    ],
)
def test_a_file_that_can_not_be_used_is_refused_with_its_name_and_the_reason(
    tmp_path: Path, text: str, said: str
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFile, match=re.escape(said)) as raised:
        Words.load(own)
    assert str(own) in str(raised.value)


def test_all_problems_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[jagon]\n[jargon]\nwords = ['x']\npatterns = ['(', '[']\n", encoding="utf-8")
    with pytest.raises(InvalidFile) as raised:
        Words.load(own)
    assert len(raised.value.problems) == 4


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="can't be read"):
        Words.load(tmp_path / "none.toml")
