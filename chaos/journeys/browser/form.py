"""Filling in a form as a person does, and pressing its button.

The form is the first on the page that sends to the step's path by post and has a control of each name. A control is
found by its `name`; a radio button or checkbox also by its value; a choice of a list by its value or its words. What is
not named keeps what the page has put in. The button is the first of the form that submits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.async_api import ElementHandle, FilePayload, Locator, Page, TimeoutError

from chaos.journeys.outgoing import Outgoing

_BUTTON = "button:not([type]), button[type=submit], input[type=submit], input[type=image]"


class NoSuchForm(Exception):
    """The message says what the page should have."""


async def fill_in(page: Page, request: Outgoing) -> Locator:
    """Everything but the press: returns the button. Raises `NoSuchForm`."""
    form = await _find(page, request)
    for name, value in (request.form or {}).items():
        with _usable(name):
            await _put(form, name, value)
    for file in request.files:
        payload = FilePayload(name=file.name, mimeType=file.type, buffer=file.content)
        with _usable(file.field):
            await form.locator(f"[name={_quoted(file.field)}][type=file]").first.set_input_files(payload)
    own = await form.evaluate("form => form.id")
    button = form.locator(_BUTTON)
    if own:
        button = button.or_(page.locator(f"button[form={_quoted(own)}], input[type=submit][form={_quoted(own)}]"))
    if not await button.count():
        raise NoSuchForm("the form should have a button that sends it")
    return button.first


@contextmanager
def _usable(name: str) -> Iterator[None]:
    """A control that is switched off, or can't be seen, is none."""
    try:
        yield
    except TimeoutError:
        raise NoSuchForm(f"the form should let its user fill in {name}") from None


async def _find(page: Page, request: Outgoing) -> Locator:
    path = urlsplit(request.url).path
    names = [*(request.form or {}), *(file.field for file in request.files)]
    forms = page.locator("form")
    index = await forms.evaluate_all(
        """(forms, [path, names]) => forms.findIndex(form =>
            form.getAttribute("method")?.toLowerCase() === "post"
            && new URL(form.getAttribute("action") || "", document.baseURI).pathname === path
            && names.every(name => [...form.querySelectorAll("[name]")].some(each => each.name === name)))""",
        [path, names],
    )
    if index < 0:
        raise NoSuchForm(f"the page should have a form that posts {', '.join(names) or 'nothing'} to {path}")
    return forms.nth(index)


async def _put(form: Locator, name: str, value: str) -> None:
    controls = form.locator(f"[name={_quoted(name)}]")
    first = await controls.first.element_handle()
    kind = await first.evaluate("e => e.tagName === 'SELECT' ? 'select' : (e.type || '').toLowerCase()")
    if kind in {"radio", "checkbox"}:
        await _choose(controls, name, value)
    elif kind == "select":
        await _select(first, name, value)
    elif kind == "hidden":
        await first.evaluate("(e, value) => { e.value = value; }", value)
    else:
        await controls.first.fill(value)


async def _choose(controls: Locator, name: str, value: str) -> None:
    for index in range(await controls.count()):
        each = controls.nth(index)
        if await each.get_attribute("value") in {value, None}:
            await each.check()
            return
    raise NoSuchForm(f"the form should let its user choose {value!r} for {name}")


async def _select(control: ElementHandle, name: str, value: str) -> None:
    found = await control.evaluate(
        """(e, value) => [...e.options].findIndex(o => o.value === value || o.label.trim() === value)""", value
    )
    if found < 0:
        raise NoSuchForm(f"the form should let its user choose {value!r} for {name}")
    await control.select_option(index=found)


def _quoted(text: str) -> str:
    """As a string in a CSS selector."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
