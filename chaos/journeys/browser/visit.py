"""One run at a browser: an address is opened, a form filled in and sent; what comes is an answer like any other."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Locator, Page, Request, Response
from playwright.async_api import TimeoutError as Unusable

from chaos.journeys.answer import Answer
from chaos.journeys.browser.chromium import Chromium
from chaos.journeys.browser.failure import reason
from chaos.journeys.browser.form import NoSuchForm, fill_in
from chaos.journeys.browser.view import look_at
from chaos.journeys.outgoing import Outgoing
from chaos.journeys.sends import NoAnswer, NotSent
from chaos.rules.reading import HTML_TYPES

SETTLED_WITHIN_MS: Final = 1000.0
PAINTED_WITHIN_MS: Final = 300
REASON_WITHIN_S: Final = 0.5
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DRAWN: Final = """() => new Promise(done => {
  requestAnimationFrame(() => requestAnimationFrame(() => done()));
  setTimeout(done, 300);
})"""
_META: Final = """() => document.querySelector('meta[charset], meta[http-equiv="content-type" i]')
    ? document.characterSet : ''"""
_CHANGED: Final = """() => {
  window.gatecrashChanged = null;
  new MutationObserver((_, observer) => {
    window.gatecrashChanged = Date.now();
    observer.disconnect();
  }).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
}"""
_FIRST_SEEN: Final = """within => new Promise(resolve => {
  const told = entry => resolve(performance.timeOrigin + entry.startTime);
  const found = performance.getEntriesByName('first-contentful-paint')[0];
  if (found) { told(found); return; }
  setTimeout(() => resolve(null), within);
  new PerformanceObserver(list => {
    const entry = list.getEntriesByName('first-contentful-paint')[0];
    if (entry) told(entry);
  }).observe({type: 'paint', buffered: true});
})"""


class BrowserVisit:
    """What one run sends with: a page. `unfinished`: the page still waits for something, so nobody else can use it."""

    def __init__(self, chromium: Chromium, context: BrowserContext, page: Page) -> None:
        self._chromium = chromium
        self._context = context
        self._page = page
        self._last: Response | None = None
        self._failed: Request | None = None
        self._answer: Answer | None = None
        self._feedback_s: float | None = None
        self.unfinished = False
        page.on("response", self._came)
        page.on("requestfailed", self._broke_off)

    def leave(self) -> None:
        self._page.remove_listener("response", self._came)
        self._page.remove_listener("requestfailed", self._broke_off)

    async def send(self, request: Outgoing) -> Answer:
        """`get` opens the address; `post` fills in a form of the page that is open, and presses its button."""
        self.unfinished = True
        self._failed = None
        try:
            answer = await (self._open(request) if request.method == "GET" else self._submit(request))
        except Error as error:
            self._chromium.check(error)
            failure = self._failed.failure if self._failed is not None else None
            raise NoAnswer(reason(failure or error.message)) from error
        self.unfinished = False
        self._answer = answer
        return answer

    async def look(self, answer: Answer) -> Answer:
        view = await look_at(
            self._page,
            feedback_s=self._feedback_s,
            submitted=answer.method == "POST",
            scriptless=self._scriptless if answer.method == "GET" else None,
            known=self._chromium.without_scripts,
        )
        return replace(answer, view=view)

    async def _open(self, request: Outgoing) -> Answer:
        began, wall = time.monotonic(), time.time()
        opened: asyncio.Future[Any] = asyncio.ensure_future(
            self._page.goto(request.url, wait_until="domcontentloaded", timeout=0)
        )
        failed: asyncio.Future[Any] = asyncio.ensure_future(
            self._page.wait_for_event("requestfailed", self._could_not_open, timeout=0)
        )
        async with _all_given_up([opened, failed]):
            await asyncio.wait([opened, failed], return_when=asyncio.FIRST_COMPLETED)
            if opened.done() and opened.exception() is not None:  # why is told separately, before or after that
                await asyncio.wait([failed], timeout=REASON_WITHIN_S)
            if failed.done():
                raise NoAnswer(reason(failed.result().failure or ""))
            response = opened.result()
        if response is None:
            raise NoAnswer("the address leads to another place on the same page")
        return await self._take(request, response, began, wall)

    async def _submit(self, request: Outgoing) -> Answer:
        try:
            button = await fill_in(self._page, request)
        except NoSuchForm as error:
            raise NotSent(str(error), await self._as_it_stands()) from None
        await self._page.evaluate(_CHANGED)
        self._last = None
        began, wall = time.monotonic(), time.time()
        waits: list[asyncio.Future[Any]] = [
            asyncio.ensure_future(self._page.wait_for_event("framenavigated", self._is_main, timeout=0)),
            asyncio.ensure_future(self._page.wait_for_event("requestfinished", by_script_to(request), timeout=0)),
            asyncio.ensure_future(self._page.wait_for_event("requestfailed", self._decides(request), timeout=0)),
        ]
        navigated, sent_by_script, failed = waits
        async with _all_given_up(waits):
            await self._press(button)
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if failed.done():
                raise NoAnswer(reason(failed.result().failure or ""))
            if navigated.done():
                await self._page.wait_for_load_state("domcontentloaded", timeout=0)
                response = self._last
            else:
                response = await sent_by_script.result().response()
                await self._page.evaluate(_DRAWN)
        if response is None:
            raise NoAnswer("the form was sent and no answer came")
        return await self._take(request, response, began, wall)

    async def _press(self, button: Locator) -> None:
        try:
            await button.click(no_wait_after=True)
        except Unusable:
            message = "the form should have a button that can be pressed"
            raise NotSent(message, await self._as_it_stands()) from None

    async def _take(self, request: Outgoing, response: Response, began: float, wall: float) -> Answer:
        """The answer as the browser has it: for a page, what its document holds by now."""
        elapsed = time.monotonic() - began
        with contextlib.suppress(Error):  # a picture that never comes does not keep a page from being read
            await self._page.wait_for_load_state("load", timeout=SETTLED_WITHIN_MS)
        if self._failed is not None and self._failed == response.request:
            raise NoAnswer(reason(self._failed.failure or ""))
        self._feedback_s = await self._feedback(wall)
        headers = tuple((each["name"], each["value"]) for each in await response.headers_array())
        answer = Answer(
            method=request.method,
            url=response.url,
            status=response.status,
            headers=headers,
            body=b"",
            elapsed_s=elapsed,
            asked_for="html",
        )
        by_script = not response.request.is_navigation_request()
        is_page = by_script or answer.media_type in HTML_TYPES
        return replace(answer, body=await self._document(answer, by_script) if is_page else await response.body())

    async def _as_it_stands(self) -> Answer:
        """The page that is open, as an answer."""
        document = (await self._page.content()).encode()
        if self._answer is not None:
            return replace(self._answer, body=document)
        html = (("Content-Type", "text/html; charset=utf-8"),)
        return Answer(method="GET", url=self._page.url, status=200, headers=html, body=document, elapsed_s=0.0)

    async def _document(self, answer: Answer, by_script: bool) -> bytes:
        """In the encoding that the answer declares, since that is how it will be read."""
        html = await self._page.content()
        declared = _CHARSET.search(answer.header("content-type") or "")
        charset = "" if by_script else (declared[1] if declared else await self._page.evaluate(_META))
        try:
            return html.encode(charset or "utf-8", "xmlcharrefreplace")
        except LookupError:
            return html.encode()

    async def _feedback(self, wall: float) -> float | None:
        """Seconds from the user's act to the first that changed: on the page that was open, or a new one's paint."""
        changed = await self._page.evaluate("() => window.gatecrashChanged ?? null")
        if changed is None:
            changed = await self._page.evaluate(_FIRST_SEEN, PAINTED_WITHIN_MS)
        return None if changed is None else max(0.0, changed / 1000 - wall)

    async def _scriptless(self) -> BrowserContext:
        context = await self._chromium.new_context(scripts=False)
        await context.add_cookies(await self._context.cookies())  # type: ignore[arg-type]
        return context

    def _came(self, response: Response) -> None:
        if self._navigates(response.request):
            self._last = response

    def _broke_off(self, request: Request) -> None:
        if self._could_not_open(request):
            self._failed = request

    def _could_not_open(self, request: Request) -> bool:
        """One that was broken off on our side, since something else is opened now, has not failed."""
        return self._navigates(request) and "ERR_ABORTED" not in (request.failure or "")

    def _navigates(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self._page.main_frame

    def _is_main(self, frame: object) -> bool:
        return frame == self._page.main_frame

    def _decides(self, outgoing: Outgoing) -> Callable[[Request], bool]:
        is_script_post = by_script_to(outgoing)
        return lambda request: self._could_not_open(request) or is_script_post(request)


@asynccontextmanager
async def _all_given_up(waits: Sequence[asyncio.Future[Any]]) -> AsyncIterator[None]:
    """Afterwards nothing waits any more, and what they say then is nobody's concern."""
    try:
        yield
    finally:
        for each in waits:
            each.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


def by_script_to(outgoing: Outgoing) -> Callable[[Request], bool]:
    """Whether a request is the one by which a script of the page sends the form."""
    path = urlsplit(outgoing.url).path

    def matches(request: Request) -> bool:
        by_script = not request.is_navigation_request()
        return by_script and request.method != "GET" and urlsplit(request.url).path == path

    return matches
