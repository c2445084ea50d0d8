"""The routes: pages, and the same as JSON for who prefers it. The mode decides what a failing dependency means."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, Literal

from flask import Flask, Response, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from demo_app import age as ages
from demo_app.serving import REFERENCE, with_reference
from demo_app.web import cookie, identity, messages
from demo_app.web.cookie import VerdictCookie
from demo_app.web.model import Age, KeyReused, Message, Mode, MyClip, NotNow, Upload, Visit
from demo_app.web.shedding import Load, Shedding, spread_retry_after_s

logger = logging.getLogger("clipshare.web")

LARGEST_CLIP_BYTES: Final = 16 * 1024 * 1024
ROOM_FOR_THE_FORM_BYTES: Final = 64 * 1024
UNSHED: Final = frozenset({"healthz", "pending", "problem", "status"})
SELF_CONTAINED: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"

Form = Literal["age", "upload", ""]
Spoil = Callable[[Response], None]


def create_app(
    mode: Mode,
    verdicts: VerdictCookie,
    shedding: Shedding,
    *,
    spoil: Spoil | None = None,
) -> Flask:
    """`spoil` is a mutant's: it changes the answers of 500 and above, on their way out."""
    app = Flask("demo_app.web", template_folder="pages", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_CLIP_BYTES + ROOM_FOR_THE_FORM_BYTES
    app.jinja_env.globals.update(seconds=messages.seconds)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    if spoil is not None:
        _spoiled(app, spoil)
    _visits(app, mode, verdicts, shedding)
    _watching(app, mode)
    _posting(app, mode)
    _telling(app, mode, shedding)
    _refusals(app, mode)

    app.wsgi_app = with_reference(app.wsgi_app, "web", adopt=False)  # type: ignore[assignment, method-assign]
    return app


def _visits(app: Flask, mode: Mode, verdicts: VerdictCookie, shedding: Shedding) -> None:
    @app.before_request
    def begin() -> Response | None:
        g.entered = True
        load = shedding.enter()
        known = identity.user_in(request.cookies.get(identity.COOKIE))
        g.user = known or identity.new_id()
        g.new_user = known is None
        g.remembered = mode.remembers and verdicts.holds_for(g.user, request.cookies.get(cookie.COOKIE))
        turned_away = load is Load.FULL or (load is Load.NO_WRITES and request.method == "POST")
        if turned_away and request.endpoint not in UNSHED:
            return _turned_away()
        request.form  # noqa: B018 - reads the body now: a large clip should not use up the time for what follows
        g.visit = Visit(g.user, g.remembered, request.environ[REFERENCE], busy=load > Load.LIGHT)
        return None

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        if g.pop("entered", False):
            shedding.leave()

    @app.after_request
    def set_cookies(response: Response) -> Response:
        if g.get("new_user") and request.endpoint not in UNSHED:
            _set_cookie(response, identity.COOKIE, g.user)
        verdict = g.get("verdict")
        if mode.remembers and verdict is Age.OLD_ENOUGH and not g.remembered:
            _set_cookie(response, cookie.COOKIE, verdicts.made_for(g.user))
        if verdict is Age.TOO_YOUNG and request.cookies.get(cookie.COOKIE):
            response.delete_cookie(cookie.COOKIE)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Content-Security-Policy", SELF_CONTAINED)
        if response.status_code < 400:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _spoiled(app: Flask, spoil: Spoil) -> None:
    @app.after_request
    def spoiled(response: Response) -> Response:
        if response.status_code >= 500:
            spoil(response)
        return response


def _watching(app: Flask, mode: Mode) -> None:
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
        written = born_as_typed()
        born = ages.parse_born(written, ages.today())
        if born is None:
            return refusal(messages.BAD_DATE, 422, form="age")
        verdict = mode.save_age(g.visit, born.isoformat())
        g.verdict = verdict
        if verdict is not Age.OLD_ENOUGH:
            return refusal(messages.TOO_YOUNG, 403)
        if prefers_json():
            return jsonify({"adult_enough": True})
        return see_other("/")


def _posting(app: Flask, mode: Mode) -> None:
    @app.get("/upload")
    def upload_form() -> AnyResponse:
        return page("upload.html", key=identity.new_id(), notices=mode.notices())

    @app.post("/upload")
    def upload() -> AnyResponse:
        clip = request.files.get("clip")
        content = clip.read() if clip is not None else b""
        verdict = mode.age_for_upload(g.visit)
        if verdict is Age.TOO_YOUNG:
            return refusal(messages.TOO_YOUNG, 403)
        if verdict is Age.UNKNOWN:
            return refusal(messages.AGE_NEEDED, 403)
        g.verdict = verdict
        if clip is None or not (content or clip.filename):
            return refusal(messages.NO_CLIP, 422, form="upload")
        if len(content) > LARGEST_CLIP_BYTES:
            return refusal(messages.CLIP_TOO_LARGE, 413, form="upload")
        key = request.headers.get("Idempotency-Key") or request.form.get("key") or None
        caption = " ".join(request.form.get("caption", "").split())[:120]
        try:
            stored = mode.store_clip(g.visit, Upload(content, caption, key))
        except KeyReused:
            return refusal(messages.KEY_REUSED, 422)
        answer = jsonify(_as_json(stored)) if prefers_json() else page("posted.html", clip=stored)
        answer.status_code = 201 if stored.state == "stored" else 202
        answer.headers["Location"] = f"/clips/{stored.id}"
        return answer

    @app.get("/clips")
    def clips() -> AnyResponse:
        mine = mode.clips(g.visit)
        if prefers_json():
            return jsonify([_as_json(clip) for clip in mine])
        return page("clips.html", clips=mine, notices=mode.notices())

    @app.get("/clips/<clip_id>")
    def clip(clip_id: str) -> AnyResponse:
        found = mode.clip(g.visit, clip_id) if identity.user_in(clip_id) else None
        if found is None:
            return refusal(messages.NOT_FOUND, 404)
        if prefers_json():
            return jsonify(_as_json(found))
        return page("clips.html", clips=[found], single=True, notices=mode.notices())


def _telling(app: Flask, mode: Mode, shedding: Shedding) -> None:
    @app.get("/status")
    def status() -> AnyResponse:
        parts = list(mode.parts())
        notices = [messages.MANY_PEOPLE] if shedding.recently_busy else []
        well = not notices and all(part.well for part in parts)
        if prefers_json():
            content = {
                "well": well,
                "parts": [
                    {"name": part.name, "well": part.well, "text": part.text, "since": _timestamp(part.since_s)}
                    for part in parts
                ],
                "notices": notices,
                "pending": len(mode.pending()),
            }
            return jsonify(content)
        now_s = time.time()
        lasting = {
            part.name: messages.how_long(part.since_s, now_s) for part in parts if not part.well and part.since_s
        }
        return page("status.html", parts=parts, well=well, lasting=lasting, since=_clock_time, notices=notices)

    @app.get("/problems/<name>")
    def problem(name: str) -> AnyResponse:
        if name not in messages.PROBLEMS:
            return refusal(messages.NOT_FOUND, 404)
        message = messages.PROBLEMS[name]
        return jsonify({"title": message.title, "about": [message.what, message.fate]})

    @app.get("/healthz")
    def healthz() -> AnyResponse:
        return jsonify({"service": "web", "mode": mode.name, "status": "ok"})

    @app.get("/pending")
    def pending() -> AnyResponse:
        return jsonify(list(mode.pending()))


def _refusals(app: Flask, mode: Mode) -> None:
    @app.errorhandler(NotNow)
    def not_now(error: NotNow) -> AnyResponse:
        forms: dict[str | None, Form] = {"save_age": "age", "upload": "upload"}
        return refusal(error.message, 503, retry_after_s=error.retry_after_s, form=forms.get(request.endpoint, ""))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> AnyResponse:
        if error.code == 413:
            return refusal(messages.CLIP_TOO_LARGE, 413, form="upload")
        if error.code == 405:
            return refusal(messages.WRONG_METHOD, 405)
        if error.code is not None and error.code < 500:
            return refusal(messages.NOT_FOUND, error.code)
        return bug(error)

    @app.errorhandler(Exception)
    def bug(error: Exception) -> AnyResponse:
        logger.error("request failed reference=%s", request.environ.get(REFERENCE), exc_info=error)
        own = mode.bug_page(error)
        if own is not None:
            return Response(*own)
        return refusal(messages.OUR_MISTAKE_SENDING if request.method == "POST" else messages.OUR_MISTAKE, 500)


def _turned_away() -> Response:
    about: dict[str | None, tuple[Message, Form]] = {
        "save_age": (messages.BUSY_AGE, "age"),
        "upload": (messages.BUSY_CLIP, "upload"),
    }
    message, form = about.get(request.endpoint, (messages.BUSY, ""))
    return refusal(message, 503, retry_after_s=spread_retry_after_s(), form=form)


def prefers_json() -> bool:
    """Whether to answer in JSON. Who accepts anything gets a page, but JSON from /upload, where programs post."""
    accepts = request.accept_mimetypes
    pages_first = request.endpoint != "upload" or request.method != "POST"
    if not accepts:
        return not pages_first
    json = max(accepts["application/json"], accepts["application/problem+json"])
    html = accepts["text/html"]
    return html < json if pages_first else html <= json


def page(template: str, **values: object) -> Response:
    return Response(render_template(template, **values), content_type="text/html; charset=utf-8")


def see_other(location: str) -> Response:
    return Response(status=303, headers={"Location": location})


def refusal(message: Message, status: int, *, retry_after_s: int | None = None, form: Form = "") -> Response:
    """The answer to a request that did not get what it asked for: a page with the next step, or problem details."""
    reference = request.environ[REFERENCE]
    if prefers_json():
        content: dict[str, object] = {
            "type": f"/problems/{message.name}",
            "title": message.title,
            "status": status,
            "detail": f"{message.what} {message.fate}",
            "instance": f"urn:clipshare:{reference}",
            "outcome": message.outcome,
        }
        if retry_after_s is not None:
            content["detail"] = f"{content['detail']} Please try again in {messages.seconds(retry_after_s)}."
        response = jsonify(content)
        response.content_type = "application/problem+json"
    else:
        response = page(
            "problem.html",
            message=message,
            retry_after_s=retry_after_s,
            form=form,
            born=born_as_typed() if form == "age" else "",
            typed_freely=message is messages.BAD_DATE,  # a date picker could not show what was typed
            key=identity.new_id(),
            reference=reference,
            asked=request.full_path.rstrip("?") if request.method == "GET" else "/",
        )
    response.status_code = HTTPStatus(status)
    response.headers["Cache-Control"] = "no-store"
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def born_as_typed() -> str:
    content = request.get_json(silent=True) if request.is_json else None
    written = content.get("born") if isinstance(content, dict) else request.form.get("born")
    return written[:40] if isinstance(written, str) else ""


def _as_json(clip: MyClip) -> dict[str, str]:
    return {"id": clip.id, "state": clip.state, "status_url": f"/clips/{clip.id}"}


def _set_cookie(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=cookie.MAX_AGE_S, httponly=True, samesite="Lax", path="/")


def _timestamp(since_s: float | None) -> str | None:
    return datetime.fromtimestamp(since_s, UTC).isoformat(timespec="seconds") if since_s else None


def _clock_time(since_s: float) -> str:
    return datetime.fromtimestamp(since_s, UTC).strftime("%H:%M UTC")
