"""From a project file to the terms of a run: patterns, dates, names that are none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chaos.errors import InvalidFile
from chaos.project.project import find_project
from chaos.project.terms import make_terms

KNOWN = ("age_hangs", "age_slow", "media[a-1]", "media[b-1]")
DAY = date(2027, 1, 31)


@pytest.fixture
def terms(write: Any) -> Any:
    def of(text: str, day: date = DAY) -> Any:
        write("gatecrash.toml", text)
        project = find_project()
        assert project is not None
        return make_terms(project, KNOWN, day)

    return of


@pytest.mark.parametrize(
    ("required", "found"),
    [
        (["age_slow"], ("age_slow",)),
        (["age_*", "age_slow"], ("age_hangs", "age_slow")),
        (["*"], KNOWN),
        (["media[a-1]"], ("media[a-1]",)),
        (["media*"], ("media[a-1]", "media[b-1]")),
    ],
)
def test_patterns_stand_for_all_experiments_that_match(terms: Any, required: list[str], found: Any) -> None:
    assert terms(f"[gate]\nrequired = {required}\n")[0].required == found


ALLOWED = '[[gate.allow_inconclusive]]\nexperiment = "age_slow"\nreason = "slow disk"\nuntil = 2027-01-31\n'


def test_an_allowance_holds_up_to_and_including_its_last_day(terms: Any) -> None:
    found, allowed = terms(ALLOWED)
    assert (found.expired, allowed) == ({}, {"age_slow": "slow disk; until 2027-01-31, gatecrash.toml"})
    found, allowed = terms(ALLOWED, date(2027, 2, 1))
    assert (found.expired, allowed) == ({"age_slow": "that was allowed until 2027-01-31: slow disk"}, {})


WRONG = {
    '[gate]\nrequired = ["age_slwo"]\n': "2:1: gate.required[0]: no experiment is called 'age_slwo'; did you mean age",
    '[gate]\nrequired = ["web_*"]\n': "2:1: gate.required[0]: no experiment is called 'web_*'",
    ALLOWED.replace("age_slow", "x"): "2:1: gate.allow_inconclusive[0].experiment: no experiment is called 'x'",
    ALLOWED * 2: "6:1: gate.allow_inconclusive[1].experiment: 'age_slow' is allowed twice",
}


@pytest.mark.parametrize("text", WRONG)
def test_names_that_are_none_are_told(terms: Any, text: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        terms(text)
    assert WRONG[text] in str(refused.value)
