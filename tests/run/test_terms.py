"""What a run is held to is kept with it."""

from __future__ import annotations

import pytest

from chaos.compare.record import Results
from chaos.errors import EnvironmentFailed
from chaos.gate.terms import Terms
from chaos.run.folders import new_run
from chaos.run.terms import FILE, HeldTo, keep_terms, read_terms


def test_it_is_read_as_it_was_kept() -> None:
    run = new_run(["a"])
    held_to = HeldTo(Terms(required=("a",), fail_on_worse=True), (Results(format=1, run="r", experiments=()),))
    keep_terms(run, held_to)
    assert read_terms(run) == held_to


def test_of_a_run_without_it_nothing_is_asked() -> None:
    assert read_terms(new_run(["a"])) == HeldTo()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"terms": {"required": 5}, "earlier": []}'])
def test_a_damaged_one_is_no_pass(text: str) -> None:
    run = new_run(["a"])
    (run.path / FILE).write_text(text)
    with pytest.raises(EnvironmentFailed, match="what the run was held to is not known"):
        read_terms(run)


def test_where_it_can_not_be_written_that_is_told() -> None:
    run = new_run(["a"])
    (run.path / FILE).mkdir()
    with pytest.raises(EnvironmentFailed, match=FILE):
        keep_terms(run, HeldTo())
