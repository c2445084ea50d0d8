"""Why a browser got no answer, in the words that other users have for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_CODE: Final = re.compile(r"net::ERR_(\w+)")
_WORDS: Final[Mapping[str, str]] = {
    "CONNECTION_REFUSED": "connection refused",
    "CONNECTION_RESET": "connection reset",
    "CONNECTION_CLOSED": "connection closed without an answer",
    "EMPTY_RESPONSE": "connection closed without an answer",
    "CONTENT_LENGTH_MISMATCH": "the answer was cut off",
    "INCOMPLETE_CHUNKED_ENCODING": "the answer was cut off",
    "CONTENT_DECODING_FAILED": "the answer can't be decompressed",
    "INVALID_HTTP_RESPONSE": "the answer is not HTTP",
    "INVALID_CHUNKED_ENCODING": "the answer is not HTTP",
    "TOO_MANY_REDIRECTS": "redirected again and again",
}


def reason(said: str) -> str:
    """`said` is what the browser says, such as "net::ERR_CONNECTION_REFUSED at http://..."."""
    code = _CODE.search(said)
    if code is not None:
        return _WORDS.get(code[1], code[1].replace("_", " ").lower())
    return said.strip().splitlines()[0] if said.strip() else "the browser does not say why"
