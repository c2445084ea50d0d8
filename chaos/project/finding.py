"""Where a project file may be. Standard library only: whoever has no such file pays for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

OWN: Final = "gatecrash.toml"
SHARED: Final = "pyproject.toml"
TABLE: Final = ("tool", "gatecrash")


def upwards(here: Path) -> Iterator[Path]:
    """From this folder to the root of the repository, or of the disk, as paths from here."""
    absolute, folder = here.resolve(), here
    for each in (absolute, *absolute.parents):
        yield folder
        if (each / ".git").exists():
            return
        folder = folder / ".."


def may_exist(here: Path) -> bool:
    """False when there is surely none."""
    return any((folder / OWN).is_file() or _names_us(folder / SHARED) for folder in upwards(here))


def _names_us(path: Path) -> bool:
    try:
        return TABLE[-1].encode() in path.read_bytes()
    except OSError:
        return False
