"""Posting a clip, and what became of the clips that someone posted."""

from typing import Final

from flask import Flask, g, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from demo_app.web import identity, messages
from demo_app.web.answers import caption_as_typed, page, prefers_json, refusal
from demo_app.web.model import Age, KeyReused, Mode, MyClip, Upload

LARGEST_CLIP_BYTES: Final = 16 * 1024 * 1024


def add_posting(app: Flask, mode: Mode) -> None:
    @app.get("/upload")
    def upload_form() -> AnyResponse:
        return page("upload.html", key=identity.new_id())

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
        try:
            stored = mode.store_clip(g.visit, Upload(content, caption_as_typed(), key))
        except KeyReused:
            return refusal(messages.KEY_REUSED, 422)
        answer = jsonify(_as_json(stored)) if prefers_json() else page("clip.html", clip=stored, just_sent=True)
        answer.status_code = 201 if stored.state == "stored" else 202
        answer.headers["Location"] = f"/clips/{stored.id}"
        return answer

    @app.get("/clips")
    def clips() -> AnyResponse:
        mine = mode.clips(g.visit)
        if prefers_json():
            return jsonify([_as_json(clip) for clip in mine])
        return page("clips.html", clips=mine)

    @app.get("/clips/<clip_id>")
    def clip(clip_id: str) -> AnyResponse:
        found = mode.clip(g.visit, clip_id) if identity.user_in(clip_id) else None
        if found is None:
            return refusal(messages.NOT_FOUND, 404)
        if prefers_json():
            return jsonify(_as_json(found))
        return page("clip.html", clip=found, just_sent=False)


def _as_json(clip: MyClip) -> dict[str, str]:
    return {"id": clip.id, "state": clip.state, "status_url": f"/clips/{clip.id}"}
