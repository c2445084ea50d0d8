from __future__ import annotations

import pytest

from chaos.rules.rule import Sent

RETRY = '<p><a href="/">Try again</a></p>'


@pytest.mark.parametrize(
    "text",
    [
        "Something went wrong.",
        "Something’s gone wrong. We are working on it.",
        "We are experiencing temporary technical issues. Thank you for your patience.",
        "There is a problem with the server. We're fixing it now.",
        "An unexpected error has occurred. Please try again later.",
        "We are down for scheduled maintenance. We’ll be back soon!",
        "The service is temporarily unavailable. Sorry for the inconvenience.",
        "We couldn't process your request. Sorry.",
        "Something went wrong. If you write to us, please quote reference 7F3K-21QD.",
        "Something went wrong. Please try again in 5 minutes.",
    ],
)
def test_a_text_that_could_stand_anywhere_is_filler(html, broken, text) -> None:
    said = broken(html(f"<h1>We can't open your feed</h1><p>{text}</p>{RETRY}"))["G16"]
    assert "nothing else that helps" in said


@pytest.mark.parametrize(
    "text",
    [
        "New clips can't be loaded, and everything else works.",
        "Something went wrong on our side: your clips are all here, but new ones can't be loaded.",
        "We have technical issues with uploads. Watching and commenting work as usual.",
        "We are down for maintenance. Your scheduled posts will still go out on time.",
        "A part of Clipshare is not answering us.",
    ],
)
def test_the_same_phrase_does_no_harm_beside_words_that_say_something(html, broken, text) -> None:
    assert "G16" not in broken(html(f"<h1>We can't open your feed</h1><p>{text}</p>{RETRY}"))


def test_what_a_form_says_of_its_fields_is_no_explanation(html, broken) -> None:
    form = "<form><label>Clip</label><p>A video from your device, up to 16 MB.</p><button>Send</button></form>"
    assert "G16" in broken(html(f"<h1>Not sent</h1><p>Something went wrong.</p>{form}"))


def test_a_fate_that_only_filler_tells_is_no_fate(html, broken) -> None:
    main = (
        "<h1>Not now</h1><div data-outcome='not-saved'><p>Something went wrong on our side with all the new clips.</p>"
        f"{RETRY}</div>"
    )
    assert "what became of what the user sent" in broken(html(main), sent=Sent(files=("clip",)))["G16"]
    assert "G16" not in broken(html(main))


def test_a_time_that_only_filler_tells_is_no_next_step(html, broken, tmp_path) -> None:
    from chaos.rules import Words

    own = tmp_path / "own.toml"
    own.write_text("[empty_words]\nphrases = ['''\\bback in no time, in 5 minutes\\b''']\n", encoding="utf-8")
    main = "<h1>Not now</h1><p>New clips can not be shown to you. We are back in no time, in 5 minutes.</p>"
    assert "what to do now" in broken(html(main), words=Words.load(own))["G16"]


def test_filler_is_a_matter_of_pages(problem, broken) -> None:
    assert "G16" not in broken(problem({"title": "Sorry", "detail": "Something went wrong."}))
