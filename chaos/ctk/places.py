"""The addresses that an experiment mentions, as services that already run."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from chaos.drafts.names import as_name, as_url, unlike
from chaos.drafts.system import ENTRY, LinkDraft, ServiceDraft
from chaos.experiment.servers import LOCAL_HOSTS, host_and_port

TOXIPROXY = "toxiproxy"
"""What the service and the server are called that the experiment's configuration names."""
_DEFAULT_API = "http://127.0.0.1:8474"


class Places:
    """Services by their address, each with one name; filled while the experiment is gone through.

    With `entry` there is a link in front of the one that is asked first, which users come by.
    """

    def __init__(self, variables: Mapping[str, object], *, entry: bool) -> None:
        self._services: dict[str, ServiceDraft] = {}
        self._entry = entry
        self._asked: list[str] = []
        self.api = api_of(variables)

    @property
    def services(self) -> tuple[ServiceDraft, ...]:
        return tuple(self._services.values())

    def service(self, address: str, called: str = "", *comments: str) -> str:
        """The name of what is at `http://host:port`. Raises `ValueError` for what is no such address."""
        url = as_url(address)
        if url not in self._services:
            host = urlsplit(url).hostname or ""
            name = as_name(called or ("app" if host in LOCAL_HOSTS else host.partition(".")[0]))
            name = unlike(name, [service.name for service in self._services.values()])
            self._services[url] = ServiceDraft(name, url=url, comments=comments)
        return self._services[url].name

    @property
    def entries(self) -> tuple[LinkDraft, ...]:
        """The link that users come by, if there is one."""
        first = self._asked[:1] if self._entry else []
        return tuple(LinkDraft(ENTRY, name, ("users come through this one",)) for name in first)

    def target(self, address: str, path: str, *comments: str) -> str:
        """Where users ask for that path. Raises `ValueError` as `service` does."""
        name = self.service(address, "", *comments)
        self._asked.append(name)
        through = self._entry and name == self._asked[0]
        return f"{ENTRY}:{path}" if through else f"service:{name}:{path}"

    def toxiproxy(self) -> str:
        """The service that the Toxiproxy itself is."""
        return self.service(self.api, TOXIPROXY, "the API of your Toxiproxy; never started or stopped")


def api_of(variables: Mapping[str, object]) -> str:
    """Where the extension finds its Toxiproxy: `toxiproxy_url`, or `toxiproxy_host` and `toxiproxy_port`. Raises
    `ValueError`.
    """
    url = str(variables.get("toxiproxy_url") or "")
    if not url and (host := variables.get("toxiproxy_host")):
        url = f"http://{host}:{variables.get('toxiproxy_port') or 8474}"
    host, port = host_and_port(url or _DEFAULT_API)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
