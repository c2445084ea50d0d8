"""The resilient mode with one defect each. An experiment or a rule that lets its mutants pass is blind.

A mutant changes either what the mode does, or only the answers of a request that did not get what it asked for.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Response

from demo_app.web.app import Spoil
from demo_app.web.client import DependencyFailed
from demo_app.web.dependencies import FOR_EVER, Media, Profile
from demo_app.web.guard import Guard
from demo_app.web.identity import new_id
from demo_app.web.model import Age, Clip, Feed, NotNow, Visit
from demo_app.web.resilient import Resilient


class AsksTheAgeAgain(Resilient):
    def age_of(self, visit: Visit) -> Age:
        try:
            return super().age_of(Visit(visit.user, False, visit.reference))
        except NotNow:
            return Age.UNKNOWN


class LetsAStrangerIn(Resilient):
    def age_of(self, visit: Visit) -> Age:
        try:
            return super().age_of(visit)
        except NotNow:
            return Age.OLD_ENOUGH


class SilentEmptyFeed(Resilient):
    def feed(self, visit: Visit) -> Feed:
        try:
            shown = super().feed(visit)
        except NotNow:
            return Feed([])
        return Feed([]) if shown.remembered else shown

    def notices(self) -> Sequence[str]:
        return []


class LosesAcknowledged(Resilient):
    def _spool_clip(self, clip: Clip, *, perhaps_stored: bool) -> None:
        pass


class _WithoutKeys(Media):
    def store(self, clip: Clip, reference: str, *, key: str | None, timeout_s: float | None = FOR_EVER) -> None:
        super().store(clip, reference, key=f"{key}-{new_id()}", timeout_s=timeout_s)


class StoresTwice(Resilient):
    def __init__(self, profile: Profile, media: Media, data: Path) -> None:
        super().__init__(profile, _WithoutKeys(media.client), data)


class _NeverClosing(Guard):
    def _half_opens(self) -> bool:
        return False


class NeverRecovers(Resilient):
    guard_class = _NeverClosing


class _Storming(Guard):
    """Tries ten times, whatever happened before, and never gives the dependency a rest."""

    tries = 10

    def _admitted(self) -> bool:
        return False


class StormsWithRetries(Resilient):
    guard_class = _Storming


class NoticeStays(Resilient):
    _seen: Sequence[str] = ()

    def notices(self) -> Sequence[str]:
        self._seen = super().notices() or self._seen
        return self._seen


class WaitsTooLong(Resilient):
    """Gives a dependency three seconds, and everything else up to now only then."""

    def age_of(self, visit: Visit) -> Age:
        try:
            return self._profile.age_of(visit.user, visit.reference, timeout_s=3.0)
        except DependencyFailed:
            return super().age_of(visit)


class HidesTheFault(Resilient):
    """Says that all is well while it is not; the feed of a while ago passes as new."""

    def feed(self, visit: Visit) -> Feed:
        return Feed(super().feed(visit).clips)

    def notices(self) -> Sequence[str]:
        return []


def _html(change: Callable[[str], str]) -> Spoil:
    def spoil(response: Response) -> None:
        if response.mimetype == "text/html":
            response.set_data(change(response.get_data(as_text=True)))

    return spoil


def _problem(change: Callable[[dict[str, object]], object]) -> Spoil:
    def spoil(response: Response) -> None:
        if response.mimetype == "application/problem+json":
            content = json.loads(response.get_data())
            change(content)
            response.set_data(json.dumps(content))

    return spoil


def _both(*spoils: Spoil) -> Spoil:
    def spoil(response: Response) -> None:
        for one in spoils:
            one(response)

    return spoil


def _says(text: str) -> Spoil:
    """One more sentence, in the page as in the problem details."""

    def in_json(content: dict[str, object]) -> None:
        content["detail"] = f"{content['detail']} {text}"

    return _both(_html(lambda page: page.replace('<p class="lead">', f'<p class="lead">{text} ', 1)), _problem(in_json))


def _replaces_the_text(text: str) -> Spoil:
    def in_json(content: dict[str, object]) -> None:
        content["detail"] = text

    paragraphs = re.compile(r'<p class="lead">.*?</p>\s*<p><strong>.*?</strong></p>', re.DOTALL)
    return _both(_html(lambda page: paragraphs.sub(f'<p class="lead">{text}</p>', page)), _problem(in_json))


def _status(number: int) -> Spoil:
    def spoil(response: Response) -> None:
        response.status_code = number
        _problem(lambda content: content.update(status=number))(response)

    return spoil


def _header(name: str, value: str | None) -> Spoil:
    def spoil(response: Response) -> None:
        if value is None:
            response.headers.pop(name, None)
        else:
            response.headers[name] = value

    return spoil


def _page_for_everyone(response: Response) -> None:
    response.set_data("<!doctype html><html lang=en><title>Clipshare</title><h1>We can't do this right now</h1></html>")
    response.content_type = "text/html"


def _without_reference(response: Response) -> None:
    _html(lambda page: re.sub(r'<p class="small".*?</p>', "", page, flags=re.DOTALL))(response)
    _problem(lambda content: content.pop("instance"))(response)


_TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/srv/clipshare/demo_app/web/client.py", line 88, in ask\n'
    "    response = connection.getresponse()\n"
    "ConnectionRefusedError: [Errno 111] Connection refused: 10.0.3.7:8001\n"
)
_CONTROLS = re.compile(r'<form action=.*?</form>|<div class="row">.*?</div>', re.DOTALL)
_TIME = re.compile(r"<p>Please try again in [0-9]+ seconds?\.</p>")


@dataclass(frozen=True, slots=True)
class Mutant:
    """`rules` are the graceful rules that it breaks; `spoil` changes an answer of 500 and above."""

    about: str
    rules: Sequence[str] = ()
    mode: type[Resilient] = Resilient
    spoil: Spoil | None = None


MUTANTS: Final[Mapping[str, Mutant]] = {
    "asks_age_again": Mutant("asks members for their age when it can't look it up", ["G24"], AsksTheAgeAgain),
    "lets_stranger_in": Mutant("lets in whom it can't look up", ["G25"], LetsAStrangerIn),
    "silent_empty": Mutant("shows an empty feed and says nothing", ["G26"], SilentEmptyFeed),
    "hides_the_fault": Mutant("shows no notice while it is degraded", ["G28"], HidesTheFault),
    "notice_stays": Mutant("keeps the notice after recovery", ["G28"], NoticeStays),
    "lost_acknowledgement": Mutant("says that it has a clip that it did not keep", ["G12"], LosesAcknowledged),
    "stores_twice": Mutant("delivers without a key that stays the same", ["G27"], StoresTwice),
    "never_recovers": Mutant("its breakers stay open for ever", ["G04"], NeverRecovers),
    "retry_storm": Mutant("tries ten times and has no breaker", [], StormsWithRetries),
    "waits_too_long": Mutant("gives a dependency three seconds", ["G05"], WaitsTooLong),
    "ok_on_failure": Mutant("answers a failure with 200", ["G01"], spoil=_status(200)),
    "wrong_class": Mutant("answers a failure behind it with 400", ["G02"], spoil=_status(400)),
    "no_retry_after": Mutant("does not say when to come back", ["G03"], spoil=_header("Retry-After", None)),
    "cached_error": Mutant("lets errors be cached", ["G06"], spoil=_header("Cache-Control", "public, max-age=600")),
    "page_for_everyone": Mutant("sends a page to who asked for JSON", ["G07"], spoil=_page_for_everyone),
    "bare_problem": Mutant(
        "problem details without title and detail",
        ["G08"],
        spoil=_problem(lambda content: (content.pop("title"), content.pop("detail"))),
    ),
    "stack_trace": Mutant(
        "shows the stack trace",
        ["G09"],
        spoil=_both(
            _html(lambda page: page.replace("</main>", f"<pre>{_TRACE}</pre></main>")),
            _problem(lambda content: content.update(trace=_TRACE)),
        ),
    ),
    "no_reference": Mutant("gives no reference", ["G10"], spoil=_without_reference),
    "jargon": Mutant("speaks of what is behind it", ["G11"], spoil=_says("Upstream timeout, error 503.")),
    "long_sentence": Mutant(
        "does not come to the point",
        ["G11"],
        spoil=_says(
            "At this point in time it is unfortunately not possible for us to provide you with the function that you"
            " have just asked for in the way in which you would normally expect us to provide it."
        ),
    ),
    "says_saved": Mutant(
        "says that what was lost is saved",
        ["G12"],
        spoil=_both(
            _html(
                lambda page: page.replace("has not been saved", "has been saved").replace(
                    'data-outcome="not-saved"', 'data-outcome="saved"'
                )
            ),
            _problem(
                lambda content: content.update(
                    outcome="saved", detail=str(content["detail"]).replace("has not been", "has been")
                )
            ),
        ),
    ),
    "dead_end": Mutant(
        "leaves people without a next step",
        ["G13"],
        spoil=_html(lambda page: _TIME.sub("", _CONTROLS.sub("", page))),
    ),
    "wrong_time": Mutant(
        "says another time than Retry-After",
        ["G14"],
        spoil=_html(lambda page: _TIME.sub("<p>Please try again in 5 minutes.</p>", page)),
    ),
    "blames_user": Mutant(
        "blames the user's connection", ["G15"], spoil=_says("Please check your internet connection.")
    ),
    "filler": Mutant("says nothing at length", ["G16"], spoil=_replaces_the_text("Something went wrong. Sorry!")),
    "shouts": Mutant("shouts", ["G17"], spoil=_says("OOPS! THIS DID NOT WORK AT ALL!")),
    "not_announced": Mutant(
        "announces nothing to who can't see it",
        ["G18"],
        spoil=_html(
            lambda page: re.sub(
                r"<h1>.*?</h1>", "<h1>Clipshare</h1>", page.replace('role="alert"', ""), flags=re.DOTALL
            )
        ),
    ),
    "same_title": Mutant(
        "has the title of the feed",
        ["G19"],
        spoil=_html(lambda page: re.sub(r"<title>.*?</title>", "<title>For you – Clipshare</title>", page)),
    ),
    "fake_button": Mutant(
        "has buttons that are none",
        ["G20"],
        spoil=_html(
            lambda page: re.sub(
                r'<(?:button|a class="button[^"]*" href="[^"]*")>(.*?)</(?:button|a)>',
                r'<div onclick="location.reload()">\1</div>',
                page,
            )
        ),
    ),
    "pale": Mutant(
        "is hardly readable",
        ["G21"],
        spoil=_html(lambda page: page.replace("</style>", "[role=alert],[role=alert] p{color:#c9c4bd}</style>")),
    ),
    "needs_elsewhere": Mutant(
        "needs a style and a script from elsewhere",
        ["G22"],
        spoil=_html(
            lambda page: re.sub(
                r"<style>.*?</style>",
                '<link rel="stylesheet" href="https://cdn.example/clipshare.css">'
                '<script src="https://cdn.example/clipshare.js"></script>',
                page,
                flags=re.DOTALL,
            )
        ),
    ),
    "loses_input": Mutant(
        "shows the form again, empty",
        ["G23"],
        spoil=_html(
            lambda page: (
                re.sub(r'(<input id="born"[^>]* value=")[^"]*', r"\1", page)
                .replace("We kept the date in the form below, so you don&#39;t have to type it again.", "")
                .replace("Please keep it on your device and choose it again below.", "")
            )
        ),
    ),
}
