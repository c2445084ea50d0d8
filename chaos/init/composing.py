"""A draft from a compose file: its services as addresses that already run, its dependencies as links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from chaos.drafts.names import as_name, unlike
from chaos.drafts.system import ENTRY, LinkDraft, ServiceDraft
from chaos.errors import InvalidOption
from chaos.init.compose_file import Composed
from chaos.init.first import Draft
from chaos.init.questions import Questions

LIKELY_ENTRIES: Final = ("edge", "gateway", "proxy", "nginx", "frontend", "front", "web", "app", "site", "api")


def draft_from_compose(name: str, composed: Sequence[Composed], source: str, questions: Questions) -> Draft:
    """Raises `InvalidOption` when this machine can reach none of the services."""
    published = [service for service in composed if service.port is not None]
    if not published:
        raise InvalidOption(
            f"--from: no service of {source} publishes a port, so none can be reached from here; give one `ports`, "
            'like ports: ["8000:8000"]'
        )
    entry = questions.choose("Which service do users open?", [each.name for each in published], _entry(published))
    path = questions.path("Which page do they open first?", "/")
    names = _names(published)
    return Draft(
        name=name,
        services=tuple(_service(each, names[each.name]) for each in published),
        links=tuple(_links(composed, names, entry)),
        path=path,
        faulted=ENTRY,
        comments=tuple(_comments(composed, source)),
    )


def _entry(published: Sequence[Composed]) -> str:
    """One that nobody depends on, with a name that is likely for it."""
    needed = {other for each in published for other in _needs(each)}
    free = [each.name for each in published if each.name not in needed] or [each.name for each in published]
    return next((name for likely in LIKELY_ENTRIES for name in free if likely in name), free[0])


def _needs(service: Composed) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*service.depends_on, *service.mentions)))


def _names(published: Iterable[Composed]) -> dict[str, str]:
    """Compose allows names that requests can't refer to."""
    names: dict[str, str] = {}
    for each in published:
        names[each.name] = unlike(as_name(each.name), names.values())
    return names


def _service(service: Composed, name: str) -> ServiceDraft:
    return ServiceDraft(name=name, url=f"http://127.0.0.1:{service.port}", ready=service.health)


def _links(composed: Sequence[Composed], names: dict[str, str], entry: str) -> Iterator[LinkDraft]:
    yield LinkDraft(ENTRY, names[entry], ("users come through this one",))
    taken = {ENTRY}
    for service in composed:
        for other in _needs(service) if service.name in names else ():
            if other not in names:
                continue
            name = as_name(other)
            name = unlike(f"{names[service.name]}_{name}" if name in taken else name, taken)
            taken.add(name)
            told = service.mentions.get(other, ())
            by = f", told by {', '.join(told)}" if told else ""
            yield LinkDraft(name, names[other], (f"{service.name} depends on it{by}",))


def _comments(composed: Sequence[Composed], source: str) -> Iterator[str]:
    yield f"Read from {source}. Its containers must be up (docker compose up) and are never started or stopped here."
    yield "Only links that users come through work so: a container knows nothing of the proxies of the other links."
    yield "To break those, start the service here: `command` instead of `url`, and {links.NAME} in its `env`."
    for service in composed:
        if service.port is None:
            yield f"Left out: {service.name}, which publishes no port on this machine."
