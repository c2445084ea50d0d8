"""The table of undos: each is plain data, and performing one never raises."""

from __future__ import annotations

import pytest

from chaos.undo import UNDOS, perform
from chaos.undo.undo import Undo


@pytest.mark.parametrize("kind", UNDOS)
def test_an_undo_without_its_arguments_is_a_failure_and_no_exception(kind: str) -> None:
    assert perform(Undo("1", kind, {}, "", "")) is not None


def test_an_undo_of_an_unknown_kind_is_a_failure_that_names_it() -> None:
    assert perform(Undo("1", "unheard-of", {}, "", "")) == "an undo of the kind 'unheard-of' is not known"
