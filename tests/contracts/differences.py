"""Where the embedded proxy is meant to differ from Toxiproxy 2.12.0: the one list of it.

A test that meets one of these asks `differs("its id")` and then states what either server does. `reference` is what
Toxiproxy does, `ours` what the embedded proxy does instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Difference:
    reference: str
    ours: str


DIFFERENCES: Final = MappingProxyType(
    {
        # Transport
        "error-content-type": Difference(
            "an error is JSON, but says that it is text/plain", "says that it is application/json"
        ),
        "foreign-host": Difference(
            "answers whatever name it is called by, so a web page that rebinds its name can drive it",
            "bound to loopback, refuses with 403 a Host that is no address and not localhost",
        ),
        "foreign-origin": Difference(
            "answers requests that a page of another origin made, unless the browser is called Mozilla",
            "refuses with 403 a request with another Origin",
        ),
        # Proxies
        "logger-key": Difference('shows a sixth key, "Logger": {}', "shows the five keys that are documented"),
        "wildcard-differs": Difference(
            "a wildcard address, shown as [::], is another one at each populate or update: toxics and connections go",
            "what was asked for counts as the same",
        ),
        "reset-stops": Difference(
            "ends at the first proxy that can't start, in an order of chance", "goes through all, then tells the error"
        ),
        "populate-null": Difference('an empty list of proxies is "null"', 'an empty list of proxies is "[]"'),
        # Toxics
        "integral-floats": Difference("refuses 100.0 and 1e2 as whole numbers", "takes them as 100"),
        "half-an-update": Difference(
            "an update that is refused keeps the attributes before the faulty one", "it changes nothing"
        ),
    }
)
