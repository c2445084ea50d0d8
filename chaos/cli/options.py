"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from chaos.cli import completion
from chaos.errors import InvalidFile, InvalidOption
from chaos.experiment.loader import parse
from chaos.experiment.plan import Plan
from chaos.experiment.planner import find_files, make_plans
from chaos.experiment.systems import Choices
from chaos.run.room import MOST_AT_ONCE

MOST_RETRIES = 20
MOST_REPEATS = 1000


class Annotator(StrEnum):
    """Reporters whose output a pipeline reads line by line from what the command prints."""

    github = "github"


Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Experiment files or folders of them; by default experiments/.", show_default=False),
]
Variant = Annotated[
    str | None,
    typer.Option(help="Run against this variant of the system.", autocompletion=completion.variants),
]
Sets = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Another value for one of the system's vars.")
]
Seed = Annotated[int, typer.Option(help="Same seed: same arrivals, payloads and random numbers of toxics.")]
Keyword = Annotated[
    str | None,
    typer.Option(
        "-k",
        metavar="TEXT",
        help="Only experiments whose id or name contains this.",
        autocompletion=completion.experiment_ids,
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", help="Only experiments with this tag (any of several).", autocompletion=completion.tags),
]

Retry = Annotated[
    int,
    typer.Option(
        "--retry-inconclusive",
        metavar="N",
        min=0,
        max=MOST_RETRIES,
        help="Run an experiment again when nothing could be concluded, up to N times; the last attempt counts.",
    ),
]

Annotations = Annotated[
    Annotator | None,
    typer.Option("--annotations", help="Also print workflow commands that mark the lines of YAML that did not hold."),
]

Against = Annotated[
    list[str] | None,
    typer.Option(
        metavar="RESULTS",
        help="Compare with earlier runs: a results.json, a folder of them or of runs, or a run's id; several are more "
        "to tell chance by.",
    ),
]

Jobs = Annotated[
    str,
    typer.Option(
        "--jobs",
        metavar="N|auto",
        help="Run this many at once, each on a system of its own; auto: as many as this machine has time for.",
    ),
]


def asked_jobs(text: str) -> int | None:
    """None for `auto`. Raises `InvalidOption`."""
    if text == "auto":
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_AT_ONCE):
        raise InvalidOption(f"--jobs: {text!r} is neither auto nor a whole number from 1 to {MOST_AT_ONCE}")
    return int(text)


Repeat = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=1,
        max=MOST_REPEATS,
        help="Run each experiment N times; the worst verdict counts, and reports say how often each came.",
    ),
]


def choices(variant: str | None, sets: Sequence[str] | None, seed: int) -> Choices:
    """Raises `InvalidOption` for a `--set` that is no NAME=VALUE."""
    return Choices(variant=variant, vars=_pairs(sets or ()), seed=seed)


def select(
    paths: Sequence[Path] | None, chosen: Choices, keyword: str | None, tags: Sequence[str] | None
) -> tuple[Plan, ...]:
    """The plans to run. Raises `InvalidFile` with every problem of every file, or `InvalidOption` if none is left."""
    return matching(planned(paths, chosen), keyword, tags)


def planned(paths: Sequence[Path] | None, chosen: Choices) -> tuple[Plan, ...]:
    """All experiments there. Raises as `select` does."""
    found = make_plans(find_files(paths or ()), chosen)
    if found.problems:
        raise InvalidFile(found.problems)
    if not found.plans:
        raise InvalidOption("there is no experiment among these files")
    return found.plans


def matching(plans: Sequence[Plan], keyword: str | None, tags: Sequence[str] | None) -> tuple[Plan, ...]:
    """Those that are wanted. Raises `InvalidOption` if none is."""
    wanted = tuple(plan for plan in plans if _matches(plan, keyword, tags or ()))
    if not wanted:
        known = ", ".join(sorted({tag for plan in plans for tag in plan.experiment.tags}))
        raise InvalidOption(f"none of the {len(plans)} experiments matches; their tags are: {known or 'none'}")
    return wanted


def _matches(plan: Plan, keyword: str | None, tags: Sequence[str]) -> bool:
    text = f"{plan.id} {plan.experiment.name}".casefold()
    return (keyword is None or keyword.casefold() in text) and (not tags or bool(set(tags) & set(plan.experiment.tags)))


def _pairs(sets: Sequence[str]) -> Mapping[str, Any]:
    """`mode=fragile` as a YAML value, so that numbers and booleans mean what they mean in a file."""
    found: dict[str, Any] = {}
    for each in sets:
        name, equals, value = each.partition("=")
        if not (name and equals):
            raise InvalidOption(f"--set: {each!r} is not NAME=VALUE")
        try:
            found[name.strip()] = parse(f"value: {value}", Path("--set")).root["value"]
        except InvalidFile:
            message = f"--set: {value!r} is not a YAML value; quote it, like --set '{name}=\"{value}\"'"
            raise InvalidOption(message) from None
    return found
