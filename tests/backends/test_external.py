"""A Toxiproxy of somebody else's, with no link on it that we would have made."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chaos.backends.external import ToxiproxyLinks
from chaos.backends.links import Surroundings


def test_without_links_of_our_own_no_relay_is_asked(tmp_path: Path) -> None:
    links = ToxiproxyLinks(Surroundings(folder=tmp_path, mark="mark", seed=0))
    assert asyncio.run(links.carried()) == {}
    assert asyncio.run(links.connections()) == {}
    assert links.failure() is None
