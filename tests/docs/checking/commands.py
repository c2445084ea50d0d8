"""Command lines, held against the commands, flags, targets and extras that there are."""

from __future__ import annotations

import functools
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typer

from chaos.cli.app import COMMANDS, make_app
from chaos.proxy import flags

REPOSITORY: Final = Path(__file__).resolve().parents[3]
_OPERATORS: Final = frozenset("|&;<>()")
_KEYWORDS: Final = {"if", "then", "else", "fi", "for", "do", "done", "while", "!", "{", "}", "time", "exec"}
_ASSIGNMENT: Final = re.compile(r"\w+=")
_OF_THE_COMMAND_ITSELF: Final = {"--version", "--help", "--install-completion", "--show-completion"}


def shown_commands(text: str) -> Iterator[str]:
    """The command lines of a block. Where some begin with a prompt, the others are what they print."""
    lines = text.replace("\\\n", " ").splitlines()
    prompted = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    yield from prompted or (line for line in lines if line.strip())


def problems_of(line: str) -> Iterator[str]:
    """What is wrong with a command line; one that nobody knows is, too."""
    try:
        simple = list(_simple_commands(line))
    except ValueError as error:
        yield f"{line!r} can't be split as in a shell: {error}"
        return
    for program, *arguments in simple:
        check = _PROGRAMS.get(program)
        if check is None:
            yield f"{program!r} is not among the programs that pages may show; add it to _PROGRAMS if it is meant"
        else:
            yield from check(arguments)


def flag_problems_of(code: str) -> Iterator[str]:
    """Of a command that prose names (`gatecrash run --repeat N`): its name and its flags."""
    words = code.split()[1:]
    if not words or words[0] in {"...", "proxy"}:
        return
    command, rest = _command(words)
    if command is None:
        yield f"`{code}`: {words[0]!r} is no command"
        return
    known = {flag for each in command.params for flag in (*each.opts, *each.secondary_opts)} | {"--help"}
    for word in rest:
        flag = word.partition("=")[0].strip(",.;:")
        if word.startswith("-") and flag not in known and flag not in _OF_THE_COMMAND_ITSELF:
            yield f"`{code}`: {flag} is no option of it"


def _simple_commands(line: str) -> Iterator[list[str]]:
    """Each program with its arguments, without assignments before it, keywords of the shell and redirections."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="".join(_OPERATORS))
    lexer.whitespace_split = True
    words: list[str] = []
    to_a_file = False
    for token in lexer:
        if not token or set(token) - _OPERATORS:
            if to_a_file:
                to_a_file = False
            elif words or not (token in _KEYWORDS or _ASSIGNMENT.match(token)):
                words.append(token)
        elif set(token) & set("<>"):
            to_a_file = True
            if words and words[-1] in {"1", "2"}:
                words.pop()
        elif words:
            yield words
            words = []
    if words:
        yield words


def _gatecrash(arguments: Sequence[str]) -> Iterator[str]:
    if not arguments or arguments[0] in _OF_THE_COMMAND_ITSELF:
        return
    if arguments[0] == "proxy":
        try:
            flags.parse(arguments[1:])
        except flags.HelpWanted:
            pass
        except flags.BadFlag as error:
            yield f"gatecrash proxy: {error}"
        return
    command, rest = _command(arguments)
    if command is None:
        yield f"gatecrash {' '.join(arguments)}: there is no such command"
        return
    try:
        command.make_context("gatecrash", list(rest))
    except typer.Exit:
        pass
    except Exception as error:  # of typer's own parser, whichever click that is made of
        yield f"gatecrash {' '.join(arguments)}: {getattr(error, 'message', None) or error}"


def _command(words: Sequence[str]) -> tuple[Any, Sequence[str]]:
    """The command that the first word names, if there is one, and its arguments."""
    name, *rest = words
    return (_app(name).commands[name] if name in COMMANDS else None), rest


@functools.cache
def _app(name: str) -> Any:
    return typer.main.get_command(make_app(name))


def _make(arguments: Sequence[str]) -> Iterator[str]:
    targets = re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    for each in arguments:
        if not each.startswith("-") and "=" not in each and each not in targets:
            yield f"make {each}: there is no such target"


def _python(arguments: Sequence[str]) -> Iterator[str]:
    match [*arguments]:
        case ["-m", "pip", *rest]:
            yield from _pip(rest)
        case ["-m", module, *_] if module.partition(".")[0] == "chaos":
            if importlib.util.find_spec(module) is None:
                yield f"python -m {module}: there is no such module"
        case [script, *_] if "/" in script and script.endswith(".py") and not (REPOSITORY / script).is_file():
            yield f"python {script}: there is no such file"


def _pip(arguments: Sequence[str]) -> Iterator[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    for each in arguments:
        asked = re.fullmatch(r"gatecrash(?:\[([\w,-]+)\])?", each)
        for extra in (asked.group(1) or "").split(",") if asked else ():
            if extra and extra not in project["optional-dependencies"]:
                yield f"pip install {each}: there is no extra {extra!r}"


def _anything(_: Sequence[str]) -> Iterator[str]:
    """Not ours to know."""
    yield from ()


_PROGRAMS: Final[Mapping[str, Callable[[Sequence[str]], Iterator[str]]]] = {
    "gatecrash": _gatecrash,
    "make": _make,
    "pip": _pip,
    "python": _python,
    "python3": _python,
    **dict.fromkeys(
        ("cat", "cd", "cp", "curl", "docker", "echo", "export", "exit", "git", "kill", "mkdir", "pytest", "source"),
        _anything,
    ),
    ".venv-chaostoolkit/bin/pip": _anything,
    "chaos": _anything,
    "toxiproxy-cli": _anything,
    "toxiproxy-server": _anything,
}
