"""Ways to spoil an answer that says no, in its page and in its problem details; `mutants.py` picks from them."""

import json
import re
from collections.abc import Callable

from flask import Response

from demo_app.reference import new_reference
from demo_app.web.app import Spoil
from demo_app.web.messages import seconds


def in_page(change: Callable[[str], str]) -> Spoil:
    def spoil(response: Response) -> None:
        if response.mimetype == "text/html":
            response.set_data(change(response.get_data(as_text=True)))

    return spoil


def in_problem(change: Callable[[dict[str, object]], object]) -> Spoil:
    def spoil(response: Response) -> None:
        if response.mimetype == "application/problem+json":
            content = json.loads(response.get_data())
            change(content)
            response.set_data(json.dumps(content))

    return spoil


def both(*spoils: Spoil) -> Spoil:
    def spoil(response: Response) -> None:
        for one in spoils:
            one(response)

    return spoil


def says(text: str) -> Spoil:
    """One more sentence, in the page as in the problem details."""

    def in_json(content: dict[str, object]) -> None:
        content["detail"] = f"{content['detail']} {text}"

    return both(
        in_page(lambda page: page.replace('<p class="lead">', f'<p class="lead">{text} ', 1)), in_problem(in_json)
    )


def replaces_the_text(text: str) -> Spoil:
    def in_json(content: dict[str, object]) -> None:
        content["detail"] = text

    paragraphs = re.compile(r'<p class="lead">.*?</p>\s*<p><strong>.*?</strong></p>', re.DOTALL)
    banner = re.compile(r'<div class="banner".*?</div></div>', re.DOTALL)
    in_html = in_page(lambda page: banner.sub("", paragraphs.sub(f'<p class="lead">{text}</p>', page)))
    return both(in_html, in_problem(in_json))


def status(number: int) -> Spoil:
    def spoil(response: Response) -> None:
        response.status_code = number
        in_problem(lambda content: content.update(status=number))(response)

    return spoil


def header(name: str, value: str | None) -> Spoil:
    def spoil(response: Response) -> None:
        if value is None:
            response.headers.pop(name, None)
        else:
            response.headers[name] = value

    return spoil


def page_for_everyone(response: Response) -> None:
    response.set_data("<!doctype html><html lang=en><title>Clipshare</title><h1>We can't do this right now</h1></html>")
    response.content_type = "text/html"


def without_reference(response: Response) -> None:
    in_page(lambda page: re.sub(r'<p class="small".*?</p>', "", page, flags=re.DOTALL))(response)
    in_problem(lambda content: content.pop("instance"))(response)


TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/srv/clipshare/demo_app/web/client.py", line 88, in ask\n'
    "    response = connection.getresponse()\n"
    "ConnectionRefusedError: [Errno 111] Connection refused: 10.0.3.7:8001\n"
)
CONTROLS = re.compile(r'<form action=.*?</form>|<div class="row">.*?</div>', re.DOTALL)
SPOKEN_TIME = re.compile(r"again in [0-9]+ seconds?\.")
REFERENCE = re.compile(r"[b-df-hj-np-tv-xz][2-9][b-df-hj-np-tv-xz]{2}(?:-[b-df-hj-np-tv-xz]{4}){2}")
TIME = re.compile(r"<p>Please try again in [0-9]+ seconds?\.</p>")


def tells_everyone(after_s: int) -> Spoil:
    """The same time for all, in the header as in words, so that they come back as one crowd."""

    def spoil(response: Response) -> None:
        if "Retry-After" in response.headers:
            response.headers["Retry-After"] = str(after_s)
            words = f"again in {seconds(after_s)}."
            response.set_data(SPOKEN_TIME.sub(words, response.get_data(as_text=True)))

    return spoil


def with_another_reference(response: Response) -> None:
    """One that is in no log, and in no header."""
    response.set_data(REFERENCE.sub(lambda _: new_reference(), response.get_data(as_text=True)))
