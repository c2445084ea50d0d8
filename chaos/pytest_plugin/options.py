"""What the plugin can be told, and what it makes of that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from chaos.backends.links import Choice
    from chaos.experiment.systems import Choices

SYSTEM: Final = "gatecrash_system"


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("gatecrash", "experiments and fixtures of Gatecrash")
    group.addoption("--gatecrash-variant", metavar="NAME", help="the variant of the system")
    group.addoption(
        "--gatecrash-set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="another value for one of the system's vars",
    )
    group.addoption(
        "--gatecrash-seed", metavar="N", type=int, default=0, help="same seed: same arrivals, payloads, ..."
    )
    group.addoption(
        "--gatecrash-backend", metavar="NAME", default="embedded", help="who breaks the links: embedded, toxiproxy"
    )
    group.addoption(
        "--gatecrash-toxiproxy-url",
        metavar="[NAME=]URL",
        action="append",
        default=[],
        help="with the backend toxiproxy: a server that runs",
    )
    group.addoption(
        "--gatecrash-allow-inconclusive",
        metavar="ID",
        action="append",
        default=[],
        help="this experiment may be inconclusive: then it is skipped, instead of failing",
    )
    parser.addini(SYSTEM, "the system file for the fixtures, from the root directory", default="")


def options_of(config: pytest.Config) -> dict[str, Any]:
    """As `chaos.open_system` takes them. Raises `InvalidOption`."""
    from chaos.experiment.systems import pairs

    return {
        "variant": config.getoption("--gatecrash-variant"),
        "vars": pairs(config.getoption("--gatecrash-set"), option="--gatecrash-set"),
        "seed": config.getoption("--gatecrash-seed"),
        "backend": config.getoption("--gatecrash-backend"),
        "toxiproxy_url": config.getoption("--gatecrash-toxiproxy-url"),
    }


def choices_of(config: pytest.Config) -> Choices:
    """Raises `InvalidOption`."""
    from chaos.experiment.systems import Choices

    options = options_of(config)
    return Choices(variant=options["variant"], vars=options["vars"], seed=options["seed"])


def choice_of(config: pytest.Config) -> Choice:
    """Raises `InvalidOption`."""
    from chaos.backends.support import backend_choice

    options = options_of(config)
    return backend_choice(options["backend"], options["toxiproxy_url"])


def system_file(config: pytest.Config) -> Path | None:
    """None: nobody said which."""
    named: Any = config.getini(SYSTEM)
    return config.rootpath / named if named else None
