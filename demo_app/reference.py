"""The reference of a request: in the `X-Request-Id` header, in the log line and, on error pages, for quoting."""

import re
import secrets

# Without vowels it spells no words; without digits nobody takes it for a status code.
_LETTERS = "bcdfghjkmnpqrstvwxz"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_reference() -> str:
    """Three groups of four letters, such as `qfkz-trmb-wxph`."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def adopted(given: str | None) -> str:
    """The reference that a caller within the app handed on, or a new one if it sent none that can be logged."""
    return given if given and _ACCEPTABLE.fullmatch(given) else new_reference()
