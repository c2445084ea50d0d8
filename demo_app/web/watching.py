"""Opening the app: the feed, or the question that comes before it."""

from flask import Flask, g, jsonify
from werkzeug.wrappers import Response as AnyResponse

from demo_app import age as ages
from demo_app.web import messages
from demo_app.web.answers import born_as_typed, page, prefers_json, refusal, see_other
from demo_app.web.model import Age, Mode


def add_watching(app: Flask, mode: Mode) -> None:
    @app.get("/")
    def feed() -> AnyResponse:
        verdict = g.verdict = mode.age_of(g.visit)
        if verdict is Age.TOO_YOUNG:
            return refusal(messages.TOO_YOUNG, 403)
        if verdict is Age.UNKNOWN:
            if prefers_json():
                return refusal(messages.AGE_NEEDED_TO_WATCH, 403)
            return page("age.html")
        shown = mode.feed(g.visit)
        notices = list(mode.notices())
        if shown.remembered and messages.CLIPS_OLD not in notices:
            notices.insert(0, messages.CLIPS_OLD)
        if prefers_json():
            return jsonify({"clips": shown.clips, "notices": notices})
        return page("feed.html", clips=shown.clips, notices=notices)

    @app.post("/age")
    def save_age() -> AnyResponse:
        born = ages.parse_born(born_as_typed(), ages.today())
        if born is None:
            return refusal(messages.BAD_DATE, 422, form="age")
        verdict = g.verdict = mode.save_age(g.visit, born.isoformat())
        if verdict is not Age.OLD_ENOUGH:
            return refusal(messages.TOO_YOUNG, 403)
        if prefers_json():
            return jsonify({"adult_enough": True})
        return see_other("/")
