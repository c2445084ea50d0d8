"""What a model can't see of steps: saved values that nobody saved, gates that there are not, what no browser does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chaos.experiment.loader import Document
from chaos.experiment.placeholders import saved_names
from chaos.experiment.problems import Location, Problem, suggest
from chaos.experiment.request import Step
from chaos.experiment.system import Journey, System
from chaos.journeys.browser.available import why_no_browser


def step_problems(document: Document, system: System) -> Iterator[Problem]:
    """In `before` of users, then in journeys, whose users bring along what they saved before."""
    brought: dict[str, frozenset[str]] = {}
    for name, users in system.users.items():
        location: Location = ("users", name, "before")
        yield from _unsaved(document, location, users.before, frozenset())
        yield from _gates(document, location, users.before, system)
        for index, step in enumerate(users.before):
            for key, given in (("retry", step.retry), ("again", step.again)):
                if given is not None:
                    message = f"what users do beforehand is done once, when nothing is broken; take {key} out"
                    yield document.problem((*location, index, key), message, at_key=True)
        brought[name] = frozenset(saved for step in users.before for saved in step.save)
    for name, journey in system.journeys.items():
        location = ("journeys", name, "steps")
        by_kind = [brought.get(kind, frozenset()) for kind in journey.kinds]
        known = frozenset.intersection(*by_kind) if by_kind else frozenset()
        yield from _unsaved(document, location, journey.steps, known)
        yield from _gates(document, location, journey.steps, system)
        if journey.browser:
            if (missing := why_no_browser()) is not None:
                yield document.problem(("journeys", name, "browser"), missing)
            yield from _beyond_browsers(document, ("journeys", name), journey)


def _unsaved(document: Document, location: Location, steps: Sequence[Step], known: frozenset[str]) -> Iterator[Problem]:
    """A name counts from the step after the one that saves it."""
    for index, step in enumerate(steps):
        for inner, text in _texts(step):
            for name in dict.fromkeys(saved_names(text)):
                if name not in known:
                    message = f"{{saved.{name}}}: no earlier step saves it; {suggest(name, known)}"
                    yield document.problem((*location, index, *inner), message)
        known |= set(step.save)


def _texts(step: Step) -> Iterator[tuple[Location, str]]:
    """Every text of a step in which saved values are put."""
    yield (step.method,), step.target
    mappings: Mapping[str, Mapping[str, str]] = {"headers": step.headers, "form": step.form or {}}
    for key, mapping in mappings.items():
        for name, text in mapping.items():
            yield (key, name), text
    yield from _inside(("json",), step.body)
    for field, part in (step.file or {}).items():
        if part.text is not None:
            yield ("file", field, "text"), part.text
    for key, texts in (("text", step.expect.text), ("no_text", step.expect.no_text)):
        yield from _inside(("expect", key), list(texts))
    yield from _inside(("expect", "json"), dict(step.expect.holds))
    yield from _inside(("expect", "header"), dict(step.expect.header))


def _inside(location: Location, found: Any) -> Iterator[tuple[Location, str]]:
    if isinstance(found, str):
        yield location, found
    elif isinstance(found, dict):
        for key, value in found.items():
            yield from _inside((*location, key), value)
    elif isinstance(found, list):
        for index, value in enumerate(found):
            yield from _inside((*location, index), value)


def _gates(document: Document, location: Location, steps: Sequence[Step], system: System) -> Iterator[Problem]:
    for index, step in enumerate(steps):
        if step.passes is not None and step.passes not in system.gates:
            message = f"there is no gate {step.passes!r}; {suggest(step.passes, system.gates)}"
            yield document.problem((*location, index, "passes"), message)


def _beyond_browsers(document: Document, location: Location, journey: Journey) -> Iterator[Problem]:
    """A person at a browser opens pages and sends forms; all else is for journeys without `browser`."""
    for index, step in enumerate(journey.steps):
        place = (*location, "steps", index)
        if step.method not in {"get", "post"}:
            yield document.problem((*place, step.method), f"a browser sends no {step.method}; it knows get and post")
        if step.method == "post" and step.form is None and step.file is None:
            message = "a browser sends a form; write what is typed into it under form, or chosen under file"
            yield document.problem((*place, "post"), message)
        given: dict[Location, bool] = {
            ("headers",): bool(step.headers),
            ("json",): step.body is not None,
            ("accept",): step.accept == "json",
            ("again",): step.again is not None,
            ("retry",): step.retry is not None and step.method == "post",
            ("key",): step.key is not None and step.key.header is not None,
            ("acknowledge",): step.acknowledge is not None,
            ("expect", "json"): bool(step.expect.holds),
            **{("save", name, "json"): saved.query is not None for name, saved in step.save.items()},
        }
        for inner, is_given in given.items():
            if is_given:
                message = f"a person at a browser can't do that; take {inner[-1]} out"
                yield document.problem((*place, *inner), message, at_key=True)
