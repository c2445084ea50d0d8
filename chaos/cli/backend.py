"""Who breaks the links: the options, and what each backend can't do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from chaos.backends import BACKENDS
from chaos.backends.external import parse_url
from chaos.backends.links import Choice
from chaos.errors import InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.problems import suggest
from chaos.faults.fault import SetToxics

Backend = Annotated[str, typer.Option(help=f"Who breaks the links: {', '.join(BACKENDS)}.")]
ToxiproxyUrl = Annotated[
    str | None,
    typer.Option(help="With --backend toxiproxy: a server that runs; without it, toxiproxy-server on PATH is started."),
]


def backend_choice(backend: str, toxiproxy_url: str | None) -> Choice:
    """Raises `InvalidOption` for a backend that isn't known, or an address that can't work."""
    if backend not in BACKENDS:
        raise InvalidOption(f"--backend: there is no backend {backend!r}; {suggest(backend, BACKENDS)}")
    if toxiproxy_url is not None:
        if backend != "toxiproxy":
            raise InvalidOption("--toxiproxy-url goes with --backend toxiproxy")
        parse_url(toxiproxy_url)
    return Choice(backend, toxiproxy_url)


def supported(plans: Sequence[Plan], choice: Choice, *, skip: bool) -> tuple[tuple[Plan, ...], Mapping[str, str]]:
    """The plans that this backend can run, and why it can't run the others.

    Raises `InvalidOption` with the whole list when there are such and they shall not be skipped, or none is left.
    """
    reasons = {plan.id: reason for plan in plans if (reason := _unsupported(plan, choice.backend))}
    if reasons and not skip:
        listed = "\n".join(f"  {plan}: {reason}" for plan, reason in reasons.items())
        raise InvalidOption(
            f"the backend {choice.backend} can't inject these faults; leave them out with --skip-unsupported\n{listed}"
        )
    remaining = tuple(plan for plan in plans if plan.id not in reasons)
    if not remaining:
        raise InvalidOption(f"the backend {choice.backend} can run none of these experiments")
    return remaining, reasons


def _unsupported(plan: Plan, backend: str) -> str:
    """The faults that it can't inject, and who can; empty when there are none."""
    found = []
    for fault in plan.faults:
        change = fault.entry.change
        needs = {need for toxic in change.toxics for need in toxic.needs} if isinstance(change, SetToxics) else set()
        if not needs <= BACKENDS[backend].toxics:
            able = [name for name, each in BACKENDS.items() if needs <= each.toxics]
            found.append(f"{fault.name} needs the backend {' or '.join(able)}")
    return "; ".join(found)
