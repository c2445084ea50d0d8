"""Fixtures for tests that are written by hand: one system for the session, as it was for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from chaos.pytest_plugin.options import SYSTEM, options_of, system_file

if TYPE_CHECKING:
    from chaos.api.places import Link, Service
    from chaos.api.system import System
    from chaos.api.users import Users


@pytest.fixture(scope="session")
def gatecrash_system(request: pytest.FixtureRequest) -> Iterator[System]:
    """The system of `gatecrash_system` in pytest's configuration: started once (by each worker of xdist for itself),
    reset after each test, and ended with the session, whatever happens to it.
    """
    from chaos.api.system import open_system
    from chaos.errors import ChaosError

    if (path := system_file(request.config)) is None:
        pytest.fail(
            f"which system? say `{SYSTEM} = path/to/system.yaml` in pytest's configuration, or write a fixture of that "
            "name that yields what `chaos.open_system` opens",
            pytrace=False,
        )
    with ExitStack() as stack:
        try:
            system = stack.enter_context(open_system(path, **options_of(request.config)))
        except ChaosError as error:
            pytest.fail(f"the system does not stand: {error}", pytrace=False)
        yield system


@pytest.fixture
def link(gatecrash_system: System) -> Callable[[str], Link]:
    """`with link("profile").latency("300ms"): ...`"""
    return gatecrash_system.link


@pytest.fixture
def service(gatecrash_system: System) -> Callable[[str], Service]:
    """`with service("media").kill(): ...`"""
    return gatecrash_system.service


@pytest.fixture
def users(gatecrash_system: System) -> Callable[..., Users]:
    """`with users("open_app", rate="20/s") as came: ...`"""
    return gatecrash_system.users


def reset_after(item: pytest.Item) -> str | None:
    """What a test left on is undone, and its users are gone, before the next begins. Returns what went wrong."""
    system = getattr(item, "funcargs", {}).get(SYSTEM)
    if system is None:
        return None
    from chaos.errors import ChaosError

    try:
        system.reset()
    except ChaosError as error:
        return str(error)
    return None
