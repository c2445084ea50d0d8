"""Earlier results from disk: a `results.json`, a folder of them, a folder of runs, or a run by its name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from chaos.compare.record import Results
from chaos.errors import InvalidOption
from chaos.reports.results import FORMAT
from chaos.run.folders import find_run

_PLACES: Final = ("*.json", "*/results.json")


def read_earlier(where: str) -> tuple[Results, ...]:
    """Raises `InvalidOption` when there are none, or one can't be read; other JSON in a folder is passed over."""
    path = Path(where)
    if path.is_file():
        return (_results(path, _document(path)),)
    if not path.is_dir():
        path = _folder_of_run(where)
    files = sorted({file for pattern in _PLACES for file in path.glob(pattern) if file.is_file()})
    documents = {file: _document(file) for file in files}
    found = tuple(_results(file, each) for file, each in documents.items() if _is_results(each))
    if not found:
        raise InvalidOption(
            f"--against: {path} holds no results of earlier runs; looked for {' and '.join(_PLACES)}, as "
            "`gatecrash run --report` writes them"
        )
    return found


def _folder_of_run(name: str) -> Path:
    try:
        return find_run(name).path
    except InvalidOption as error:
        raise InvalidOption(f"--against: there is no file or folder {name}, and {error}") from None


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidOption(f"--against: {path} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise InvalidOption(f"--against: {path} is not JSON: {error}") from None


def _is_results(document: Any) -> bool:
    return isinstance(document, dict) and {"format", "run", "experiments"} <= document.keys()


def _results(path: Path, document: Any) -> Results:
    if not _is_results(document):
        raise InvalidOption(f"--against: {path} holds no results of a run, as `gatecrash run --report` writes them")
    if document["format"] != FORMAT:
        raise InvalidOption(
            f"--against: {path} has format {document['format']!r}, and this version reads {FORMAT}; compare with "
            "results of this version"
        )
    try:
        return Results.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidOption(f"--against: {path}: {where}: {first['msg']}") from None


def without_run(results: Sequence[Results], run: str) -> tuple[Results, ...]:
    """No run is compared with itself."""
    return tuple(each for each in results if each.run != run)
