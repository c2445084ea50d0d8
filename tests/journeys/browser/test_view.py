"""What is found on a page by eye, ear and keyboard: each fact on a page that has it and on one that has it not."""

# ruff: noqa: E501  a page on one line
from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from chaos.rules.browser import BrowserView

HEAD = "<!doctype html><html lang=en><meta charset=utf-8><title>t</title>"


@pytest.fixture
def seen(run: Any, browsing: Any) -> Any:
    """What a browser shows of this page, opened with GET."""

    def look(page: str, **pages: Any) -> BrowserView:
        async def ask() -> Any:
            async with browsing({"/": HEAD + page, **pages}) as visit:
                return (await visit.visit.look(await visit(get="/"))).view

        return run(ask())  # type: ignore[no-any-return]

    return look


def test_what_is_announced_is_what_live_regions_show(seen: Any) -> None:
    view = seen("""<h1> We can't  open it </h1><div role=alert>Sorry <b>you</b></div><p role=status>Saving</p>
    <p aria-live=polite></p><p role=alert hidden>no</p><p role=status style="visibility:hidden">no</p><p>no</p>""")
    assert view.announced == ("Sorry you", "Saving")
    assert view.heading == "We can't open it"


def test_a_page_without_any_of_it_has_nothing(seen: Any) -> None:
    view = seen("<p>hello</p><h1 hidden>no</h1>")
    assert (view.announced, view.heading, view.focus, view.focus_in_error) == ((), "", "", False)
    assert (view.submitted, view.reachable) == (False, ())


@pytest.mark.parametrize(
    ("page", "focus", "in_error"),
    [
        ("<div role=alert><h1 tabindex=-1>Sorry</h1></div><script>document.querySelector('h1').focus()</script>", "Sorry", True),
        ("<h1 tabindex=-1>Sorry</h1><p role=alert>No</p><script>document.querySelector('h1').focus()</script>", "Sorry", True),
        ("<input autofocus aria-label=Name><p role=alert>Sorry</p>", "Name", False),
        ("<label>Born <input autofocus></label><p role=alert>Sorry</p>", "Born", False),
        ("<p role=alert>Sorry</p>", "", False),
    ],
)  # fmt: skip
def test_where_the_focus_is(seen: Any, page: str, focus: str, in_error: bool) -> None:
    view = seen(page)
    assert (view.focus, view.focus_in_error) == (focus, in_error)


def test_what_the_tab_key_reaches(seen: Any) -> None:
    view = seen("""<a href="/">Home</a><a>no</a><button>Try again</button><button disabled>no</button>
    <a href="/x" tabindex=-1>no</a><input aria-label="not a button"><div onclick="1">no</div>
    <div role=button tabindex=0 aria-label=Close>x</div><input type=submit value=Send>""")
    assert view.reachable == ("Home", "Try again", "Close", "Send")


@pytest.mark.parametrize(
    ("page", "lowest"),
    [
        ("<p role=alert style='color:#000;background:#fff'>Sorry</p>", 21.0),
        ("<p role=alert style='color:#777;background:#fff'>Sorry</p>", 4.48),
        ("<p role=alert style='color:#000'>Sorry <b style='color:#999'>you</b></p><p style='color:#eee'>x</p>", 2.85),
        ("<p role=alert style='color:rgba(0,0,0,.5);background:#fff'>Sorry</p>", 3.95),
        ("<div style='background:#000'><p role=alert style='color:#fff;background:rgba(0,0,0,0)'>Sorry</p></div>", 21.0),
        ("<p role=alert style='background:linear-gradient(red,blue)'>Sorry</p>", None),
        ("<h1 style='color:#777'>Sorry</h1>", 4.48),
    ],
)  # fmt: skip
def test_the_lowest_contrast_in_the_error_region(seen: Any, page: str, lowest: float | None) -> None:
    assert seen(page).contrast == (None if lowest is None else pytest.approx(lowest, abs=0.03))


@pytest.mark.parametrize(
    ("page", "same"),
    [
        ("<h1>Sorry</h1><p>Reference 8f2c1</p>", True),
        ("<h1>Sorry</h1><p id=p></p><script>p.textContent = 'Try again'</script>", False),
        ("<h1>Sorry</h1><p id=p></p><script>p.textContent = 'again'</script><noscript>again</noscript>", True),
    ],
)
def test_whether_it_says_the_same_without_scripts(seen: Any, page: str, same: bool) -> None:
    assert seen(page).without_scripts is same


def test_an_answer_that_is_another_by_now_says_nothing_of_scripts(run: Any, browsing: Any) -> None:
    async def once(request: web.Request) -> web.StreamResponse:
        statuses.append(503 if not statuses else 200)
        return web.Response(status=statuses[-1], text=f"<h1>{statuses}</h1>", content_type="text/html")

    statuses: list[int] = []

    async def ask() -> Any:
        async with browsing({"/": once}) as visit:
            return (await visit.visit.look(await visit(get="/"))).view

    assert run(ask()).without_scripts is None
    assert statuses == [503, 200]


def test_a_page_that_says_the_same_is_asked_for_without_scripts_once(run: Any, browsing: Any) -> None:
    asked = []

    async def page(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(status=503, text=f"<h1>Sorry</h1><p>id-{len(asked)}</p>", content_type="text/html")

    async def ask() -> None:
        async with browsing({"/": page, "/other": page}) as visit:
            for path in ("/", "/", "/other"):
                assert (await visit.visit.look(await visit(get=path))).view.without_scripts is True

    run(ask())
    assert asked == ["/", "/", "/", "/other", "/other"]


def test_the_answer_to_a_form_is_known_as_one_and_not_asked_for_again(run: Any, browsing: Any) -> None:
    asked = []

    async def save(request: web.Request) -> web.StreamResponse:
        asked.append(request.method)
        return web.Response(status=503, text="<h1 role=alert>Sorry</h1>", content_type="text/html")

    async def ask() -> Any:
        pages = {"/": "<form method=post action=/x><input name=a><button>Go</button></form>", "/x": save}
        async with browsing(pages) as visit:
            await visit(get="/")
            return (await visit.visit.look(await visit(post="/x", form={"a": "b"}))).view

    view = run(ask())
    assert (view.submitted, view.without_scripts, view.announced) == (True, None, ("Sorry",))
    assert asked == ["POST"]


def test_first_feedback_is_when_something_changed_not_when_all_had_come(run: Any, browsing: Any) -> None:
    """A page that says at once that it is at work gives feedback before its answer is there."""
    page = """<form method=post action=/x><input name=a><button>Go</button></form><p role=status></p><script>
    document.forms[0].onsubmit = () => { document.querySelector("p").textContent = "Sending"; }</script>"""

    async def ask(page: str) -> Any:
        async def save(request: web.Request) -> web.StreamResponse:
            await asyncio.sleep(0.3)  # a slow server
            return web.Response(status=503, text="<h1>Sorry</h1>", content_type="text/html")

        async with browsing({"/": page, "/x": save}) as visit:
            await visit(get="/")
            answer = await visit(post="/x", form={"a": "b"})
            return answer.elapsed_s, (await visit.visit.look(answer)).view.feedback_s

    elapsed_s, feedback_s = run(ask(page))
    assert elapsed_s >= 0.3
    assert feedback_s < elapsed_s
    elapsed_s, feedback_s = run(ask(page.replace("Sending", "")))
    assert feedback_s >= 0.3
