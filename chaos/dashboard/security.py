"""Who may drive a dashboard: whoever knows its key. There is no cookie, so no other page can act in a browser's name.

The key comes in the address that the command prints, behind the `#`, where it is sent to nobody. The page keeps it for
its own origin alone and hands it over in a header that no page of another origin can set. Other users of the machine do
not know it. A page that has its own name resolve to our address (DNS rebinding) is another origin, and is refused by
its Host besides.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import Final

from chaos.errors import EnvironmentFailed
from chaos.proxy.address import BadAddress, numeric_family, split_host_port
from chaos.undo.state import leases_folder

KEY_BYTES: Final = 24
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of everything that is ours: nothing but our own files runs, and nobody frames it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """`status`: 403 for a request that a foreign page may have made, 401 for one without the key."""

    status: int
    reason: str


def refusal(*, method: str, headers: Mapping[str, str], key: str, open_to_all: bool) -> Refusal | None:
    """None: let it pass. `open_to_all`: pages and their parts, which tell nothing; they only need a Host of ours.

    `headers` must find its keys in whatever case.
    """
    refused = foreign(method=method, headers=headers, open_to_all=open_to_all)
    if refused is not None or (open_to_all and method in {"GET", "HEAD"}):
        return refused
    if compare_digest(given_key(headers).encode("utf-8", "replace"), key.encode()):
        return None
    return Refusal(401, "the key is missing or wrong; open the address that the command printed")


def given_key(headers: Mapping[str, str]) -> str:
    """The key that a request brings; empty where it brings none."""
    scheme, _, given = headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def foreign(*, method: str, headers: Mapping[str, str], open_to_all: bool) -> Refusal | None:
    """Whether a page of somebody else may have made this request."""
    host = headers.get("Host", "")
    if not _is_ours(host):
        return Refusal(403, f"the Host {host!r} is not a name of this server; use the address that it printed")
    origin = headers.get("Origin")
    if origin is not None and origin.lower() != f"http://{host.lower()}":
        return Refusal(403, "a page of another origin may ask for nothing here")
    if headers.get("Sec-Fetch-Site", "same-origin") == "cross-site" and not (open_to_all and method == "GET"):
        return Refusal(403, "a page of another site may ask for nothing here")
    return None


def key_path() -> Path:
    """In the user's state directory, beside the leases."""
    return leases_folder().parent / "dashboard.key"


def read_or_make_key(path: Path, *, anew: bool = False) -> str:
    """One for all servers of this user, so that an open page finds the next one again. Nobody else can read the file.

    Raises `EnvironmentFailed`.
    """
    try:
        if not anew and path.exists():
            known = path.read_text().strip()
            if len(known) >= KEY_BYTES:
                path.chmod(0o600)
                return known
        path.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(KEY_BYTES)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{key}\n")
        beside.replace(path)
    except OSError as error:
        raise EnvironmentFailed(f"{error.filename}: the key of the dashboard can't be kept: {error.strerror}") from None
    return key


def _is_ours(host_header: str) -> bool:
    """An address, or a name that nobody else can have resolve as they like."""
    try:
        host = split_host_port(host_header)[0] if ":" in host_header.rpartition("]")[2] else host_header.strip("[]")
    except BadAddress:
        return False
    return host.lower() in {"localhost", socket.gethostname().lower()} or numeric_family(host) is not None
