"""A draft from what was found in a folder and from answers."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from chaos.drafts.names import as_name, as_url, unlike
from chaos.drafts.system import ENTRY, UNKNOWN_APP, LinkDraft, ServiceDraft
from chaos.errors import InvalidOption
from chaos.init.dependency import Dependency, as_dependency
from chaos.init.detect import Found, detect
from chaos.init.first import Draft
from chaos.init.questions import Questions

MOST_DEPENDENCIES: Final = 20


def draft_by_asking(folder: Path, questions: Questions) -> Draft:
    """Raises `InvalidOption` for an answer that can't be used."""
    found = detect(folder)
    name = questions.text("What is the app called?", (found and found.name) or folder.resolve().name or "app")
    known = found.command if found is not None else UNKNOWN_APP
    start = questions.text("How is it started ({port} is where it must listen), or where does it run already?", known)
    app = _app(as_name(name), start, found)
    path = questions.path("Which page do users open first?", found.path if found is not None else "/")
    chosen = tuple(_dependencies(found, questions)) if app.command else ()
    names = _names(chosen, app.name)
    env = {each.variable: f"http://{{links.{names[each]}}}{each.rest}" for each in chosen}
    return Draft(
        name=name,
        services=(replace(app, env={**app.env, **env}), *(ServiceDraft(names[each], url=each.url) for each in chosen)),
        links=(
            LinkDraft(ENTRY, app.name, ("users come through this one",)),
            *(LinkDraft(names[each], names[each], (f"{app.name} finds it by {each.variable}",)) for each in chosen),
        ),
        path=path,
        faulted=names[chosen[0]] if chosen else ENTRY,
        comments=tuple(_comments(app, found, chosen)),
    )


def _app(name: str, start: str, found: Found | None) -> ServiceDraft:
    if start.startswith(("http://", "https://")):
        try:
            url = as_url(start)
        except ValueError as error:
            raise InvalidOption(str(error)) from None
        known = found is not None or start != UNKNOWN_APP
        return ServiceDraft(name, url=url, comments=() if known else ("change: no app was recognized here",))
    try:
        words = shlex.split(start)
    except ValueError as error:
        raise InvalidOption(f"{start!r} can't be split as in a shell: {str(error).lower()}") from None
    if not words:
        raise InvalidOption("an app needs a command that starts it, or the address where it runs already")
    if found is None or start != found.command:
        told = "{port}" in start
        return ServiceDraft(name, command=start, comments=() if told else ("change: tell it {port}, here or in `env`",))
    return ServiceDraft(name, command=start, env=found.env or {}, ready=found.ready, comments=(f"found: {found.says}",))


def _dependencies(found: Found | None, questions: Questions) -> Iterator[Dependency]:
    """They must run already: nothing is known of how to start them."""
    for each in found.dependencies if found is not None else ():
        if questions.yes(
            f"It finds {each.name} by {each.variable} ({each.url}). Does that run, and may it break?", False
        ):
            yield each
    for _ in range(MOST_DEPENDENCIES):
        answer = questions.text(
            "Another address that it takes from its environment (NAME=http://host:port; - for none)?", "-"
        )
        if answer in {"", "-"}:
            return
        variable, equals, address = answer.partition("=")
        try:
            if not (equals and variable.isidentifier()):
                raise ValueError(f"{answer!r} is not NAME=http://host:port")
            yield as_dependency(variable, address)
        except ValueError as error:
            raise InvalidOption(str(error)) from None


def _names(chosen: tuple[Dependency, ...], app: str) -> dict[Dependency, str]:
    names: dict[Dependency, str] = {}
    for each in chosen:
        names[each] = unlike(each.name, {app, ENTRY, *names.values()})
    return names


def _comments(app: ServiceDraft, found: Found | None, chosen: tuple[Dependency, ...]) -> Iterator[str]:
    """How to go on with what stands behind the app."""
    if not app.command:
        yield f"What stands behind {app.name} can be broken when it is started here: `command` instead of `url`."
        return
    others = [each for each in found.dependencies if each not in chosen] if found is not None else []
    for each in others:
        yield f"{app.name} also finds {each.name} by {each.variable}. To break that link, add"
        yield f'  to services:  {each.name}: {{url: "{each.url}"}}       # or a command that starts it'
        yield f"  to links:     {each.name}: {{to: {each.name}}}"
        yield f'  to {app.name}:  env: {{{each.variable}: "http://{{links.{each.name}}}{each.rest}"}}'
    for variable in found.needs if found is not None else ():
        yield f"{app.name} also reads {variable}; set it here (`env`) or where you run gatecrash."
    if not (chosen or others):
        yield "Each service that this one calls can be a service and a link here, too: then that link can be broken."
