"""What a shell offers after an option: names from the files that the command line means, without planning them.

A completion must never fail or print: a file that can't be read offers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from chaos.errors import ChaosError

if TYPE_CHECKING:
    from chaos.experiment.loader import Document


def experiment_ids(context: typer.Context, incomplete: str) -> list[str]:
    """For `-k` and `--allow-inconclusive`: those of a matrix one by one."""
    experiments = (each for each in _documents(_paths(context)) if "faults" in each.root)
    return _beginning(incomplete, (name for each in experiments for name in _ids(each)))


def tags(context: typer.Context, incomplete: str) -> list[str]:
    """For `--tag`."""
    found = (each.root.get("tags") for each in _documents(_paths(context)))
    return _beginning(incomplete, (tag for listed in found if isinstance(listed, list) for tag in listed))


def variants(context: typer.Context, incomplete: str) -> list[str]:
    """For `--variant`: those of every system that the experiments name."""
    return _beginning(incomplete, _names_in(_systems(context), "variants"))


def vars_to_set(context: typer.Context, incomplete: str) -> list[str]:
    """For `--set`: their vars, up to where the value begins."""
    if "=" in incomplete:
        return []
    return _beginning(incomplete, (f"{name}=" for name in _names_in(_systems(context), "vars")))


def backends(incomplete: str) -> list[str]:
    """For `--backend`: of links, then of services."""
    from chaos.backends import LINK_BACKENDS, SERVICE_BACKENDS

    return [name for name in (*LINK_BACKENDS, *SERVICE_BACKENDS) if name.startswith(incomplete)]


def rule_ids(incomplete: str) -> list[tuple[str, str]]:
    """For `rules`, with their names for shells that show them."""
    from chaos.rules import RULES

    return [(rule.id, rule.name) for rule in RULES.values() if rule.id.startswith(incomplete)]


def run_ids(incomplete: str) -> list[str]:
    """For `report`, newest first: they begin alike, so the newest is what is probably meant."""
    from chaos.run.folders import list_runs

    ids = ("last", *(run.id for run in reversed(list_runs())))
    return [name for name in ids if name.startswith(incomplete)]


def earlier_runs(incomplete: str) -> list[str]:
    """For `--against`: runs, then what may be results or hold some, a folder at a time as shells do it."""
    above, slash, begun = incomplete.rpartition("/")
    try:
        found = [
            f"{above}{slash}{each.name}{'/' if each.is_dir() else ''}"
            for each in sorted(Path(above + slash).iterdir())
            if each.name.startswith(begun)
            and (begun or not each.name.startswith("."))
            and (each.is_dir() or each.suffix == ".json")
        ]
    except OSError:
        found = []
    return [*run_ids(incomplete), *found]


def _ids(document: Document) -> Iterator[str]:
    """As the planner calls them; the file's name alone where its matrix can't be read."""
    from chaos.experiment.matrix import cells_of

    stem = document.path.stem
    try:
        yield from (f"{stem}{cell.suffix}" for cell in cells_of(document))
    except ChaosError:
        yield stem


def _names_in(documents: Sequence[Document], section: str) -> Iterator[str]:
    found = (each.root.get(section) for each in documents)
    return (name for listed in found if isinstance(listed, dict) for name in listed)


def _beginning(incomplete: str, names: Iterator[object]) -> list[str]:
    return sorted({name for name in names if isinstance(name, str) and name.startswith(incomplete)})


def _paths(context: typer.Context) -> Sequence[Path]:
    """The files and folders on the command line so far; by default those that the command would take."""
    from chaos.experiment.planner import find_files
    from chaos.project.project import project_experiments

    one = context.params.get("path")
    words = [one] if one else context.params.get("paths") or context.args  # not parsed yet, mostly
    given = [Path(path) for path in words]
    try:
        return find_files(given or project_experiments())
    except ChaosError:
        return ()


def _systems(context: typer.Context) -> list[Document]:
    """Those on the command line, and those that its experiments name."""
    named = _documents(_paths(context))
    systems = [each for each in named if "services" in each.root]
    paths = {each.path.parent / each.root["system"] for each in named if isinstance(each.root.get("system"), str)}
    return [*systems, *_documents(sorted(paths))]


def _documents(paths: Sequence[Path]) -> list[Document]:
    from chaos.experiment.include import load_whole

    found = []
    for path in paths:
        try:
            found.append(load_whole(path))
        except ChaosError:
            continue
    return found
