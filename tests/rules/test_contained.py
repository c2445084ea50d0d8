from __future__ import annotations

import pytest

from chaos.rules.browser import BrowserView

MAIN = "<h1>Not now</h1><p>Not now.</p>"
OWN = "http://127.0.0.1:4000"


@pytest.mark.parametrize(
    ("needed", "said"),
    [
        ("<link rel=stylesheet href=https://cdn.example/a.css>", "a style sheet from elsewhere"),
        ("<LINK REL='preload StyleSheet' HREF=//cdn.example/a.css>", "a style sheet from elsewhere"),
        ("<base href=https://cdn.example/><link rel=stylesheet href=a.css>", "https://cdn.example/a.css"),
        ("<style>@import url(https://fonts.example/x.css);</style>", "fonts.example"),
        ("<script src=https://cdn.example/a.js></script>", "a script from elsewhere"),
        ("<link rel=stylesheet href=/a.css>", None),
        (f"<link rel=stylesheet href={OWN}/a.css>", None),
        ("<link rel=stylesheet href=data:text/css,a>", None),
        ("<link rel=stylesheet media=print href=https://cdn.example/a.css>", None),
        ("<link rel='alternate stylesheet' href=https://cdn.example/a.css>", None),
        ("<link rel=icon href=https://cdn.example/a.ico>", None),
        ("<link rel=preconnect href=https://cdn.example>", None),
        ("</head><p>Hello<script src=https://cdn.example/a.js></script>", None),
        ("<script async src=https://cdn.example/a.js></script>", None),
        ("<script defer src=https://cdn.example/a.js></script>", None),
        ("<script type=module src=https://cdn.example/a.js></script>", None),
        ("</head><img src=https://cdn.example/a.png alt=''>", None),
        ("</head><a href=https://status.example/>Status</a>", None),
        ("<link rel=stylesheet href='http://['>", None),
    ],
)
def test_nothing_is_needed_from_elsewhere(html, broken, needed, said) -> None:
    page = f"<!doctype html><html lang=en><head><meta charset=utf-8><title>x</title>{needed}</head>{MAIN}</html>"
    found = broken(html(page=page)).get("G22")
    assert (said in found) if said and found else found == said


@pytest.mark.parametrize(("bytes_", "passes"), [(49_000, True), (51_000, False)])
def test_the_page_has_50_kb_at_most(html, broken, bytes_, passes) -> None:
    assert ("G22" not in broken(html(MAIN + "<!--" + "x" * bytes_ + "-->"))) is passes


@pytest.mark.parametrize(
    ("control", "passes"),
    [
        ("<button onclick=location.reload()>Try again</button>", False),
        ("<a href='javascript:location.reload()'>Try again</a>", False),
        ("<a href='#' onclick=go()>Try again</a>", False),
        ("<div role=button tabindex=0 onclick=go()>Try again</div>", False),
        ("<button onclick=go()>Try again</button> or <a href=/status>see what works</a>", True),
        ("<a href=/ onclick=track()>Try again</a>", True),
        ("<form><button onclick=track()>Try again</button></form>", True),
        ("", True),
    ],
)
def test_there_is_a_way_on_without_scripts(html, broken, control, passes) -> None:
    assert ("G22" not in broken(html(MAIN + control))) is passes


def test_a_page_that_its_scripts_make_shows_nothing_without_them(html, broken) -> None:
    page = "<!doctype html><html lang=en><title>Clipshare</title><div id=root></div><script src=/app.js></script>"
    assert "unless its scripts run" in broken(html(page=page))["G22"]


def test_a_browser_that_saw_other_words_without_scripts_says_so(html, broken) -> None:
    assert "G22" in broken(html(), browser=BrowserView(without_scripts=False))
    assert "G22" not in broken(html(), browser=BrowserView(without_scripts=True))
