"""Clips that were accepted while `media` could not take them: one file each, on the disk before anyone is told so."""

import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from demo_app.storage import write_durably
from demo_app.web.model import Clip

LARGEST_BYTES: Final = 512 * 1024 * 1024
_SUFFIX: Final = ".clip"


class SpoolFull(Exception):
    """There is no room for another clip."""


class Spool:
    """A folder of clips that are to be delivered, oldest first. A restart finds those that the last run left."""

    def __init__(self, folder: Path, *, largest_bytes: int = LARGEST_BYTES) -> None:
        self._folder = folder
        self._largest_bytes = largest_bytes
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob("*.part"):
            unfinished.unlink()
        self._files: dict[str, Path] = {}  # by id, oldest first
        self._bytes = 0
        self._last_place = 0
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            place, _, clip_id = path.stem.partition("-")
            self._files[clip_id] = path
            self._bytes += path.stat().st_size
            self._last_place = max(self._last_place, int(place))

    def add(self, clip: Clip) -> None:
        """Returns when the clip is on the disk. A clip that is there already is not added again."""
        header = json.dumps({"id": clip.id, "owner": clip.owner, "caption": clip.caption}).encode() + b"\n"
        size_bytes = len(header) + len(clip.content)
        with self._lock:
            if clip.id in self._files:
                return
            if self._bytes + size_bytes > self._largest_bytes:
                raise SpoolFull(f"{len(self._files)} clips are waiting")
            self._bytes += size_bytes
            self._last_place = max(self._last_place + 1, time.time_ns())
            path = self._folder / f"{self._last_place:020d}-{clip.id}{_SUFFIX}"
        try:
            write_durably(path, header, clip.content)
        except OSError as error:
            with self._lock:
                self._bytes -= size_bytes
            raise SpoolFull("the clip could not be written") from error
        with self._lock:
            self._files[clip.id] = path

    def ids(self) -> Sequence[str]:
        with self._lock:
            return [clip_id for clip_id, _ in sorted(self._files.items(), key=lambda item: item[1].name)]

    def oldest(self) -> Clip | None:
        with self._lock:
            path = min(self._files.values(), key=lambda path: path.name, default=None)
        if path is None:
            return None
        header, _, content = path.read_bytes().partition(b"\n")
        return Clip(content=content, **json.loads(header))

    def remove(self, clip_id: str) -> None:
        """To be called once the clip is stored elsewhere. One that a crash brings back is only delivered again."""
        with self._lock:
            path = self._files.pop(clip_id)
            self._bytes -= path.stat().st_size
            path.unlink()

    def __contains__(self, clip_id: object) -> bool:
        with self._lock:
            return clip_id in self._files

    def __len__(self) -> int:
        with self._lock:
            return len(self._files)
