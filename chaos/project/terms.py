"""From the project file to the terms of one run: patterns resolved, names checked, dates held against the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase

from chaos.errors import InvalidFile
from chaos.experiment.problems import Problem, suggest
from chaos.gate.terms import Terms
from chaos.project.project import Project
from chaos.project.settings import Allowed


def make_terms(project: Project, known: Sequence[str], day: date) -> tuple[Terms, Mapping[str, str]]:
    """The terms, and the experiments that may be inconclusive on that day, each with the reason.

    `known`: the ids of all experiments of the project, whether or not they are run now. Raises `InvalidFile` for names
    that are none of them.
    """
    gate = project.settings.gate
    problems = [*_unknown(project, known), *_twice(project)]
    if problems:
        raise InvalidFile(sorted(problems))
    expired = {each.experiment: each for each in gate.allow_inconclusive if day > each.until}
    terms = Terms(
        file=project.file,
        required=tuple(dict.fromkeys(name for pattern in gate.required for name in _matching(pattern, known))),
        expired={name: f"that was allowed until {each.until}: {each.reason}" for name, each in expired.items()},
        flakes=gate.flakes,
        worse=gate.worse,
        fail_on_worse=gate.fail_on_worse,
    )
    return terms, allowed_on(day, project)


def allowed_on(day: date, project: Project) -> Mapping[str, str]:
    """The experiments that may be inconclusive on that day, each with the reason; the last day still counts."""
    allowed = project.settings.gate.allow_inconclusive
    return {each.experiment: _said(each, project) for each in allowed if day <= each.until}


def _said(allowed: Allowed, project: Project) -> str:
    return f"{allowed.reason}; until {allowed.until}, {project.file}"


def _matching(pattern: str, known: Sequence[str]) -> Iterator[str]:
    """An id is itself first: the brackets of a matrix mean something else in a pattern."""
    return iter([pattern]) if pattern in known else (name for name in known if fnmatchcase(name, pattern))


def _unknown(project: Project, known: Sequence[str]) -> Iterator[Problem]:
    gate, problem = project.settings.gate, project.document.problem
    for number, pattern in enumerate(gate.required):
        if not any(_matching(pattern, known)):
            message = f"no experiment is called {pattern!r}; {suggest(pattern, known)}"
            yield problem(("gate", "required", number), message)
    for number, each in enumerate(gate.allow_inconclusive):
        if each.experiment not in known:
            message = f"no experiment is called {each.experiment!r}; {suggest(each.experiment, known)}"
            yield problem(("gate", "allow_inconclusive", number, "experiment"), message)


def _twice(project: Project) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, each in enumerate(project.settings.gate.allow_inconclusive):
        if each.experiment in seen:
            message = f"{each.experiment!r} is allowed twice; keep one of them"
            yield project.document.problem(("gate", "allow_inconclusive", number, "experiment"), message)
        seen.add(each.experiment)
