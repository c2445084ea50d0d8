"""All subcommands in one table, and what happens to the errors that they raise."""

from __future__ import annotations

import ast
import functools
import importlib
import io
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from chaos.errors import BUG, SIGNALLED, ChaosError, InvalidFile

if TYPE_CHECKING:
    from rich.console import Console

HELP = """Break an app's dependencies on purpose, and judge what its users were told.

Start with `gatecrash demo`, then `gatecrash run experiments/`. `gatecrash proxy --help` explains the proxy alone.
"""


COMMANDS: Final = (
    "demo",
    "init",
    "ctk",
    "run",
    "up",
    "watch",
    "workshop",
    "validate",
    "prove",
    "worker",
    "report",
    "runs",
    "faults",
    "rules",
    "lint",
    "schema",
    "doctor",
    "rollback",
)
"""Each is a function of its own name, in a module of this package of that name, and returns its exit code."""


def make_app(wanted: str | None) -> typer.Typer:
    """Only the module of the wanted command is imported; the others are there for the help, the names and typos."""
    app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    for name in COMMANDS:
        if name == wanted:
            command = getattr(importlib.import_module(f"chaos.cli.{name}"), name)
            app.command(name)(_exiting(command))
        else:
            app.command(name, help=summary(name))(_not_imported)
    app.command("proxy")(_proxy)
    app.callback()(_global)
    return app


def summary(name: str) -> str:
    """What a command says of itself, read from its source: to import all of them takes a second."""
    module = ast.parse(Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
    found = next(node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return ast.get_docstring(found) or ""


def named_command(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """The subcommand of a command line: its first word that is no option. None when there is none (yet).

    A shell that wants a completion hands over the line in its environment, and no arguments.
    """
    line = environment.get("COMP_WORDS") or environment.get("_TYPER_COMPLETE_ARGS")
    words = line.split()[1:] if line and "_GATECRASH_COMPLETE" in environment else arguments
    first = next((word for word in words if not word.startswith("-")), None)
    return first if first in COMMANDS else None


def run_command(arguments: Sequence[str]) -> int:
    """Runs one subcommand and returns its exit code; an expected error is a line or two on stderr."""
    _configure_output()
    try:
        wanted = named_command(arguments, os.environ)
        make_app(wanted)(args=list(arguments), prog_name="gatecrash")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except ChaosError as error:
        _say(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception:
        traceback.print_exc()
        _stderr().print("\nThis is a bug in Gatecrash. Please report it with the lines above.", style="bold red")
        return BUG
    return 0


def _exiting(command: Callable[..., int]) -> Callable[..., None]:
    @functools.wraps(command)
    def exiting(*args: Any, **options: Any) -> None:
        try:
            code = command(*args, **options)
            sys.stdout.flush()
        except (BrokenPipeError, SystemExit):  # whoever read the output has gone; rich says so by a SystemExit of 1,
            # and typer would, too: that is the code of a failed experiment
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = SIGNALLED + signal.SIGPIPE
        raise typer.Exit(code)

    return exiting


def _configure_output() -> None:
    """A level that is none of ours (`LOG_LEVEL` may be meant for the app) is passed over, and so is a character that
    the terminal can't show.
    """
    level = logging.getLevelNamesMapping().get(os.environ.get("LOG_LEVEL", "").upper(), logging.WARNING)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


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
    """Made when something is to be said: rich takes its time to load."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def _global(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """Only for the help: `--version` is answered before this module is imported."""


def _not_imported() -> None:
    """Stands for the commands that are not wanted now, and so is never called."""
    raise AssertionError("a command was called that was not imported")


def _proxy() -> None:
    """Run the embedded proxy alone: a drop-in for toxiproxy-server."""
