"""Secrets in every form that an app's formats give them, whole, in pieces and torn."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
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
        quote(VALUE).replace("%C3%A9", "%c3%a9"),
        quote(VALUE, safe="").replace("%2F", "%2f").replace("%C3%A9", "%c3%a9"),
        repr(VALUE)[1:-1],
        json.dumps(VALUE)[1:-1].replace("/", "\\/"),
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


@pytest.mark.parametrize("user", ["", "a", "ab", "abc", "someone"])
@pytest.mark.parametrize("value", ["s3cr", "s3cre", "s3cret", VALUE, "??>>~~a long one"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_password_is_hidden_in_basic_auth_whoever_the_user_is(
    user: str, value: str, encode: Callable[[bytes], bytes]
) -> None:
    header = encode(f"{user}:{value}".encode()).decode()
    masked = Secrets({"PASSWORD": value}).mask(f"Authorization: Basic {header}")
    before, placeholder, after = masked.partition("{env.PASSWORD}")
    assert placeholder
    left = len(header.rstrip("=")) - len(before.removeprefix("Authorization: Basic ")) - len(after.rstrip("="))
    assert left * 6 > len(value.encode()) * 8 - 12, "at most the bits of a letter at each end are still there"


KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B/+\n  AQEFAASCBKcwggSjAgEAAoIB\nab=\n-----END KEY-----\n"
KEYS = Secrets({"KEY": KEY})


def test_each_line_of_a_secret_is_replaced_on_its_own() -> None:
    written = "".join(f"web | {line}\n" for line in KEY.splitlines())
    assert KEYS.mask(written) == (
        "web | {env.KEY}\nweb | {env.KEY}\nweb |   {env.KEY}\nweb | ab=\nweb | {env.KEY}\n"
    ), "but for a line that is too short to be one"
    assert KEYS.mask(quote("MIIEvQIBADANBgkqhkiG9w0B/+", safe="")) == "{env.KEY}"


def test_a_key_that_stands_in_one_line_is_known_when_it_is_written_in_several() -> None:
    secrets = Secrets({"KEY": KEY.replace("\n", "\\n")})
    assert secrets.mask("it is AQEFAASCBKcwggSjAgEAAoIB") == "it is {env.KEY}"
    assert secrets.mask(KEY.replace("\n", "\\n")) == "{env.KEY}"


def test_a_short_line_of_a_secret_hides_no_other_text() -> None:
    assert Secrets({"KEY": "long enough\n<é\n"}).mask("a &lt;p&gt;, %C3%A9") == "a &lt;p&gt;, %C3%A9"


@pytest.mark.parametrize("size", [1, 3, 7, 50, 1000])
def test_a_secret_of_several_lines_in_pieces_of_any_size_is_masked_the_same(size: int) -> None:
    half = KEY[: KEY.index("  AQ")]
    output = f"a {KEY}b {KEY}{half}c\n{KEY}".encode()
    masking = KEYS.stream()
    pieces = [masking.feed(output[start : start + size]) for start in range(0, len(output), size)]
    written = b"".join([*pieces, masking.end()]).decode()
    assert written == KEYS.mask(output.decode())
    assert written == "a {env.KEY}\nb {env.KEY}\n{env.KEY}\n{env.KEY}\nc\n{env.KEY}\n"


def test_lines_that_begin_no_secret_are_not_kept_waiting() -> None:
    masking = KEYS.stream()
    assert masking.feed(b"all is well\n") == b"all is well\n"
    assert masking.feed(f"{KEY}".encode()) == b"{env.KEY}\n"


def test_of_what_was_cut_short_in_several_ways_nothing_is_left() -> None:
    secrets = Secrets({"A": "abcdefgh", "B": "xyzabcdefgh"})
    assert secrets.mask("it said xyzabcdefg...") == "it said {env.B}..."


@pytest.mark.parametrize("blank", ["    ", " a  b "])
def test_blanks_hide_nothing(blank: str) -> None:
    with pytest.raises(EnvironmentFailed, match="too short"):
        Secrets({"BLANK": blank})


def test_what_is_too_short_to_be_hidden_is_refused_by_its_name() -> None:
    with pytest.raises(EnvironmentFailed, match=r"the environment variable PIN is too short .* \(3 characters"):
        Secrets({"PIN": "123"})
