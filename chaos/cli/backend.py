"""Who breaks the links: the options, and what each backend can't do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from chaos.backends import BACKENDS
from chaos.backends.links import Choice
from chaos.backends.support import able_to_inject, check_servers
from chaos.errors import InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.problems import suggest
from chaos.experiment.servers import UNNAMED, host_and_port

Backend = Annotated[str, typer.Option(help=f"Who breaks the links: {', '.join(BACKENDS)}.")]
ToxiproxyUrl = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[NAME=]URL",
        help="With --backend toxiproxy: a server that runs; without it, toxiproxy-server on PATH is started. With a "
        "name, the server of the links that say `toxiproxy: NAME`; may be given several times.",
    ),
]
_NAMED = re.compile(r"([A-Za-z_][\w-]*)=(.*)")


def backend_choice(backend: str, toxiproxy_urls: Sequence[str] | None) -> Choice:
    """Raises `InvalidOption` for a backend that isn't known, or an address that can't work."""
    if backend not in BACKENDS:
        raise InvalidOption(f"--backend: there is no backend {backend!r}; {suggest(backend, BACKENDS)}")
    if toxiproxy_urls and backend != "toxiproxy":
        raise InvalidOption("--toxiproxy-url goes with --backend toxiproxy")
    urls: dict[str, str] = {}
    for given in toxiproxy_urls or ():
        named = _NAMED.fullmatch(given)
        name, url = (named[1], named[2]) if named is not None else (UNNAMED, given)
        try:
            host_and_port(url)
        except ValueError as error:
            raise InvalidOption(f"--toxiproxy-url: {error}") from None
        if name in urls:
            raise InvalidOption(f"--toxiproxy-url: {name or 'an address without a name'} is given twice")
        urls[name] = url
    return Choice(backend, urls)


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
    check_servers({plan.file: plan.system for plan in remaining}, choice)
    return remaining, reasons


def _unsupported(plan: Plan, backend: str) -> str:
    """The faults that it can't inject, and who can; empty when there are none."""
    able = {fault.name: able_to_inject(fault.entry.change) for fault in plan.faults}
    return "; ".join(f"{name} needs the backend {' or '.join(who)}" for name, who in able.items() if backend not in who)
