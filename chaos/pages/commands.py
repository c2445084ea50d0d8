"""Every command with its arguments and options, read from the function that is the command."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo, OptionInfo

from chaos.cli.app import COMMANDS
from chaos.pages.markdown import table
from chaos.proxy.flags import USAGE

_HEAD: Final = """# Commands

Made from the commands themselves; a test keeps it true. `gatecrash COMMAND --help` says the same.

Without a PATH, commands that take experiments look into `experiments/`. What they end with stands under
[exit codes](exit-codes.md). An option with `...` behind it may be given several times. Where output is no terminal, or
`CI=true`, it is plain lines; `NO_COLOR` is respected.
"""
_KINDS: Final[dict[type, str]] = {int: "NUMBER", float: "NUMBER", str: "TEXT", Path: "PATH"}


@dataclass(frozen=True, slots=True)
class _Parameter:
    """`kind` is what one value of it is; `many`: it may be given again."""

    name: str
    info: ArgumentInfo | OptionInfo
    kind: type
    many: bool
    default: object

    @property
    def value(self) -> str:
        if self.info.metavar:
            return self.info.metavar
        if issubclass(self.kind, Enum):
            return "|".join(str(each.value) for each in self.kind)
        return _KINDS[self.kind]


def as_markdown() -> str:
    """The whole of `docs/commands.md`."""
    lines = [_HEAD]
    for name in COMMANDS:
        lines += _section(name, getattr(importlib.import_module(f"chaos.cli.{name}"), name))
    lines += ["## gatecrash proxy\n", "The embedded proxy alone: a drop-in for toxiproxy-server.\n"]
    lines += ["```text", USAGE.expandtabs(4).rstrip(), "```", ""]
    return "\n".join(lines)


def _section(name: str, command: Callable[..., int]) -> Iterator[str]:
    yield f"## gatecrash {name}\n"
    yield f"{inspect.getdoc(command)}\n"
    found = list(_parameters(command))
    arguments = [_argument(each) for each in found if isinstance(each.info, ArgumentInfo)]
    options = [_option(each) for each in found if isinstance(each.info, OptionInfo)]
    if arguments:
        yield from table(("argument", "default", "meaning"), arguments)
        yield ""
    if options:
        yield from table(("option", "default", "meaning"), options)
        yield ""


def _parameters(command: Callable[..., int]) -> Iterator[_Parameter]:
    """What may be None, is None when it is not given: that is said by an empty default."""
    hints = get_type_hints(command, include_extras=True)
    for name, parameter in inspect.signature(command).parameters.items():
        hint, info = _apart(hints[name])
        if get_origin(hint) is UnionType:
            (hint,) = (each for each in get_args(hint) if each is not NoneType)
        many = get_origin(hint) is list
        yield _Parameter(name, info, get_args(hint)[0] if many else hint, many, parameter.default)


def _apart(hint: Any) -> tuple[Any, ArgumentInfo | OptionInfo]:
    """The type, and what typer is told about it."""
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{hint}: a parameter of a command says in `Annotated` what it means")
    kind, info = get_args(hint)[:2]
    return kind, info


def _argument(parameter: _Parameter) -> tuple[str, str, str]:
    name = (parameter.info.metavar or parameter.name.upper()).strip("[]") + ("..." if parameter.many else "")
    needed = parameter.default is inspect.Parameter.empty
    return f"`{name if needed else f'[{name}]'}`", _default(parameter), parameter.info.help or ""


def _option(parameter: _Parameter) -> tuple[str, str, str]:
    first = parameter.info.default  # in `Annotated`, typer takes the first of the names for the default
    given = [*([first] if isinstance(first, str) else []), *(parameter.info.param_decls or ())]
    given = given or [f"--{parameter.name.replace('_', '-')}"]
    *short, longest = sorted(given, key=len)
    value = "" if parameter.kind is bool else f" {parameter.value}"
    names = ", ".join([*(f"`{each}`" for each in short), f"`{longest}{value}`"])
    return f"{names}{' `...`' if parameter.many else ''}", _default(parameter), parameter.info.help or ""


def _default(parameter: _Parameter) -> str:
    """What is off or empty unless given, has none to speak of."""
    value = parameter.default
    if value is None or value is False or value is inspect.Parameter.empty:
        return ""
    return f"`{value.value if isinstance(value, Enum) else value}`"
