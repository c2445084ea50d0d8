"""`gatecrash schema`: the JSON Schema of the files, for editors."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer


class Which(StrEnum):
    experiment = "experiment"
    system = "system"


def schema(which: Annotated[Which, typer.Argument(help="Of which kind of file.")] = Which.experiment) -> int:
    """Print the JSON Schema of experiment (or system) files, for `# yaml-language-server: $schema=`."""
    from chaos.experiment.experiment import Experiment
    from chaos.experiment.system import System

    model = Experiment if which is Which.experiment else System
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(by_alias=True)}
    typer.echo(json.dumps(document, indent=2))
    return 0
