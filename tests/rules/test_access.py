from __future__ import annotations

import pytest

from chaos.rules import judge
from chaos.rules.browser import BrowserView
from chaos.rules.rule import Sent, Situation

CALM = "<p>A part of Clipshare is not answering us.</p>"
FORM = "<form><input name=born value=1991><button>Send</button></form>"


@pytest.mark.parametrize(
    ("main", "passes"),
    [
        (f"<h1>Clipshare</h1>{CALM}", False),
        (CALM, False),
        (f"<h1>Clipshare</h1><div role=alert></div>{CALM}", False),
        (f"<h1>Clipshare</h1><div role=status>{CALM}</div>", False),
        (f"<h1>Clipshare</h1><div role=alert hidden>{CALM}</div>", False),
        (f"<h1>Clipshare</h1><div role=alert>{CALM}</div>", True),
        (f"<h1>Clipshare</h1><div aria-live=assertive>{CALM}</div>", True),
        (f"<h1>We can’t open your feed</h1>{CALM}", True),
        (f"<h1>Sorry, there is a problem with the service</h1>{CALM}", True),
        (f"<h1>Clipshare is very busy right now</h1>{CALM}", True),
        (f"<h1>You will be able to use the service later</h1>{CALM}", True),
    ],
)
def test_an_alert_or_the_h1_says_it(html, broken, main, passes) -> None:
    assert ("G18" not in broken(html(main))) is passes


def test_progress_is_a_status(html, broken) -> None:
    assert "G18" not in broken(html("<p role=status>We have your clip</p>", status=202))
    assert "G18" not in broken(html("<h1>We have your clip</h1>", status=202))
    assert "G18" in broken(html("<p>We have your clip</p>", status=202))


def test_a_browser_knows_what_was_really_said(html, broken) -> None:
    silent, heard = BrowserView(heading="Clipshare"), BrowserView(heading="Clipshare", announced=("Not now",))
    answer = html(f"<h1>Not now</h1><div role=alert>{CALM}</div>")
    assert "G18" in broken(answer, browser=silent)
    assert "G18" not in broken(answer, browser=heard)


def test_an_h1_in_another_language_is_not_checked(html) -> None:
    page = "<!doctype html><html lang=de><meta charset=utf-8><title>x</title><h1>Gerade nicht</h1>{}"
    judged = judge(html(page=page.format("")), Situation(served=False))
    assert "G18" in {skipped.rule for skipped in judged.not_checked}
    judged = judge(html(page=page.format("<p role=alert>Das liegt an uns")), Situation(served=False))
    assert "G18" not in {skipped.rule for skipped in judged.not_checked}


@pytest.mark.parametrize(
    ("control", "said"),
    [
        ("<div onclick=go()>Try again</div>", "no key reaches it"),
        ("<span role=button>Try again</span>", "no key reaches it"),
        ("<a onclick=go()>Try again</a>", "no key reaches it"),
        ("<a href=/ tabindex=-1>Try again</a>", "no key reaches it"),
        ("<form><button tabindex=-1>Try again</button></form>", "no key reaches it"),
        ("<div tabindex=0 onclick=go()>Try again</div>", "neither that it is a link"),
        ("<a href=/><svg></svg></a>", "no name"),
        ("<form><button></button></form>", "no name"),
        ("<a href=/>Try again</a>", None),
        ("<a href=/ aria-label='Try again'><svg></svg></a>", None),
        ("<a href=/ aria-labelledby=x><svg></svg></a>", None),
        ("<a href=/ tabindex=0>Try again</a>", None),
        ("<div role=button tabindex=0 onclick=go()>Try again</div>", None),
        ("<form><button>Try again</button></form>", None),
        ("<button disabled></button>", None),
        ("<main onclick=track()><a href=/>Try again</a></main>", None),
        ("<nav><a href=/><svg></svg></a></nav>", None),
        ("<div onclick=go() hidden>Try again</div>", None),
    ],
)
def test_what_looks_like_a_control_must_be_one(html, broken, control, said) -> None:
    found = broken(html(f"<h1>Not now</h1>{CALM}{control}")).get("G20")
    assert (said in found) if said and found else found == said


def test_a_browser_tells_what_the_tab_key_reaches(html, broken) -> None:
    answer = html(f"<h1>Not now</h1>{CALM}<a href=/>Try again</a>")
    assert "reaches none of" in broken(answer, browser=BrowserView(reachable=("Clipshare",)))["G20"]
    assert "G20" not in broken(answer, browser=BrowserView(reachable=("Clipshare", "try  again")))
    assert "G20" not in broken(answer, browser=BrowserView(reachable=None))


@pytest.mark.parametrize(
    ("browser", "state"),
    [
        (BrowserView(submitted=True, focus_in_error=True), "passes"),
        (BrowserView(submitted=True, focus_in_error=False), "breaks"),
        (BrowserView(submitted=True), "not checked"),
        (BrowserView(), "passes"),
        (None, "not checked"),
    ],
)
def test_after_a_form_was_sent_the_focus_is_at_the_error(html, browser, state) -> None:
    told = Situation(served=False, sent=Sent(fields={"born": "1991"}), browser=browser)
    judged = judge(html(f"<h1>Your answer is not saved</h1>{CALM}{FORM}", method="POST"), told)
    broken = "G20" in {finding.rule for finding in judged.findings}
    skipped = "G20" in {each.rule for each in judged.not_checked}
    assert (broken, skipped) == (state == "breaks", state == "not checked")


def test_autofocus_moves_the_focus_without_a_browser_to_see_it(html) -> None:
    told = Situation(served=False, sent=Sent(fields={"born": "1991"}))
    main = f"<h1>Your answer is not saved</h1><div tabindex=-1 autofocus>{CALM}</div>{FORM}"
    assert "G20" not in {each.rule for each in judge(html(main), told).not_checked}


@pytest.mark.parametrize(("contrast", "passes"), [(1.5, False), (4.49, False), (4.5, True), (21.0, True)])
def test_contrast_is_what_the_browser_worked_out(html, broken, contrast, passes) -> None:
    assert ("G21" not in broken(html(), browser=BrowserView(contrast=contrast))) is passes


def test_contrast_that_is_not_known_is_not_checked(html) -> None:
    for browser in (None, BrowserView()):
        judged = judge(html(), Situation(served=False, browser=browser))
        assert "G21" in {skipped.rule for skipped in judged.not_checked}
