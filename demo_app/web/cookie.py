"""The signed cookie that remembers, for one user, that their age was verified. Only "old enough" is ever remembered."""

import secrets
from pathlib import Path

from itsdangerous import BadData, URLSafeTimedSerializer

from demo_app.storage import write_durably

COOKIE = "age"
MAX_AGE_S = 30 * 24 * 3600


class VerdictCookie:
    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="clipshare-age-verdict")

    def made_for(self, user: str) -> str:
        return str(self._serializer.dumps({"user": user, "old_enough": True}))

    def holds_for(self, user: str, cookie: str | None) -> bool:
        """False for a cookie that is another user's, forged or expired."""
        if not cookie:
            return False
        try:
            content = self._serializer.loads(cookie, max_age=MAX_AGE_S)
        except BadData:
            return False
        return bool(content == {"user": user, "old_enough": True})


def secret_in(folder: Path) -> str:
    """The key for signing, made at first; kept so that verdicts outlive a restart."""
    path = folder / "secret.key"
    if not path.exists():
        write_durably(path, secrets.token_hex(32).encode())
        path.chmod(0o600)
    return path.read_text()
