"""Where everything of a running system is: `edge:/feed` to a URL, `{links.media}` to a `host:port`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chaos.experiment.placeholders import placeholders, render

LOOPBACK: Final = "127.0.0.1"
ANY_ON_LOOPBACK: Final = f"{LOOPBACK}:0"


@dataclass(frozen=True, slots=True)
class Addresses:
    """`host:port` of every link's proxy and of every service."""

    links: Mapping[str, str]
    services: Mapping[str, str]

    def through_links(self, target: str) -> str:
        """A journey's target: users come through the proxies."""
        return self._url(target, "link")

    def round_links(self, target: str) -> str:
        """An audit's or probe's target: it asks the service itself."""
        return self._url(target, "service")

    def render(self, text: str, *, port: str, workdir: str, host: str = LOOPBACK, python: str = sys.executable) -> str:
        """A command or environment value with its placeholders put in. Raises `KeyError` for an unset `{env.X}`.

        `host` and `port` are where a service is to listen.
        """
        values = {("links", name): address for name, address in self.links.items()}
        values.update({("services", name): address for name, address in self.services.items()})
        values.update({("", "host"): host, ("", "port"): port, ("", "workdir"): workdir, ("", "python"): python})
        for table, name in placeholders(text):
            if table == "env":
                if name not in os.environ:
                    raise KeyError(name)
                values[table, name] = os.environ[name]
        return render(text, values)

    def _url(self, target: str, default: str) -> str:
        scope, _, rest = target.partition(":")
        if scope in {"link", "service"} and not rest.startswith("/"):
            default, target = scope, rest
        name, _, path = target.partition(":")
        table = self.links if default == "link" else self.services
        return f"http://{table[name]}{path}"
