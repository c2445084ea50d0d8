from __future__ import annotations

from pathlib import Path

import pytest

from chaos.rules import Words

RETRY = "<p><a href='/'>Try again</a></p>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("503 Service Unavailable", "503"),
        ("Error 503", "503"),
        ("error code: 502", "502"),
        ("(503)", "503"),
        ("We are sorry (503) for this", "503"),
        ("503", "503"),
        ("503.", "503"),
        ("504 – it took too long", "504"),
        ("HTTP 429: slow down", "429"),
        ("500 internal error", "500"),
        ("Bad Request", '"Bad Request"'),
        ("BAD   GATEWAY", '"BAD GATEWAY"'),
        ("bad&nbsp;gateway", '"bad gateway"'),
        ("The up&shy;stream is slow", '"upstream"'),
        ("An exception occurred", "exception"),
        ("Unhandled exception", "Unhandled"),
        ("Value is null", '"null"'),
        ("null", '"null"'),
        ("undefined", '"undefined"'),
        ("The request timed-out", '"timed-out"'),
        ("Connection refused", '"Connection refused"'),
        ("The API is down", '"API"'),
        ("code 0xDEADBEEF", "0xDEADBEEF"),
        ("Something is wrong with our back-end.", '"back-end"'),
        ("<b>gate</b>way", '"gateway"'),
        ("upstream-service", '"upstream"'),
    ],
)
def test_status_codes_and_jargon_are_found_and_quoted(html, broken, text, said) -> None:
    reason = broken(html(f"<h1>Sorry</h1><p>{text}</p>{RETRY}"))["G11"]
    assert said in reason


@pytest.mark.parametrize(
    "text",
    [
        "Some 500 people wait.",
        "500 clips were posted today",
        "Call 0800 500 500.",
        "Call +44 404 503.",
        "Quote reference 503.",
        "It costs $500 or 404€ or 5.03 or 1,500.",
        "Your reference: AB-503-C, 8F503.",
        "at 5:03 or 15:00 or 2021-07-06",
        "Everyone is welcome, with the exception of cats, and without exception.",
        "Nullify. Undefinedness. Napi. apiary. annulled",
        "Write to upstream@clipshare.example or see https://clipshare.example/gateway/503.",
        "It is a rapid request.",
        "Your service is unavailable right now. The problem is on our side.",
        "<span hidden>null</span><template>null</template><script>null</script><style>null{}</style>",
        "<noscript>null</noscript><textarea>null 503</textarea><select><option>null</select><input value='503'>",
        "<!-- null --><span style='display:NONE'>null</span><svg><title>null</title></svg>",
        "<dialog>null</dialog><details><summary>More</summary>null 503</details>",
    ],
)
def test_ordinary_numbers_and_words_pass_and_so_does_what_nobody_sees(html, broken, text) -> None:
    assert "G11" not in broken(html(f"<h1>Sorry</h1><p>{text}</p>{RETRY}"))


def test_title_and_heading_are_words_too(html, broken) -> None:
    assert "Gateway" in broken(html(title="Gateway problem"))["G11"]
    assert "null" in broken(html(f"<h1>null</h1>{RETRY}"))["G11"]


WORDS_25 = "We can not " + "really " * 21 + "now."
WORDS_26 = "We can not " + "really " * 22 + "now."


def test_a_sentence_has_25_words_at_most(html, broken) -> None:
    assert "G11" not in broken(html(f"<h1>Sorry</h1><p>{WORDS_25}</p>{RETRY}"))
    assert "26 words (at most 25)" in broken(html(f"<h1>Sorry</h1><p>{WORDS_26}</p>{RETRY}"))["G11"]


@pytest.mark.parametrize(
    "main",
    [
        f"<p>{WORDS_25}</p><p>{WORDS_25}</p>",
        f"<h2>{WORDS_25[:-1]}</h2>And more",
        f"<ul><li>{WORDS_25[:-1]}<li>And more</ul>",
        f"{WORDS_25[:-1]}<br>and more",
        f"<form>{WORDS_25[:-1]}<button>Send</button></form>",
        f"<table><tr><td>{WORDS_25[:-1]}<td>and more</table>",
        f"{WORDS_25[:-1]}! And more",
    ],
)
def test_headings_items_cells_and_buttons_are_sentences_of_their_own(html, broken, main) -> None:
    assert "G11" not in broken(html(main + RETRY))


def test_on_a_long_page_the_alert_is_judged_and_the_users_own_words_are_not(html, broken) -> None:
    content = f"<p>Why my gateway says null 503. {WORDS_26}</p><p>{'A clip by Anna. ' * 100}</p>"
    calm = f'<div role="alert"><p>We can’t load more clips.</p>{RETRY}</div>'
    assert "G11" not in broken(html(content + calm))
    assert "null" in broken(html(content + calm.replace("more", "null")))["G11"]
    assert "G11" in broken(html(content + RETRY))


@pytest.mark.parametrize(
    "text",
    [
        "Please check your internet connection.",
        "Check your connection",
        "CHECK YOUR CONNECTION",
        "There is a problem with your account.",
        "Your account could not be found.",
        "We could not verify your account.",
        "We do not know your account.",
        "The date you entered is wrong.",
        "The date you’ve entered is wrong.",
        "Invalid request.",
        "Your session is invalid.",
        "You have been banned.",
        "You appear to be offline.",
        "You&#8217;re offline",
        "No internet",
        "check your<br>internet connection",
        "check your <b>internet</b> connection",
        "Your upload is not going through because of your connection.",
        "It could not be saved because you entered something wrong.",
        "Nothing happened, check your connection.",
        "Nothing loads if your connection is slow.",
        "This is no error of ours, your account is closed.",
        "Access denied",
    ],
)
def test_the_user_is_not_blamed(html, problem, broken, text) -> None:
    assert "G15" in broken(html(f"<h1>Sorry</h1><p>{text}</p>{RETRY}"))


@pytest.mark.parametrize(
    "text",
    [
        "Nothing is wrong with your account.",
        "This is not your fault, and it is not about your connection.",
        "It isn’t your internet connection.",
        "It isn't a problem with your account.",
        "The problem is on our side, not your connection.",
        "You are not banned.",
        "You have not been banned, and your account is fine.",
        "Your account is safe.",
        "Your account and your clips are not affected.",
        "We have kept what you entered.",
        "The date you entered has been kept.",
        "What you typed is still here.",
        "There is no need to check your internet connection.",
        "Please check again in a minute. Connect with us.",
        "Your clip is safe on your device.",
        "This form validates nothing. An invalidation. Bannedness.",
        "Read /problems/invalid or https://clipshare.example/invalid.",
    ],
)
def test_a_sentence_that_reassures_blames_nobody(html, broken, text) -> None:
    assert "G15" not in broken(html(f"<h1>Sorry</h1><p>{text}</p>{RETRY}"))


def test_json_blames_in_its_strings_and_not_in_its_links(problem, broken) -> None:
    assert "you entered" in broken(problem({"title": "Not saved", "detail": "The date you entered is wrong."}))["G15"]
    assert "invalid" in broken(problem({"title": "Not saved", "errors": [{"reason": "Invalid value"}]}))["G15"].lower()
    link = {"title": "Not saved", "type": "https://clipshare.example/problems/invalid-clip"}
    assert "G15" not in broken(problem(link))
    assert "G15" not in broken(problem({"title": "Not saved", "invalid": True}))


def test_words_can_be_added_and_allowed(html, broken, tmp_path: Path) -> None:
    own = tmp_path / "words.toml"
    own.write_text('[jargon]\nterms = ["flux capacitor", "ACME"]\nallow = ["gateway"]\n', encoding="utf-8")
    words = Words.load(own)
    assert "G11" in broken(html(f"<h1>The gateway is closed</h1>{RETRY}"))
    assert "G11" not in broken(html(f"<h1>The gateway is closed</h1>{RETRY}"), words=words)
    assert "Flux capacitor" in broken(html(f"<h1>Flux capacitor failed</h1>{RETRY}"), words=words)["G11"]
    assert "ACME" in broken(html(f"<h1>ACME failed</h1>{RETRY}"), words=words)["G11"]
    assert "G11" not in broken(html(f"<h1>Acme failed</h1>{RETRY}"), words=words)
