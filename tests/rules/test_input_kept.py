from __future__ import annotations

import pytest

from chaos.rules import judge
from chaos.rules.rule import Sent, Situation

PAGE = "<h1>Not saved</h1><p>Not now.</p><form method=post>{}<button>Send</button></form>"


@pytest.mark.parametrize(
    ("field", "passes"),
    [
        ("<input name=x value=''>", False),
        ("<input name=x>", False),
        ("<input name=x value=other>", False),
        ("<input name=x value='my  cat'>", True),
        ("<input name=x value='my cat'>", True),
        ("<input name=x value='' type=password>", True),
        ("<input name=x value=new type=hidden>", True),
        ("<input name=x value=Go type=submit>", True),
        ("<textarea name=x></textarea>", False),
        ("<textarea name=x>\nmy cat</textarea>", True),
        ("<select name=x><option>my cat<option>other</select>", False),
        ("<select name=x><option selected>my cat<option>other</select>", True),
        ("<select name=x><option value='my cat' selected>A cat</select>", True),
        ("<input type=checkbox name=x value='my cat'>", False),
        ("<input type=checkbox name=x value='my cat' checked>", True),
        ("<input type=radio name=x value=other><input type=radio name=x value='my cat' checked>", True),
        ("<input type=radio name=x value=other checked><input type=radio name=x value='my cat'>", False),
        ("<input name=y value=''>", True),
        ("", True),
    ],
)
def test_a_field_that_is_shown_again_holds_what_was_typed(html, broken, field, passes) -> None:
    found = broken(html(PAGE.format(field)), sent=Sent(fields={"x": "my cat"}))
    assert ("G23" not in found) is passes


@pytest.mark.parametrize("typed", ["<b>&\"'</b>", "zwei\nZeilen", "été"])
def test_what_was_typed_is_compared_as_text(html, broken, typed) -> None:
    from html import escape

    kept = html(PAGE.format(f"<textarea name=x>{escape(typed)}</textarea>"))
    assert "G23" not in broken(kept, sent=Sent(fields={"x": typed}))


def test_the_field_is_named_and_who_typed_nothing_misses_nothing(html, broken) -> None:
    assert '"born"' in broken(html(PAGE.format("<input name=born>")), sent=Sent(fields={"born": "1991"}))["G23"]
    assert "G23" not in broken(html(PAGE.format("<input name=born>")), sent=Sent(fields={"born": " "}))
    assert "G23" not in broken(html(PAGE.format("<input name=born>")))


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Your clip has not been saved.", False),
        ("Please choose it again below.", True),
        ("Please select the clip again.", True),
        ("You will have to re-select your file.", True),
        ("We kept your clip, so you don't have to choose it again.", True),
        ("Please keep it on your device.", True),
        ("Resume the upload.", True),
    ],
)
def test_of_a_file_the_page_says_what_to_do(html, broken, text, passes) -> None:
    answer = html(PAGE.format(f"<p>{text}</p><input type=file name=clip>"))
    assert ("G23" not in broken(answer, sent=Sent(files=("clip",)))) is passes


def test_a_page_without_a_form_for_the_file_need_not(html, broken) -> None:
    assert "G23" not in broken(html(), sent=Sent(files=("clip",)))


def test_what_another_language_says_of_a_file_is_not_checked(html) -> None:
    page = "<!doctype html><html lang=de><meta charset=utf-8><title>x</title><form><input type=file name=clip></form>"
    judged = judge(html(page=page), Situation(served=False, sent=Sent(files=("clip",))))
    assert "G23" in {skipped.rule for skipped in judged.not_checked}
