"""How an answer is put together: a page, the same as JSON for who prefers it, and what is said to who gets neither."""

from http import HTTPStatus
from typing import Literal

from flask import Response, jsonify, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from demo_app.serving import REFERENCE
from demo_app.web import identity, messages
from demo_app.web.model import Message

Form = Literal["age", "upload", "report", ""]


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
            caption=caption_as_typed() if form == "upload" else "",
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
    return as_typed("born")[:40]


def caption_as_typed() -> str:
    try:
        return " ".join(request.form.get("caption", "").split())[:120]
    except RequestEntityTooLarge:
        return ""  # it came after more than is read


def as_typed(name: str) -> str:
    """A field of the form, or of the JSON object that was sent instead; empty if it is none of both."""
    content = request.get_json(silent=True) if request.is_json else None
    written = content.get(name) if isinstance(content, dict) else request.form.get(name)
    return written if isinstance(written, str) else ""
