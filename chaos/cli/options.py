"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chaos.cli import completion
from chaos.errors import InvalidOption
from chaos.experiment.systems import Choices, pairs
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
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Another value for one of the system's vars.",
        autocompletion=completion.vars_to_set,
    ),
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
        autocompletion=completion.earlier_runs,
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
    return Choices(variant=variant, vars=pairs(sets or ()), seed=seed)
