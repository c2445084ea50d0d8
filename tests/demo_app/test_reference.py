import re

import pytest

from demo_app.reference import adopted, new_reference


def test_a_reference_can_be_read_out_and_is_told_apart_from_words_and_numbers() -> None:
    references = {new_reference() for _ in range(500)}
    assert len(references) == 500
    for reference in references:
        assert re.fullmatch(r"[b-z][2-9][b-z]{2}(-[b-z]{4}){2}", reference)
        assert not set(reference) & set("aeiouly")


@pytest.mark.parametrize(("given", "taken"), [("abc-1", True), ("a" * 64, True), ("a" * 65, False), ("a b", False)])
def test_what_a_caller_hands_on_is_taken_over_if_it_can_be_logged(given: str, taken: bool) -> None:
    assert (adopted(given) == given) is taken


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_one_it_is_made(nothing: str | None) -> None:
    assert adopted(nothing)
