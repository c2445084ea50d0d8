"""G07: the answer comes in the format that was asked for, and whole. Source: RFC 9457, RFC 9110."""

from __future__ import annotations

from typing import Final

from chaos.rules.markup import cut_off_inside
from chaos.rules.page import count_words
from chaos.rules.reading import HTML_TYPES, Reading
from chaos.rules.rule import Rule, Situation, quote


def right_format(reading: Reading, _situation: Situation) -> str | None:
    """G07. Redirects and answers that have no body by definition are not judged."""
    answer = reading.answer
    if not answer.complete:
        return f"the answer broke off after {len(answer.body)} bytes, before its announced end"
    if answer.method.upper() == "HEAD" or answer.status < 200 or answer.status == 204 or 300 <= answer.status < 400:
        return None
    if not answer.body.strip():
        return f"answered {answer.status} with an empty body"
    return _json_format(reading) if answer.asked_for == "json" else _html_format(reading)


def _json_format(reading: Reading) -> str | None:
    answer = reading.answer
    sent = answer.media_type or "no Content-Type"
    is_json = answer.media_type == "application/json" or answer.media_type.endswith("+json")
    if answer.media_type != "application/problem+json" and (answer.status >= 400 or not is_json):
        return f"JSON was asked for, the error came as {sent} instead of application/problem+json"
    if reading.json.problem is not None:
        return f"the JSON body can't be parsed: {reading.json.problem}"
    if not isinstance(reading.json.value, dict):
        return f"the JSON body is no object: {quote(reading.text)}"
    return None


def _html_format(reading: Reading) -> str | None:
    answer = reading.answer
    if answer.media_type not in HTML_TYPES:
        return f"HTML was asked for, the answer came as {answer.media_type or 'no Content-Type'}"
    if reading.charset is None and answer.media_type != "application/xhtml+xml":
        return "the HTML page declares no charset, so its letters are a guess"
    if reading.encoding is None:
        return f"the HTML page declares the charset {quote(reading.charset or '')}, which browsers do not know"
    try:
        answer.body.decode(reading.encoding)
    except UnicodeDecodeError as error:
        return f"the HTML page is not in the charset it declares, {reading.charset}: byte {error.start} is wrong"
    if place := cut_off_inside(reading.text):
        return f"the HTML page is cut off inside {place}"
    if not any(count_words(block.text) for block in reading.page.blocks):
        return "the HTML page shows no words"
    return None


G07: Final = Rule(
    id="G07",
    name="right format",
    on="HJ",
    level="E",
    passes_when="JSON asked => application/problem+json; HTML asked => text/html with charset; "
    "the body is not empty, complete and well formed",
    advice="let error handlers honour the Accept header, name the charset, and send the whole page",
    source="RFC 9457, 3; RFC 9110, 8.3",
    check=right_format,
)
