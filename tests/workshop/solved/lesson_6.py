from demo_app.web.identity import id_for_key, new_id
from demo_app.web.model import Clip, ClipState
from demo_app.web.spool import Spool


def id_of(user: str, key: str | None) -> str:
    return id_for_key(user, key) if key else new_id()


def key_for(clip: Clip) -> str | None:
    return clip.id


def when_not_stored(clip: Clip, shelf: Spool, failure: Exception) -> ClipState:
    shelf.add(clip)
    return "pending"
