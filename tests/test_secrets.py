"""Secrets in every form that an app's formats give them, whole, in pieces and torn."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from chaos.errors import EnvironmentFailed
from chaos.secrets import LONG_TEXT, Secrets

VALUE = "p&ss \"w/rd' é"
SECRETS = Secrets({"TOKEN": VALUE, "EMPTY": ""})


@pytest.mark.parametrize(
    "form",
    [
        VALUE,
        json.dumps(VALUE)[1:-1],
        json.dumps(VALUE, ensure_ascii=False)[1:-1],
        html.escape(VALUE),
        html.escape(VALUE).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
        html.escape(VALUE, quote=False),
        quote(VALUE),
        quote(VALUE, safe=""),
        quote_plus(VALUE),
        base64.b64encode(VALUE.encode()).decode(),
    ],
)
def test_a_secret_is_replaced_in_every_form(form: str) -> None:
    assert SECRETS.mask(f"before {form}, after") == "before {env.TOKEN}, after"
    assert SECRETS.found_in(form.encode())


def test_other_texts_stay_as_they_are() -> None:
    assert SECRETS.mask("nothing of that kind") == "nothing of that kind"
    assert not SECRETS.found_in(b"nothing of that kind")
    assert not Secrets()
    assert Secrets().mask("anything") == "anything"


def test_texts_are_replaced_wherever_they_stand_in_json_but_not_in_words_of_ours() -> None:
    secrets = Secrets({"A": "served"})
    found = {"served": ["is served", 5, None], "outcome": "served"}
    assert secrets.mask_all(found) == {"{env.A}": ["is {env.A}", 5, None], "outcome": "served"}


def test_a_long_text_that_was_cut_short_in_a_secret_keeps_no_part_of_it() -> None:
    text = "x" * LONG_TEXT + VALUE
    for length in range(4, len(VALUE)):
        assert SECRETS.mask(text[: LONG_TEXT + length]) == "x" * LONG_TEXT + "{env.TOKEN}"
        assert SECRETS.mask(f"it said {VALUE[:length]}...") == "it said {env.TOKEN}..."
    assert SECRETS.mask(f"short {VALUE[:6]}") == f"short {VALUE[:6]}"


def test_a_secret_is_known_as_a_page_shows_it() -> None:
    assert Secrets({"A": "one  two\nthree"}).mask("it is one two three") == "it is {env.A}"


@pytest.mark.parametrize("size", [1, 3, 7, 50, 1000])
def test_output_in_pieces_of_any_size_is_masked_the_same(size: int) -> None:
    output = f"one {VALUE}\n{VALUE}{VALUE} two\xff\nand {VALUE}".encode("utf-8", "surrogateescape") + b"\xff\n no end"
    masking = SECRETS.stream()
    pieces = [masking.feed(output[start : start + size]) for start in range(0, len(output), size)]
    written = b"".join([*pieces, masking.end()])
    assert written == output.replace(VALUE.encode(), b"{env.TOKEN}")


def test_a_line_without_an_end_is_written_before_it_fills_the_memory() -> None:
    masking = SECRETS.stream()
    written = b"".join(masking.feed(b"x" * 1000 + VALUE.encode()) for _ in range(200))
    assert len(written) > 100_000
    assert VALUE.encode() not in written + masking.end()


@pytest.mark.parametrize("blank", ["    ", " a  b "])
def test_blanks_hide_nothing(blank: str) -> None:
    with pytest.raises(EnvironmentFailed, match="too short"):
        Secrets({"BLANK": blank})


def test_what_is_too_short_to_be_hidden_is_refused_by_its_name() -> None:
    with pytest.raises(EnvironmentFailed, match=r"the environment variable PIN is too short .* \(3 characters"):
        Secrets({"PIN": "123"})
