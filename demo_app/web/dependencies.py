"""What `web` asks of `profile` and `media`, and what it believes of their answers. Both modes ask through these."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from demo_app.seeds import SCENES, FeedClip
from demo_app.web.client import Ask, Client, DependencyFailed, Reply
from demo_app.web.model import Age, Clip

FOR_EVER = None
MOST_QUOTED_BYTES = 300


class Profile:
    def __init__(self, client: Client) -> None:
        self._client = client

    def age_of(self, user: str, reference: str, *, timeout_s: float | None = FOR_EVER) -> Age:
        reply = self._client.ask(Ask("GET", f"/users/{user}/age", _traced(reference)), timeout_s=timeout_s)
        content = _json(reply)
        if reply.status == 404 and _get(content, "user") == user and _get(content, "verified") is False:
            return Age.UNKNOWN
        return _verdict(reply, content, user)

    def save_age(self, user: str, born: str, reference: str, *, timeout_s: float | None = FOR_EVER) -> Age:
        headers = {"Content-Type": "application/json", **_traced(reference)}
        ask = Ask("PUT", f"/users/{user}/age", headers, json.dumps({"born": born}).encode())
        reply = self._client.ask(ask, timeout_s=timeout_s)
        return _verdict(reply, _json(reply), user)


class Media:
    """`region` is told to `media` with each clip; empty where there is only one."""

    def __init__(self, client: Client, region: str = "") -> None:
        self.client = client
        self.region = region

    def feed(self, reference: str, *, timeout_s: float | None = FOR_EVER) -> Sequence[FeedClip]:
        reply = self.client.ask(Ask("GET", "/feed", _traced(reference)), timeout_s=timeout_s)
        content = _json(reply)
        if reply.status != 200 or not isinstance(content, list) or not all(map(_is_clip, content)):
            raise _unusable(reply)
        return content

    def store(self, clip: Clip, reference: str, *, key: str | None, timeout_s: float | None = FOR_EVER) -> None:
        """Returns when the clip is stored durably. With a `key`, storing it again has no further effect."""
        digest = base64.b64encode(hashlib.sha256(clip.content).digest()).decode()
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Digest": f"sha-256=:{digest}:",
            "X-Upload-Id": clip.id,
            "X-Clip-Owner": clip.owner,
            "X-Clip-Caption": quote(clip.caption),
            **({"X-Clip-Region": self.region} if self.region else {}),
            **({"Idempotency-Key": key} if key else {}),
            **_traced(reference),
        }
        reply = self.client.ask(Ask("POST", "/clips", headers, clip.content), timeout_s=timeout_s)
        if reply.status != 201 or _get(_json(reply), "upload_id") != clip.id:
            raise _unusable(reply)

    def clips_of(self, owner: str, reference: str, *, timeout_s: float | None = FOR_EVER) -> Sequence[str]:
        """Ids of what this user has stored, in the order of storing."""
        reply = self.client.ask(Ask("GET", f"/clips?owner={owner}", _traced(reference)), timeout_s=timeout_s)
        content = _json(reply)
        if reply.status != 200 or not isinstance(content, list):
            raise _unusable(reply)
        return [clip["upload_id"] for clip in content]

    def has(self, clip_id: str, reference: str, *, timeout_s: float | None = FOR_EVER) -> bool:
        reply = self.client.ask(Ask("GET", f"/clips/{clip_id}", _traced(reference)), timeout_s=timeout_s)
        content = _json(reply)
        if reply.status == 404 and _get(content, "type") == "/problems/no-such-clip":
            return False
        if reply.status != 200 or _get(content, "upload_id") != clip_id:
            raise _unusable(reply)
        return True


def _traced(reference: str) -> dict[str, str]:
    return {"X-Request-Id": reference}


def _verdict(reply: Reply, content: object, user: str) -> Age:
    adult_enough = _get(content, "adult_enough")
    believed = reply.status == 200 and _get(content, "user") == user and _get(content, "verified") is True
    if not believed or not isinstance(adult_enough, bool):
        raise _unusable(reply)
    return Age.OLD_ENOUGH if adult_enough else Age.TOO_YOUNG


def _json(reply: Reply) -> object:
    try:
        return json.loads(reply.body)
    except ValueError:
        raise _unusable(reply) from None


def _get(content: object, name: str) -> Any:
    return content.get(name) if isinstance(content, dict) else None


def _is_clip(item: object) -> bool:
    kinds = {"id": str, "creator": str, "caption": str, "length_s": int, "likes": int, "scene": str, "tint": int}
    return (
        isinstance(item, dict)
        and all(type(item.get(name)) is kind for name, kind in kinds.items())
        and item["scene"] in SCENES
    )


def _unusable(reply: Reply) -> DependencyFailed:
    """For the log, where it helps to see what was said; a page must never quote it."""
    said = reply.body[:MOST_QUOTED_BYTES].decode(errors="replace")
    return DependencyFailed(f"the answer can't be used: status {reply.status}, {reply.media_type}: {said}")
