"""Files for somebody to go on with: nothing that is there already is lost for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import typer

from chaos.errors import EnvironmentFailed, InvalidOption


def refuse_to_overwrite(folder: Path, names: Iterable[str], *, force: bool) -> None:
    """Raises `InvalidOption` with all files that are there already."""
    there = [str(folder / name) for name in names if (folder / name).exists()]
    if there and not force:
        raise InvalidOption(f"{', '.join(there)}: there already; --force overwrites, another DIR leaves them alone")


def write_new_files(folder: Path, files: Mapping[str, str]) -> None:
    """And say so. Raises `EnvironmentFailed`."""
    for name, text in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise EnvironmentFailed(f"{path} can't be written: {error.strerror}") from None
        typer.echo(f"wrote {path}")
