"""G08: problem details that a program, and the person behind it, can act on. Source: RFC 9457, 3.1."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from chaos.rules.page import count_words
from chaos.rules.reading import Reading
from chaos.rules.rule import Rule, Situation, quote

_URI_REFERENCE: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}")
_FEWEST_WORDS: Final = 3


def problem_object(reading: Reading, _situation: Situation) -> str | None:
    """G08. That it is a JSON object at all is G07's matter."""
    answer, value = reading.answer, reading.json.value
    if answer.status < 400 or reading.kind != "json" or not isinstance(value, dict):
        return None
    return _words_missing(value) or _wrong_status(value, answer.status) or _wrong_reference(value, answer.url)


def _words_missing(value: Mapping[str, object]) -> str | None:
    title, detail = value.get("title"), value.get("detail")
    if not isinstance(title, str) or not title.strip():
        return "the problem object has no title"
    if not isinstance(detail, str) or not detail.strip():
        return "the problem object has no detail"
    if count_words(detail) < _FEWEST_WORDS:
        return f"the problem's detail is {quote(detail)}, which explains nothing"
    return None


def _wrong_status(value: Mapping[str, object], status: int) -> str | None:
    said = value.get("status")
    if said is None:
        return "the problem object has no status"
    if isinstance(said, bool) or said != status:
        return f"the problem object says status {quote(str(said))}, the answer is {status}"
    return None


def _wrong_reference(value: Mapping[str, object], url: str) -> str | None:
    for key in ("type", "instance"):
        said = value.get(key)
        if said is not None and not (isinstance(said, str) and _is_uri_reference(said)):
            return f"the problem's {key} is {quote(str(said))}, which is no URI reference"
    instance = value.get("instance")
    if isinstance(instance, str) and instance.rstrip("/") in {url.rstrip("/"), urlsplit(url).path.rstrip("/")}:
        return f"the problem's instance is {quote(instance)}, the same for each occurrence; it must tell them apart"
    return None


def _is_uri_reference(text: str) -> bool:
    if not _URI_REFERENCE.fullmatch(text):
        return False
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


G08: Final = Rule(
    id="G08",
    name="problem object",
    on="J",
    level="E",
    passes_when="title; status equal to the real status; detail in words; type absent or a URI reference; "
    "instance, if any, different for each occurrence",
    advice="fill title, status and detail of the problem object, and make instance a reference of this one occurrence",
    source="RFC 9457, 3.1",
    check=problem_object,
)
