"""The resilient mode with one defect each. An experiment or a rule that lets its mutants pass is blind.

A mutant changes either what the mode does, or only the answers of a request that did not get what it asked for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from demo_app.web import messages, spoils
from demo_app.web.app import Spoil
from demo_app.web.client import DependencyFailed
from demo_app.web.dependencies import FOR_EVER, Media, Profile
from demo_app.web.guard import Guard
from demo_app.web.identity import new_id
from demo_app.web.model import Age, Clip, Feed, MyClip, NotNow, Upload, Visit
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


class LetsMinorsIn(Resilient):
    def save_age(self, visit: Visit, born: str) -> Age:
        try:
            return super().save_age(visit, born)
        except NotNow:
            return Age.OLD_ENOUGH


class LetsAllInWhenBusy(Resilient):
    def age_of(self, visit: Visit) -> Age:
        return Age.OLD_ENOUGH if visit.busy else super().age_of(visit)


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


class DamagesClips(Resilient):
    def _spool_clip(self, clip: Clip, *, perhaps_stored: bool) -> None:
        super()._spool_clip(replace(clip, content=clip.content[:-1]), perhaps_stored=perhaps_stored)


class DeniesWhatItKept(Resilient):
    def _spool_clip(self, clip: Clip, *, perhaps_stored: bool) -> None:
        super()._spool_clip(clip, perhaps_stored=perhaps_stored)
        raise NotNow(messages.CLIP_NO_ROOM)


class IgnoresKeys(Resilient):
    def store_clip(self, visit: Visit, upload: Upload) -> MyClip:
        return super().store_clip(visit, replace(upload, key=None))


class QuotesWhatFailed(Resilient):
    def save_age(self, visit: Visit, born: str) -> Age:
        try:
            return super().save_age(visit, born)
        except NotNow as error:
            raise NotNow(replace(error.message, what=f"We were told: {error.__cause__}.")) from error


class _WithoutKeys(Media):
    def store(self, clip: Clip, reference: str, *, key: str | None, timeout_s: float | None = FOR_EVER) -> None:
        super().store(clip, reference, key=f"{key}-{new_id()}", timeout_s=timeout_s)


class StoresTwice(Resilient):
    def __init__(self, profile: Profile, media: Media, data: Path) -> None:
        super().__init__(profile, _WithoutKeys(media.client, media.region), data)


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

    def _out_of_budget(self) -> bool:
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


@dataclass(frozen=True, slots=True)
class Mutant:
    """`rules` are the graceful rules that it breaks; `spoil` changes an answer of 500 and above.

    `sheds`: it turns people away when there are too many, as the resilient mode does. `unseen`: why no experiment could
    tell it from the resilient mode; tests of its own do, and it is no variant of the system.
    """

    about: str
    rules: Sequence[str] = ()
    mode: type[Resilient] = Resilient
    spoil: Spoil | None = None
    sheds: bool = True
    unseen: str = ""


_MORE_THAN_A_MACHINE: Final = "it takes more users than a small machine can be and serve at once"

MUTANTS: Final[Mapping[str, Mutant]] = {
    "asks_age_again": Mutant("asks members for their age when it can't look it up", ["G24"], AsksTheAgeAgain),
    "lets_stranger_in": Mutant("lets in whom it can't look up", ["G25"], LetsAStrangerIn),
    "lets_minors_in": Mutant("takes any answer for a good one when it can't be kept", ["G25"], LetsMinorsIn),
    "lets_all_in_when_busy": Mutant(
        "asks nobody's age while it is busy", ["G25"], LetsAllInWhenBusy, unseen=_MORE_THAN_A_MACHINE
    ),
    "silent_empty": Mutant("shows an empty feed and says nothing", ["G26"], SilentEmptyFeed),
    "hides_the_fault": Mutant("shows no notice while it is degraded", ["G28"], HidesTheFault),
    "notice_stays": Mutant("keeps the notice after recovery", ["G28"], NoticeStays),
    "lost_acknowledgement": Mutant("says that it has a clip that it did not keep", ["G12"], LosesAcknowledged),
    "damages_clips": Mutant("cuts a byte off each clip that it keeps for later", ["G12"], DamagesClips),
    "denies_what_it_kept": Mutant("says that a clip is not saved, and posts it later", ["G12"], DeniesWhatItKept),
    "ignores_keys": Mutant("takes a clip that is sent again for another one", ["G27"], IgnoresKeys),
    "stores_twice": Mutant("delivers without a key that stays the same", ["G27"], StoresTwice),
    "never_recovers": Mutant("its breakers stay open for ever", ["G04"], NeverRecovers),
    "retry_storm": Mutant("tries ten times and has no breaker", [], StormsWithRetries),
    "never_sheds": Mutant("lets everyone wait, however many there are", [], sheds=False, unseen=_MORE_THAN_A_MACHINE),
    "herd": Mutant(
        "tells everyone to come back at the same time",
        ["G04"],
        spoil=spoils.tells_everyone(2),
        unseen="who is turned away one after the other comes back one after the other",
    ),
    "quotes_what_failed": Mutant("shows what a dependency said", ["G09"], QuotesWhatFailed),
    "unknown_reference": Mutant("gives a reference that nobody can find", ["G10"], spoil=spoils.with_another_reference),
    "waits_too_long": Mutant("gives a dependency three seconds", ["G05"], WaitsTooLong),
    "ok_on_failure": Mutant("answers a failure with 200", ["G01"], spoil=spoils.status(200)),
    "wrong_class": Mutant("answers a failure behind it with 400", ["G02"], spoil=spoils.status(400)),
    "no_retry_after": Mutant("does not say when to come back", ["G03"], spoil=spoils.header("Retry-After", None)),
    "cached_error": Mutant(
        "lets errors be cached", ["G06"], spoil=spoils.header("Cache-Control", "public, max-age=600")
    ),
    "page_for_everyone": Mutant("sends a page to who asked for JSON", ["G07"], spoil=spoils.page_for_everyone),
    "bare_problem": Mutant(
        "problem details without title and detail",
        ["G08"],
        spoil=spoils.in_problem(lambda content: (content.pop("title"), content.pop("detail"))),
    ),
    "stack_trace": Mutant(
        "shows the stack trace",
        ["G09"],
        spoil=spoils.both(
            spoils.in_page(lambda page: page.replace("</main>", f"<pre>{spoils.TRACE}</pre></main>")),
            spoils.in_problem(lambda content: content.update(trace=spoils.TRACE)),
        ),
    ),
    "no_reference": Mutant("gives no reference", ["G10"], spoil=spoils.without_reference),
    "jargon": Mutant("speaks of what is behind it", ["G11"], spoil=spoils.says("Upstream timeout, error 503.")),
    "long_sentence": Mutant(
        "does not come to the point",
        ["G11"],
        spoil=spoils.says(
            "At this point in time it is unfortunately not possible for us to provide you with the function that you"
            " have just asked for in the way in which you would normally expect us to provide it."
        ),
    ),
    "says_saved": Mutant(
        "says that what was lost is saved",
        ["G12"],
        spoil=spoils.both(
            spoils.in_page(
                lambda page: page.replace("has not been saved", "has been saved").replace(
                    'data-outcome="not-saved"', 'data-outcome="saved"'
                )
            ),
            spoils.in_problem(
                lambda content: content.update(
                    outcome="saved", detail=str(content["detail"]).replace("has not been", "has been")
                )
            ),
        ),
    ),
    "dead_end": Mutant(
        "leaves people without a next step",
        ["G13"],
        spoil=spoils.in_page(lambda page: spoils.TIME.sub("", spoils.CONTROLS.sub("", page))),
    ),
    "wrong_time": Mutant(
        "says another time than Retry-After",
        ["G14"],
        spoil=spoils.in_page(lambda page: spoils.TIME.sub("<p>Please try again in 5 minutes.</p>", page)),
    ),
    "blames_user": Mutant(
        "blames the user's connection", ["G15"], spoil=spoils.says("Please check your internet connection.")
    ),
    "filler": Mutant("says nothing at length", ["G16"], spoil=spoils.replaces_the_text("Something went wrong. Sorry!")),
    "shouts": Mutant("shouts", ["G17"], spoil=spoils.says("OOPS! THIS DID NOT WORK AT ALL!")),
    "not_announced": Mutant(
        "announces nothing to who can't see it",
        ["G18"],
        spoil=spoils.in_page(
            lambda page: re.sub(
                r"<h1>.*?</h1>", "<h1>Clipshare</h1>", page.replace('role="alert"', ""), flags=re.DOTALL
            )
        ),
    ),
    "same_title": Mutant(
        "has the title of the feed",
        ["G19"],
        spoil=spoils.in_page(lambda page: re.sub(r"<title>.*?</title>", "<title>For you – Clipshare</title>", page)),
    ),
    "fake_button": Mutant(
        "has buttons that are none",
        ["G20"],
        spoil=spoils.in_page(
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
        spoil=spoils.in_page(
            lambda page: page.replace("</style>", "[role=alert],[role=alert] p{color:#c9c4bd}</style>")
        ),
        unseen="only a browser knows what is readable",
    ),
    "needs_elsewhere": Mutant(
        "needs a style and a script from elsewhere",
        ["G22"],
        spoil=spoils.in_page(
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
        spoil=spoils.in_page(
            lambda page: (
                re.sub(r'(<input id="born"[^>]* value=")[^"]*', r"\1", page)
                .replace("We kept the date in the form below, so you don&#39;t have to type it again.", "")
                .replace("Please keep it on your device and choose it again below.", "")
            )
        ),
    ),
}
