"""All subcommands in one table, and what happens to the errors that they raise."""

from __future__ import annotations

import functools
import logging
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer
from rich.console import Console

from chaos.errors import ChaosError, InvalidFile
from chaos.verdict.verdict import BUG

HELP = """Break an app's dependencies on purpose, and judge what its users were told.

Start with `gatecrash demo`, then `gatecrash run experiments/`. `gatecrash proxy --help` explains the proxy alone.
"""


def make_app() -> typer.Typer:
    """Each command is one module of this package, and returns its exit code."""
    from chaos.cli import demo, faults, report, rollback, run, runs, schema, validate

    app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    commands: Mapping[str, Callable[..., int]] = {
        "demo": demo.demo,
        "run": run.run,
        "validate": validate.validate,
        "report": report.report,
        "runs": runs.runs,
        "faults": faults.faults,
        "schema": schema.schema,
        "rollback": rollback.rollback,
    }
    for name, command in commands.items():
        app.command(name)(_exiting(command))
    app.command("proxy")(_proxy)
    app.callback()(_global)
    return app


def run_command(arguments: Sequence[str]) -> int:
    """Runs one subcommand and returns its exit code; an expected error is a line or two on stderr."""
    logging.basicConfig(
        level=os.environ.get("LOG_LEVEL", "WARNING").upper(), format="%(levelname)s %(name)s: %(message)s"
    )
    try:
        make_app()(args=list(arguments), prog_name="gatecrash")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except ChaosError as error:
        _say(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception:
        traceback.print_exc()
        _stderr().print("\nThis is a bug in Gatecrash. Please report it with the lines above.", style="bold red")
        return BUG
    return 0


def _exiting(command: Callable[..., int]) -> Callable[..., None]:
    @functools.wraps(command)
    def exiting(*args: Any, **options: Any) -> None:
        raise typer.Exit(command(*args, **options))

    return exiting


def _say(error: ChaosError) -> None:
    console = _stderr()
    if isinstance(error, InvalidFile):
        for problem in error.problems:
            console.print(str(problem), markup=False)
        count = len(error.problems)
        console.print(f"{count} problem{'s' if count != 1 else ''}; nothing was touched", style="bold red")
        return
    console.print(f"gatecrash: {error}", style="red", markup=False)


def _stderr() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def _global(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """Only for the help: `--version` is answered before this module is imported."""


def _proxy() -> None:
    """Run the embedded proxy alone: a drop-in for toxiproxy-server."""
