"""`gatecrash rules`: what answers are judged by, and one rule explained by examples."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from chaos.cli import completion
from chaos.errors import InvalidOption

if TYPE_CHECKING:
    from chaos.rules import Rule
    from chaos.rules.example import Example

_WIDEST: Final = 100
_INDENT: Final = "     "
_NOTES: Final = (
    "on: H who asked for HTML, J for JSON, U a user's whole journey, B needs a browser",
    "level: E makes an answer broken, W is a finding; always: judged also when all went well",
    "`gatecrash rules G12` explains one",
)


def rules(
    rule_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="Explain this rule, such as G12.",
            show_default=False,
            autocompletion=completion.rule_ids,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The reference page of all rules instead.")] = False,
) -> int:
    """List the graceful rules, or explain one with a bad and a good example."""
    from chaos.rules import RULE_PACK_VERSION, RULES

    if markdown:
        from chaos.rules.handbook import as_markdown

        if rule_id is not None or as_json:
            raise InvalidOption("--markdown makes the page of all rules; leave the id and --json out")
        typer.echo(as_markdown(), nl=False)
        return 0
    if rule_id is None:
        if as_json:
            listed = [_as_data(rule) for rule in RULES.values()]
            typer.echo(json.dumps({"version": RULE_PACK_VERSION, "rules": listed}, indent=2))
        else:
            typer.echo("\n".join(_listed(_width())))
        return 0
    rule = _wanted(rule_id)
    if as_json:
        from chaos.rules.example import examples_of

        examples = [_example_as_data(example) for example in examples_of(rule.id)]
        typer.echo(json.dumps({"version": RULE_PACK_VERSION, **_as_data(rule), "examples": examples}, indent=2))
    else:
        typer.echo("\n".join(_explained(rule, _width())))
    return 0


def _wanted(rule_id: str) -> Rule:
    from chaos.experiment.problems import suggest
    from chaos.rules import RULES

    digits = rule_id.upper().removeprefix("G")
    wanted = f"G{int(digits):02}" if digits.isascii() and digits.isdigit() else rule_id.upper()
    rule = RULES.get(wanted)
    if rule is None:
        named = [f"{each.id} ({each.name})" for each in RULES.values() if rule_id.lower() in each.name.lower()]
        hint = f"did you mean {' or '.join(named)}?" if named else suggest(wanted, RULES)
        raise InvalidOption(f"there is no rule {rule_id!r}; {hint}")
    return rule


def _width() -> int:
    return max(40, min(_WIDEST, shutil.get_terminal_size().columns))


def _wrapped(text: str, width: int, indent: str = _INDENT) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _listed(width: int) -> Iterator[str]:
    from chaos.rules import RULES

    yield "id   name                     on   level"
    for rule in RULES.values():
        always = "  always" if rule.always else ""
        yield f"{rule.id}  {rule.name:<24} {rule.on:<4} {rule.level}{always}".rstrip()
        yield from _wrapped(rule.passes_when, width)
    yield ""
    yield from _wrapped("on: H who asked for HTML, J for JSON, U a user's whole journey, B needs a browser", width, "")
    yield from _wrapped(
        "level: E makes an answer broken, W is a finding; `gatecrash rules G12` explains one", width, ""
    )


def _explained(rule: Rule, width: int) -> Iterator[str]:
    from chaos.rules.example import examples_of

    yield f"{rule.id} {rule.name} (on {rule.on}, level {rule.level}{', always' if rule.always else ''})"
    for label, text in (("passes when", rule.passes_when), ("what to do", rule.advice), ("source", rule.source)):
        yield ""
        yield f"{label}:"
        yield from _wrapped(text, width, "  ")
    examples = examples_of(rule.id)
    shown: set[tuple[bool, bool]] = set()
    for example in examples:
        kind = (example.good, example.story is not None)
        if kind not in shown:
            shown.add(kind)
            yield ""
            yield from _example(example, width)
    more = len(examples) - len(shown)
    if more:
        yield ""
        yield f"{more} more: gatecrash rules {rule.id} --json"


def _example(example: Example, width: int) -> Iterator[str]:
    from chaos.rules.example import said_of
    from chaos.rules.handbook import as_lines

    yield from _wrapped(f"{'good' if example.good else 'bad'}: {example.about}", width, "")
    yield ""
    yield from (f"  | {line}".rstrip() for line in as_lines(example))
    yield ""
    said = said_of(example)
    yield from _wrapped(f"{example.rule}: {said}" if said else f"{example.rule} passes", width, "  => ")


def _as_data(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "on": rule.on,
        "level": rule.level,
        "always": rule.always,
        "judges": [kind for kind, function in (("answer", rule.check), ("run", rule.story)) if function is not None],
        "passes_when": rule.passes_when,
        "advice": rule.advice,
        "source": rule.source,
    }


def _example_as_data(example: Example) -> dict[str, object]:
    from chaos.rules.example import said_of
    from chaos.rules.handbook import as_lines

    return {
        "good": example.good,
        "about": example.about,
        "judges": "answer" if example.story is None else "run",
        "shown": list(as_lines(example)),
        "finding": said_of(example),
    }
