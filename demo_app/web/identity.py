"""Who someone is: a cookie with a random id. Nothing is known of a person but this."""

import re
import uuid

COOKIE = "user"
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def new_id() -> str:
    return uuid.uuid4().hex


def id_for_key(user: str, key: str) -> str:
    """The id of the upload that this user calls `key`: the same each time it is sent."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{user}\n{key}").hex


def user_in(cookie: str | None) -> str | None:
    return cookie if cookie and _ID.fullmatch(cookie) else None
