"""How long a caller still waits, handed on with each request, so that nothing is begun that nobody waits for any more.

The header says milliseconds from now, not a moment: clocks differ between machines.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from demo_app.arrival import since_first_byte_s

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HEADER: Final = "X-Deadline-Ms"
_KEY: Final = "HTTP_X_DEADLINE_MS"


def header_for(timeout_s: float | None) -> Mapping[str, str]:
    """None: the caller waits for ever, and says nothing."""
    return {} if timeout_s is None else {HEADER: str(max(int(timeout_s * 1000), 0))}


def left_s(environ: "WSGIEnvironment", now_s: float) -> float | None:
    """Seconds that the caller still waits; None if it did not say. Raises `ValueError` for what is no number."""
    written = environ.get(_KEY)
    if written is None:
        return None
    if not (written.isascii() and written.isdigit()):
        raise ValueError(f"{HEADER} is {written!r}; it has to be whole milliseconds, such as 250")
    return int(written) / 1000 - since_first_byte_s(environ, now_s)
