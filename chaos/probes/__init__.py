"""Who answers a probe, one file for each kind. Reading the table is reading the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.probes.ask import Ask
from chaos.probes.child import ask_command, ask_function
from chaos.probes.http import ask_http, ask_prometheus

PROBES: Final[Mapping[str, Ask]] = {
    "get": ask_http,
    "command": ask_command,
    "prometheus": ask_prometheus,
    "python": ask_function,
}
"""By the key of a probe that says of which kind it is. No more than `within` is waited: that is the caller's part."""
