"""Probes that are no users' requests: what the system file can say of them, and a Python function for the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pprint import pformat
from typing import Any, Final
from urllib.parse import quote

from chaos.ctk.actions import EXTENSION
from chaos.ctk.model import Activity, Provider
from chaos.ctk.places import Places
from chaos.drafts.entry import Block, Entry

START_S: Final = 4.0
"""A function is called in a process of its own, which has this long to start."""


@dataclass(frozen=True, slots=True)
class Function:
    """One of the file of functions: asks as the original does, and says whether the answer is tolerated."""

    name: str
    about: str
    answer: str
    tolerance: Any

    def __str__(self) -> str:
        tolerance = pformat(self.tolerance, width=100, sort_dicts=False).replace("\n", "\n    ")
        return (
            f"def {self.name}(services):\n    {self.about!r}\n"
            f"    tolerance = {tolerance}\n    return asked.within(tolerance, {self.answer})\n"
        )


def probe_of(name: str, activity: Activity, places: Places) -> Entry | None:
    """None when only a function can ask it."""
    provider, tolerance = activity.provider, activity.tolerance
    if provider.type == "process" and type(tolerance) is int and tolerance == 0:
        entries = [Entry("command", provider.command, "1 when its exit code is 0; run in this file's folder")]
    elif provider.module.startswith(EXTENSION) and (asked := _of_proxy(provider, tolerance)) is not None:
        path, value = asked
        entries = [Entry("get", f"{places.toxiproxy()}:{path}"), *([Entry("value", value)] if value else [])]
    else:
        return None
    return Entry(name, Block((*entries, *within(provider))))


def function_of(name: str, activity: Activity) -> Function:
    """Whatever the probe is, for a tolerance that is not beyond asking."""
    tolerance, provider = activity.tolerance, activity.provider
    given: Mapping[str, Sequence[object]] = {
        "http": (provider.url, provider.method.upper(), dict(provider.headers), provider.arguments, provider.timeout_s),
        "process": (provider.path, provider.arguments or [], provider.timeout_s),
        "python": (provider.module, provider.func, dict(provider.named_arguments)),
    }
    arguments = ", ".join(map(repr, given[provider.type])) + (", CONFIGURATION" if provider.type == "python" else "")
    return Function(name, activity.name, f"asked.{provider.type}({arguments})", tolerance)


def functions_file(functions: Sequence[Function], source: str, configuration: Mapping[str, object]) -> str:
    """A module with all of them."""
    head = f'"""Probes of {source}, asked as Chaos Toolkit asks them: true when the answer is within its tolerance."""'
    known = f"CONFIGURATION = {pformat(dict(configuration), width=100)}\n\n\n"
    uses = any("CONFIGURATION" in function.answer for function in functions)
    begin = f"{head}\n\nfrom chaos.ctk import asked\n\n" + (known if uses else "\n")
    return begin + "\n\n".join(map(str, functions))


def within(provider: Provider, *, more_s: float = 0.0) -> tuple[Entry, ...]:
    """Its deadline, if the original has one."""
    return (Entry("within", f"{provider.timeout_s + more_s:g}s"),) if provider.timeout_s else ()


def _of_proxy(provider: Provider, tolerance: Any) -> tuple[str, str] | None:
    """The path at the Toxiproxy's API, and the query into its answer."""
    arguments = provider.named_arguments
    path = f"/proxies/{quote(str(arguments.get('proxy_name', '')), safe='')}"
    if provider.func == "proxy_exist" and tolerance is True:
        return path, ""
    if provider.func == "get_proxy_attribute" and isinstance(tolerance, (bool, int, str)):
        return path, f"{json.dumps(str(arguments.get('attribute')))} == `{json.dumps(tolerance)}`"
    return None
