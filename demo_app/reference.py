"""The reference of a request: in the `X-Request-Id` header, in the log line and, on error pages, for quoting."""

import re
import secrets

# Without vowels it spells no words; with one digit alone nobody takes it for a status code, nor for a word.
_LETTERS = "bcdfghjkmnpqrstvwxz"
_DIGITS = "23456789"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_reference() -> str:
    """Three groups of four, such as `q7kz-trmb-wxph`."""
    chances = secrets.token_bytes(12)
    letters = [_LETTERS[chance % len(_LETTERS)] for chance in chances]
    letters[1] = _DIGITS[chances[1] % len(_DIGITS)]
    return "-".join("".join(letters[place : place + 4]) for place in (0, 4, 8))


def adopted(given: str | None) -> str:
    """The reference that a caller within the app handed on, or a new one if it sent none that can be logged."""
    return given if given and _ACCEPTABLE.fullmatch(given) else new_reference()
