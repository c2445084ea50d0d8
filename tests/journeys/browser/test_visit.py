"""What a run at a browser sends, and what comes of it."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from typing import Any

import pytest
from aiohttp import web

from chaos.errors import EnvironmentFailed
from chaos.journeys.sends import NoAnswer, NotSent
from chaos.undo.processes import end_marked, marked

FORM = """<!doctype html><title>Upload</title><h1>Upload</h1>
<form method=get action=/search><input name=title><button>Find</button></form>
<form method=post action=/clips enctype=multipart/form-data>
<input name=title value=old><input type=hidden name=token value=t-1><input type=hidden name=key>
<input type=date name=born><textarea name=about></textarea>
<select name=who><option value=a>All<option value=f>Friends</select>
<label><input type=radio name=kind value=short>Short</label><label><input type=radio name=kind value=long>Long</label>
<label><input type=checkbox name=loud value=yes>Loud</label>
<input type=file name=clip><button type=button>Not me</button><button>Send</button></form>"""


def test_a_page_is_what_its_document_holds_when_it_was_loaded(run: Any, browsing: Any) -> None:
    script = "<p id=p>old</p><script>document.getElementById('p').textContent = 'für dich'</script>"

    async def ask() -> None:
        headers = {"X-Id": "r-1", "Content-Type": "text/html; charset=iso-8859-1"}
        page = web.Response(status=503, body=script.encode("latin-1"), headers=headers)
        async with browsing({"/": page}) as visit:
            answer = await visit(get="/")
            assert (answer.status, answer.method, answer.asked_for) == (503, "GET", "html")
            assert answer.url == f"{visit.base}/"
            assert answer.header("x-id") == "r-1"
            assert "für dich" in answer.body.decode("latin-1")
            assert answer.elapsed_s > 0
            assert answer.view is None

    run(ask())


def test_redirects_are_followed_and_what_is_no_page_comes_as_it_is(run: Any, browsing: Any) -> None:
    async def ask() -> None:
        to = web.Response(status=303, headers={"Location": "/data"})
        async with browsing({"/": to, "/data": web.json_response({"a": 1})}) as visit:
            answer = await visit(get="/")
            assert (answer.status, answer.url, answer.body) == (200, f"{visit.base}/data", b'{"a": 1}')

    run(ask())


def test_a_form_is_filled_in_and_its_button_pressed(run: Any, browsing: Any) -> None:
    arrived: dict[str, Any] = {}

    async def save(request: web.Request) -> web.StreamResponse:
        for name, value in (await request.post()).items():
            is_file = isinstance(value, web.FileField)
            arrived[name] = [value.filename, hashlib.sha256(value.file.read()).hexdigest()] if is_file else value  # type: ignore[union-attr]
        return web.Response(status=201, text="<h1>We have your clip</h1>", content_type="text/html")

    fields = {"title": "Evening", "born": "1990-01-01", "about": "a\nb"}
    chosen = {"who": "Friends", "kind": "long", "loud": "yes"}

    async def ask() -> None:
        async with browsing({"/upload": FORM, "/clips": save}) as visit:
            await visit(get="/upload")
            file = {"clip": {"text": "hello", "name": "evening.mp4", "type": "video/mp4"}}
            answer = await visit(post="/clips", form={**fields, **chosen}, file=file, key={"form": "key"})
            assert (answer.status, answer.method) == (201, "POST")
            assert "We have your clip" in answer.text

    run(ask())
    checksum = hashlib.sha256(b"hello").hexdigest()
    key = arrived.pop("key")
    assert len(key) == 36
    changed = {"about": "a\r\nb", "who": "f", "token": "t-1", "clip": ["evening.mp4", checksum]}
    assert arrived == {**fields, **chosen, **changed}


def test_a_form_that_leads_on_brings_the_page_that_it_leads_to(run: Any, browsing: Any) -> None:
    async def ask() -> None:
        pages = {
            "/age": "<form method=post><input name=born><button>Go</button></form>",
            "POST /age": web.Response(status=303, headers={"Location": "/"}),
            "/": "<h1>For you</h1>",
        }
        async with browsing(pages) as visit:
            await visit(get="/age")
            answer = await visit(post="/age", form={"born": "1990"})
            assert (answer.status, answer.url) == (200, f"{visit.base}/")
            assert "For you" in answer.text

    run(ask())


def test_a_form_that_a_script_sends_is_answered_in_the_page(run: Any, browsing: Any) -> None:
    page = """<form method=post action=/clips><input name=a><button>Send</button></form><p role=status></p><script>
    document.forms[0].onsubmit = async event => {
      event.preventDefault();
      const answer = await fetch("/clips", {method: "POST", body: new FormData(document.forms[0])});
      document.querySelector("[role=status]").textContent = "Kept: " + answer.status;
    }</script>"""

    async def ask() -> None:
        async with browsing({"/": page, "/clips": web.json_response({}, status=202)}) as visit:
            await visit(get="/")
            answer = await visit(post="/clips", form={"a": "b"})
            assert (answer.status, answer.method, answer.url) == (202, "POST", f"{visit.base}/clips")

    run(ask())


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<h1>Sorry</h1>", "the page should have a form that posts born to /age"),
        (
            "<form method=post action=/age><input name=x><button>Go</button></form>",
            "the page should have a form that posts born to /age",
        ),
        (
            "<form method=post action=/other><input name=born><button>Go</button></form>",
            "the page should have a form that posts born to /age",
        ),
        (
            "<form action=/age><input name=born><button>Go</button></form>",
            "the page should have a form that posts born to /age",
        ),
        (
            "<form method=post action=/age><input name=born><button type=button>Go</button></form>",
            "the form should have a button that sends it",
        ),
        (
            "<form method=post action=/age><select name=born><option>2000</select><button>Go</button></form>",
            "the form should let its user choose '1990' for born",
        ),
        (
            "<form method=post action=/age><input name=born disabled><button>Go</button></form>",
            "the form should let its user fill in born",
        ),
        (
            "<form method=post action=/age><input name=born><button disabled>Go</button></form>",
            "the form should have a button that can be pressed",
        ),
    ],
)
def test_without_such_a_form_nothing_is_sent_and_the_page_is_what_was_got(
    run: Any, browsing: Any, page: str, expected: str
) -> None:
    async def ask() -> None:
        async with browsing({"/": page}) as visit:
            await visit(get="/")
            with pytest.raises(NotSent) as failed:
                await visit(post="/age", form={"born": "1990"})
            assert str(failed.value) == expected
            assert (failed.value.answer.status, failed.value.answer.url) == (200, f"{visit.base}/")

    run(ask())


def test_no_answer_is_told_in_the_words_of_other_users(run: Any, browsing: Any, sending: Any, request_to: Any) -> None:
    cases = {
        b"": "connection closed without an answer",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<h1>half": "the answer was cut off",
    }

    async def ask() -> None:
        async with browsing({}) as visit:
            for data, words in cases.items():
                async with sending(data) as base:
                    with pytest.raises(NoAnswer) as failed:
                        await visit.visit.send(request_to(f"{base}/"))
                    assert str(failed.value) == words
            with socket.create_server(("127.0.0.1", 0)) as closed:
                url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
            with pytest.raises(NoAnswer, match=r"^connection refused$"):
                await visit.visit.send(request_to(url))

    run(ask())


def test_a_form_without_an_answer_is_told_too(run: Any, browsing: Any) -> None:
    async def hang_up(request: web.Request) -> web.StreamResponse:
        request.transport.close()  # type: ignore[union-attr]
        return web.Response()

    async def ask() -> None:
        pages = {"/": "<form method=post action=/x><input name=a><button>Go</button></form>", "/x": hang_up}
        async with browsing(pages) as visit:
            await visit(get="/")
            with pytest.raises(NoAnswer, match="connection closed without an answer"):
                await visit(post="/x", form={"a": "b"})

    run(ask())


def test_waiting_is_ended_by_whoever_waits_and_the_next_visit_has_a_page_of_its_own(run: Any, browsing: Any) -> None:
    async def ask() -> None:
        over = asyncio.Event()

        async def never(request: web.Request) -> web.StreamResponse:
            await over.wait()
            return web.Response()

        async with browsing({"/never": never, "/": "<h1>For you</h1>"}) as visit:
            try:
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.3):
                        await visit(get="/never")
                assert visit.visit.unfinished
                async with visit.user.visit() as other:
                    assert other is not visit.visit
                assert (await visit(get="/")).status == 200
            finally:
                over.set()

    run(ask())


def test_each_user_has_cookies_of_their_own_and_strangers_none(run: Any, browsing: Any, request_to: Any) -> None:
    from chaos.journeys.browser.user import BrowserUser
    from chaos.journeys.user import Cookie

    async def who(request: web.Request) -> web.StreamResponse:
        response = web.Response(text=f"<p>{request.cookies.get('who', 'nobody')}</p>", content_type="text/html")
        response.set_cookie("who", "me")
        return response

    async def said(user: Any, base: str) -> str:
        async with user.visit() as visit:
            text = str((await visit.send(request_to(f"{base}/"))).text)
        return text.partition("<p>")[2].partition("<")[0]

    async def ask() -> None:
        async with browsing({"/": who}) as visit:
            one, other = BrowserUser(visit.chromium), BrowserUser(visit.chromium)
            other.bring([Cookie(name="who", value="ada", domain="127.0.0.1", path="/")])
            found = [await said(user, visit.base) for user in (one, one, other)]
            assert found == ["nobody", "me", "ada"]
            await one.forget()
            assert await said(one, visit.base) == "nobody"

    run(ask())


def test_a_page_reaches_nothing_beyond_this_machine(run: Any, browsing: Any, request_to: Any) -> None:
    async def ask() -> None:
        async with browsing({}) as visit:
            with pytest.raises(NoAnswer, match="name not resolved"):
                await visit.visit.send(request_to("http://gatecrash.example/"))

    run(ask())


def test_all_its_processes_carry_the_mark_and_are_gone_when_it_is_closed(run: Any, browsing: Any) -> None:
    mark = "test/marked-browser"

    async def ask() -> None:
        async with browsing({"/": "<h1>hi</h1>"}, mark=mark) as visit:
            await visit(get="/")
            assert len(marked(mark)) >= 3, "driver, browser and at least one page"
        assert marked(mark) == ()

    run(ask())


def test_a_browser_that_ends_by_itself_is_not_the_apps_fault(run: Any, browsing: Any) -> None:
    mark = "test/lost-browser"

    async def ask() -> None:
        async with browsing({"/": "<h1>hi</h1>"}, mark=mark) as visit:
            await visit(get="/")
            await asyncio.to_thread(end_marked, mark)
            with pytest.raises(EnvironmentFailed, match="the browser ended by itself"):
                await visit(get="/")
            with pytest.raises(EnvironmentFailed, match="the browser ended by itself"):
                async with visit.user.visit():
                    pass

    run(ask())
