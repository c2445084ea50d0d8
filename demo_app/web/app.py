"""The app as a whole: who is there, whether there is room for them, and what is said when something goes wrong.

The routes are in `watching.py`, `posting.py`, `telling.py` and `reporting.py`. The mode decides what a failing
dependency means.
"""

import logging
from collections.abc import Callable
from typing import Final

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from demo_app.serving import REFERENCE, with_reference
from demo_app.web import cookie, identity, messages
from demo_app.web.answers import Form, refusal
from demo_app.web.board import REGIONS, Board
from demo_app.web.cookie import VerdictCookie
from demo_app.web.model import Age, Message, Mode, NotNow, Visit
from demo_app.web.posting import LARGEST_CLIP_BYTES, add_posting
from demo_app.web.reporting import add_reporting
from demo_app.web.reports import KINDS
from demo_app.web.shedding import Load, Shedding, spread_retry_after_s
from demo_app.web.telling import add_telling
from demo_app.web.watching import add_watching

logger = logging.getLogger("clipshare.web")

ROOM_FOR_THE_FORM_BYTES: Final = 64 * 1024
FOR_MACHINES: Final = frozenset({"healthz", "pending", "problem", "status"})
UNSHED: Final = FOR_MACHINES | {"report", "send_report"}
SELF_CONTAINED: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"

Spoil = Callable[[Response], None]


def create_app(
    mode: Mode,
    verdicts: VerdictCookie,
    shedding: Shedding,
    board: Board,
    *,
    spoil: Spoil | None = None,
) -> Flask:
    """`spoil` is a mutant's: it changes the answers of 500 and above, on their way out."""
    app = Flask("demo_app.web", template_folder="pages", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_CLIP_BYTES + ROOM_FOR_THE_FORM_BYTES
    app.jinja_env.globals.update(seconds=messages.seconds, region=REGIONS.get(board.region or ""), kinds=KINDS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    if spoil is not None:
        _spoiled(app, spoil)
    _visits(app, mode, verdicts, shedding)
    _notices(app, mode, shedding)
    add_watching(app, mode)
    add_posting(app, mode)
    add_telling(app, mode, shedding, board)
    add_reporting(app, board)
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
        if g.get("new_user") and request.endpoint not in FOR_MACHINES:
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


def _notices(app: Flask, mode: Mode, shedding: Shedding) -> None:
    @app.context_processor
    def notices() -> dict[str, object]:
        """On every page, unless it brings its own."""
        crowded = [messages.MANY_PEOPLE] if shedding.recently_busy else []
        return {"notices": [*mode.notices(), *crowded]}


def _spoiled(app: Flask, spoil: Spoil) -> None:
    @app.after_request
    def spoiled(response: Response) -> Response:
        if response.status_code >= 500:
            spoil(response)
        return response


def _refusals(app: Flask, mode: Mode) -> None:
    @app.errorhandler(NotNow)
    def not_now(error: NotNow) -> AnyResponse:
        logger.info("told to come back reference=%s because=%s", request.environ[REFERENCE], error.__cause__)
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


def _set_cookie(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=cookie.MAX_AGE_S, httponly=True, samesite="Lax", path="/")
