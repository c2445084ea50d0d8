from __future__ import annotations

import pytest

GOOD = "<!doctype html><html lang=en><title>Sorry</title><p>Not now. <a href=/>Try again</a>"


@pytest.mark.parametrize(
    ("content_type", "page", "said"),
    [
        ("text/html; charset=utf-8", GOOD, None),
        ('text/html;charset="UTF-8"', GOOD, None),
        ("TEXT/HTML; Charset=utf-8", GOOD, None),
        ("text/html; charset=iso-8859-1", GOOD.replace("Not", "Déjà").encode("latin-1"), None),
        ("text/html; charset=utf-16", GOOD.encode("utf-16-le"), None),
        ("application/xhtml+xml", GOOD, None),
        ("text/html", GOOD.replace("<title>", "<meta charset=utf-8><title>"), None),
        ("text/html", b"\xef\xbb\xbf" + GOOD.encode(), None),
        ("text/html", GOOD, "no charset"),
        ("text/html", GOOD + 2000 * " " + "<meta charset=utf-8>", "no charset"),
        ("text/html; charset=klingon", GOOD, "browsers do not know"),
        ("text/html; charset=rot13", GOOD, "browsers do not know"),
        ("text/html; charset=utf-8", GOOD.replace("Not", "Déjà").encode("latin-1"), "not in the charset"),
        ("text/plain; charset=utf-8", GOOD, "came as text/plain"),
        ("application/json", "{}", "came as application/json"),
        ("", GOOD, "no Content-Type"),
        ("image/png", b"\x89PNG\r\n\0\0", "came as image/png"),
        ("text/html; charset=utf-8", "", "empty body"),
        ("text/html; charset=utf-8", " \r\n ", "empty body"),
        ("text/html; charset=utf-8", "<!doctype html><title>Sorry</title><main></main>", "no words"),
        ("text/html; charset=utf-8", "<!doctype html><p hidden>Sorry</p><script>1</script>", "no words"),
        ("text/html; charset=utf-8", "<!doctype html><p>***</p>", "no words"),
    ],
)
def test_html_comes_as_html_with_words_in_a_known_charset(html, broken, content_type, page, said) -> None:
    found = broken(html(page=page, headers={"Content-Type": content_type})).get("G07")
    assert found is None if said is None else said in (found or "")


@pytest.mark.parametrize(
    ("page", "inside"),
    [
        (GOOD, None),
        (GOOD + "</html>\n", None),
        ("<html><body><div><div><p>Sorry</div></body></html>", None),
        ("<html><body><p>Sorry <br> <img src=x> <input> and 2 < 3 or a < b", None),
        ("<p>Sorry<svg><path d='M0 0'/><circle/></svg>", None),
        ("<main><p>Sorry, we", "<main>"),
        ("<p>Sorry, <a href=/>try again", "<a>"),
        ("<p>Sorry, <a hre", "the tag <a"),
        ("<p>Sorry, <a href='/", "the tag <a"),
        ("<p>Sorry <", "a tag"),
        ("<p>Sorry </", "a tag"),
        ("<p>Sorry <!-- because", "a comment"),
        ("<p>Sorry <script>if (1", "<script>"),
        ("<title>Sor", "<title>"),
        ("<ul><li>Sorry<li>Really", "<ul>"),
        ("<!-- <main> --><p>Sorry", None),
        ("<script>'<main>'</script><p>Sorry", None),
    ],
)
def test_a_page_ends_and_does_not_break_off(html, broken, page, inside) -> None:
    found = broken(html(page=page)).get("G07")
    assert found is None if inside is None else found == f"the HTML page is cut off inside {inside}"


@pytest.mark.parametrize(
    ("media_type", "body", "said"),
    [
        ("application/problem+json", b'{"title": "Not now"}', None),
        ("application/problem+json", b'\xef\xbb\xbf{"title": "Not now"}', None),
        ("Application/Problem+JSON; charset=utf-8", b"{}", None),
        ("application/json", b'{"title": "Not now"}', "instead of application/problem+json"),
        ("text/html", b"<p>Sorry", "instead of application/problem+json"),
        ("", b"{}", "no Content-Type"),
        ("application/problem+json", b"", "empty body"),
        ("application/problem+json", b'{"title": "Not', "can't be parsed"),
        ("application/problem+json", b"{'title': 1}", "can't be parsed"),
        ("application/problem+json", b'{"a": NaN}', "NaN"),
        ("application/problem+json", b'{"a": "\xff"}', "not UTF-8"),
        ("application/problem+json", b'{"a":' * 100_000, "can't be parsed"),
        ("application/problem+json", b"[" * 100_000, "nested too deeply"),
        ("application/problem+json", b"9" * 10_000, "can't be parsed"),
        ("application/problem+json", b'"Not now"', "no object"),
    ],
)
def test_an_error_to_who_asked_for_json_is_a_problem_object(problem, broken, media_type, body, said) -> None:
    found = broken(problem(body=body, media_type=media_type)).get("G07")
    assert found is None if said is None else said in (found or "")


def test_accepted_json_needs_no_problem_object(problem, broken) -> None:
    assert broken(problem({"url": "/clips/1"}, status=202, media_type="application/json")) == {}


def test_an_answer_that_broke_off_is_incomplete_whatever_it_holds(html, broken) -> None:
    assert "broke off" in broken(html(complete=False))["G07"]


@pytest.mark.parametrize(("method", "status"), [("HEAD", 503), ("GET", 303), ("GET", 204), ("GET", 304)])
def test_an_answer_that_has_no_body_by_definition_is_not_judged(html, broken, method, status) -> None:
    assert "G07" not in broken(html(page=b"", method=method, status=status, headers={"Content-Type": ""}))
