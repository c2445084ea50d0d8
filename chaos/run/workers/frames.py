"""Objects on their way between a run and one of its processes: four bytes that say how long, then a pickle.

Both ends are this very code, and nobody else can write there.
"""

from __future__ import annotations

import asyncio
import pickle
import struct
from typing import Final

_LENGTH: Final = struct.Struct("!I")


def framed(thing: object) -> bytes:
    data = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(data)) + data


async def read_frame(reader: asyncio.StreamReader) -> object:
    """Raises `EOFError` when the other end is gone, also in the middle of a frame."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        return pickle.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        raise EOFError from None
