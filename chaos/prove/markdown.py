"""The kill matrix as a document that is kept beside the experiments: no dates, no durations, no names of runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chaos.prove.cell import Result, State
from chaos.prove.matrix import Matrix
from chaos.reports.words import printable

WORDS: Final[dict[State, str]] = {
    "killed": "✘",
    "survived": "○",
    "held": "✔",
    "refuted": "fails",
    "inconclusive": "?",
    "error": "!",
    "not run": "·",
}

HEAD = """# The kill matrix

Made by `gatecrash prove --markdown FILE`. Each experiment is run on the variants of the system that it says it catches
(`catches`), and must fail there (✘ killed); once with its faults muted, when no claim may be refuted (✔ held){full}.
○ survived, ? inconclusive, ! error, · not run; an empty field was not asked for.
"""
FULL = "; and on\nevery other variant as well, and on the plain system, which must pass (✔ held)"


def as_markdown(matrix: Matrix) -> str:
    sections = [HEAD.format(full=FULL if matrix.full else "")]
    for system in matrix.systems:
        sections.append(f"## {printable(system)}\n")
        sections.append("\n".join(_table(matrix, system)) + "\n")
        sections.append("### What kills each variant\n")
        sections.append("\n".join(_kills(matrix, system)) + "\n")
    if matrix.problems:
        sections.append("## What is wrong\n")
        sections.append("\n".join(f"- {_plain(problem)}" for problem in matrix.problems) + "\n")
    return "\n".join(sections)


def _table(matrix: Matrix, system: str) -> Iterator[str]:
    variants = matrix.variants(system)
    counter = ("muted", "plain") if matrix.full else ("muted",)
    yield f"| experiment | {' | '.join((*counter, *map(_plain, variants)))} |"
    yield f"| --- |{' :-: |' * (len(counter) + len(variants))}"
    for plan in matrix.plans(system):
        found = [matrix.muted(plan), *([matrix.plain(plan)] if matrix.full else [])]
        found += [matrix.variant(plan, variant) for variant in variants]
        yield f"| {_plain(plan.id)} | {' | '.join(map(_word, found))} |"


def _kills(matrix: Matrix, system: str) -> Iterator[str]:
    yield "| variant | experiment | by |"
    yield "| --- | --- | --- |"
    for variant in matrix.variants(system):
        found = [each for plan in matrix.plans(system) if (each := matrix.variant(plan, variant)) is not None]
        killed = [each for each in found if each.state == "killed"]
        for each in killed:
            yield f"| {_plain(variant)} | {_plain(each.cell.plan.id)} | {_plain(each.by)} |"
        if not killed:
            yield f"| {_plain(variant)} | nothing | |"


def _word(result: Result | None) -> str:
    return "" if result is None else WORDS[result.state]


def _plain(text: str) -> str:
    return printable(text).replace("\n", " ").replace("|", "\\|").replace("<", "&lt;")
