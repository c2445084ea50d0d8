"""An address that an app takes from its environment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from chaos.drafts.names import as_name, as_url


@dataclass(frozen=True, slots=True)
class Dependency:
    """An address that the app takes from an environment variable. `url` is `http://host:port`, `rest` what follows."""

    variable: str
    url: str
    rest: str = ""

    @property
    def name(self) -> str:
        """STOCK_SERVICE_URL is where stock_service is."""
        return as_name(re.sub(r"_(URL|URI|ADDR|ADDRESS|HOST|ENDPOINT)$", "", self.variable).lower())


def as_dependency(variable: str, address: str) -> Dependency:
    """Raises `ValueError` for what is not an address over plain HTTP."""
    url = as_url(address)
    rest = address.removeprefix(f"http://{urlsplit(address).netloc}")
    return Dependency(variable, url, "" if rest == "/" else rest)
