"""Services in containers: of our own making, or of a compose project that runs already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.backends.docker.acts import ACTS
from chaos.backends.docker.attached import AttachedServices
from chaos.backends.docker.made import MadeServices
from chaos.backends.services import ServiceBackend, Services, Site
from chaos.experiment.system import System


def _lacks(system: System) -> Mapping[str, str]:
    services = system.services.items()
    return {name: "an `image` or a `build`" for name, each in services if not (each.runs_already or each.made_from)}


def _services(site: Site) -> Services:
    return MadeServices(site) if site.system.project is None else AttachedServices(site)


CONTAINERS: Final = ServiceBackend(changes=frozenset(ACTS), lacks=_lacks, services=_services)
