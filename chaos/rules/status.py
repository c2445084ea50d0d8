"""G01 to G03: what the status line and Retry-After say. Source: RFC 9110."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from chaos.journeys.answer import Answer
from chaos.rules.blocks import Block
from chaos.rules.markup import names
from chaos.rules.page import Page, count_words, sentences, straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, Wall, quote
from chaos.rules.wordlist import Words

_REASONS: Final = {429: "429 (too many requests)", 503: "503 (unavailable)"}
_LONGEST_ERROR_PAGE_WORDS: Final = 200
_CELLS: Final = frozenset({"td", "th", "dd", "dt", "li", "button", "label", "legend"})
_SEPARATOR: Final = re.compile(r"\s[|\-\u2013\u2014:\u00b7\u2022\u00bb]\s|:\s")
_HTTP_DATE: Final = re.compile(
    r"(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT"
    r"|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})"
)
_URI: Final = re.compile(r"(?:https?://[^\s/]\S*|/[^\s/]\S*|\.{1,2}/\S+)")
_ENVELOPE: Final = names(
    "error errors message code status status_code statuscode detail details title type success ok reason timestamp "
    "path trace trace_id traceid request_id requestid instance reference data"
)


def status_honesty(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G01. Below 400 an unserved answer is dishonest unless it is a 202 linked to its state, an error page always."""
    status = reading.answer.status
    if status >= 400:
        return None
    if words := reads_as_error(reading, situation.words):
        return f"answered {status} with what reads as an error: {quote(words)}"
    if not situation.served:
        if status != 202:
            return f"answered {status} although what was asked for did not happen"
        if not links_to_its_state(reading):
            return "answered 202 (accepted) without a link to where the user can see what became of it"
    by_words = reading.kind in {"html", "text"}
    return NotChecked("the page is not in English") if by_words and reading.is_foreign and situation.served else None


def right_class(reading: Reading, situation: Situation) -> str | None:
    """G02. Below 400 is G01's matter."""
    status = reading.answer.status
    if status < 400 or status in {502, 503, 504} or (situation.surge and status == 429):
        return None
    if status == 429:
        return "answered 429, which says that this user asks too often; the fault is behind the app"
    if status < 500:
        return f"answered {status}, which says that the request was wrong; the fault is behind the app"
    return f"answered {status}, which says that the app itself broke or does not know why"


def retry_after(reading: Reading, situation: Situation) -> str | None:
    """G03. A date is compared with the answer's own Date, or else with the moment that was handed in."""
    answer = reading.answer
    if answer.status not in _REASONS:
        return None
    value = (answer.header("retry-after") or "").strip()
    reason = _REASONS[answer.status]
    if not value:
        return f"answered {reason} without a Retry-After header"
    if re.fullmatch(r"[0-9]+", value) is None and _http_date(value) is None:
        return f"Retry-After is {quote(value)}, neither whole seconds nor an HTTP date"
    wait_s = told_wait_s(answer, situation.wall)
    if wait_s is None:
        return f"Retry-After is the date {quote(value)}, but the answer has no Date to compare it with"
    if wait_s <= 0 and not value.isdigit():
        return f"Retry-After is {quote(value)}, which has passed already"
    if wait_s < 1:
        return f"Retry-After is {quote(value)}; it must be at least 1 second"
    if wait_s > situation.max_retry_after_s:
        return f"Retry-After is {quote(value)}, longer than the {situation.max_retry_after_s:g} s allowed"
    return None


def told_wait_s(answer: Answer, wall: Wall | None = None) -> float | None:
    """Seconds from the answer until Retry-After says to come back; None: it says nothing that can be understood.

    A date is compared with the answer's own Date, or else with what `wall` says.
    """
    value = (answer.header("retry-after") or "").strip()
    if not value:
        return None
    if re.fullmatch(r"[0-9]+", value):
        return float(value) if len(value) < 12 else float("inf")
    date, since = _http_date(value), _http_date(answer.header("date") or "")
    if since is None and wall is not None:
        since = wall()
    if date is None or since is None:
        return None
    return (date - (since if since.tzinfo else since.replace(tzinfo=UTC))).total_seconds()


def reads_as_error(reading: Reading, words: Words) -> str | None:
    """The words by which this body is an error report, whatever its status says; None: it is something else."""
    if reading.answer.media_type == "application/problem+json":
        return "application/problem+json"
    if reading.kind == "json" and reading.json.problem is None:
        return _json_error(reading.json.value)
    if reading.kind not in {"html", "text"} or reading.is_foreign:
        return None
    return _page_error(reading.page, words)


@lru_cache(maxsize=32)
def _page_error(page: Page, words: Words) -> str | None:
    """An error page is short, and its headline or half of its text is nothing but the report of a failure.

    A page that has its content and, beside it, a notice of what does not work is honest: the notice is a small part, or
    a status. So is the status page, which is there to say what does not work.
    """
    content = [block for block in page.content if block.kind != "label"]
    total = sum(count_words(block.text) for block in content)
    if total > _LONGEST_ERROR_PAGE_WORDS:
        return None
    for headline in page.headlines:
        for piece in (headline, *_SEPARATOR.split(headline)):
            if _is_failure(piece, words):
                return headline
    body = [block for block in content if block.kind not in {"h1", "h2"}]
    total = sum(count_words(block.text) for block in body)
    if any("status" in headline.lower() for headline in page.headlines):
        return None
    alerts = [block for block in body if block.live == "alert"]
    if 2 * sum(count_words(block.text) for block in alerts) > total and (said := _failure_in(alerts, words)):
        return said
    plain = [block for block in body if not block.live and block.kind not in _CELLS]
    failures = [s for block in plain for s in sentences(block.text) if _is_failure(s, words)]
    return failures[0] if failures and 2 * sum(map(count_words, failures)) >= total else None


def _failure_in(blocks: list[Block], words: Words) -> str | None:
    return next((s for block in blocks for s in sentences(block.text) if _is_failure(s, words)), None)


def _is_failure(text: str, words: Words) -> bool:
    if len(text) > 200:
        return False
    bare = " ".join(re.findall(r"[a-z0-9]+", straight(text).lower()))
    return words.error_page.fullmatch(bare) is not None


def _json_error(value: object) -> str | None:
    """An object that reports an error and holds nothing else; one with data of its own (a job that failed) is none."""
    if not isinstance(value, dict):
        return None
    said = {str(key).lower(): content for key, content in value.items() if content not in (None, [], {}, "")}
    if not said or not _ENVELOPE.issuperset(said):
        return None
    for key in ("error", "errors"):
        if said.get(key) and "data" not in said:
            return f"{key}: {said[key]}"
    for key in ("success", "ok"):
        if said.get(key) is False:
            return f"{key}: false"
    for key in ("status", "code", "status_code", "statuscode"):
        code = said.get(key)
        if isinstance(code, int) and 400 <= code < 600:
            return f"{key}: {code}"
    return f"status: {said['status']}" if said.get("status") == "error" else None


def links_to_its_state(reading: Reading) -> bool:
    """Whether an accepted request can be followed to what becomes of it."""
    if any(reading.answer.header(name) for name in ("location", "content-location", "link", "operation-location")):
        return True
    if reading.kind == "json":
        return any(_URI.fullmatch(string.strip()) for string in reading.strings)
    own = urlsplit(reading.answer.url).path
    return any(c.kind == "link" and c.target not in {"/", own} for c in reading.page.error_controls)


def _http_date(value: str) -> datetime | None:
    if not _HTTP_DATE.fullmatch(value.strip()):
        return None
    try:
        date = parsedate_to_datetime(value.strip())
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


G01: Final = Rule(
    id="G01",
    name="status honesty",
    on="HJU",
    level="E",
    always=True,
    passes_when="what was asked for did not happen => status >= 400, or 202 with a link to its state; "
    "never an error page with 200",
    advice="answer 503, or 202 with a link when the work is only postponed: clients, caches and monitors go by it",
    source="RFC 9110, 15",
    check=status_honesty,
)
G02: Final = Rule(
    id="G02",
    name="right class",
    on="HJ",
    level="E",
    passes_when="the fault is behind the app => 503, 504 (deadline) or 502 (bad answer from behind); "
    "no 4xx (but 429 under surge), no bare 500",
    advice="catch the failed call: answer 503, 504 after your deadline, 502 for a bad answer from behind",
    source="RFC 9110, 15.6",
    check=right_class,
)
G03: Final = Rule(
    id="G03",
    name="Retry-After",
    on="HJ",
    level="E",
    passes_when="every 503 and 429 has it: an integer >= 1 or a date in the future, at most a configured maximum",
    advice="send Retry-After with the seconds after which coming back makes sense",
    source="RFC 9110, 10.2.3",
    check=retry_after,
)
