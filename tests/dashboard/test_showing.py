"""What a page is told once of its system."""

from __future__ import annotations

from typing import Any

from chaos.backends.embedded import EmbeddedLinks
from chaos.dashboard.showing import show


def shown(system: Any) -> Any:
    return show(system, epoch="e", variant="bad", toxics=EmbeddedLinks.toxics)


def test_the_map_goes_from_users_to_whom_they_call_and_further(system: Any) -> None:
    nodes = {node.service: (node.layer, node.touchable) for node in shown(system).nodes}
    assert nodes == {None: (0, False), "web": (1, True), "db": (2, True), "mail": (3, False)}
    wires = {(wire.source, wire.link, wire.target) for wire in shown(system).wires}
    assert wires == {(None, "edge", "web"), ("web", "db", "db")}


def test_journeys_say_how_they_come_and_whether_anybody_may_look(system: Any) -> None:
    journeys = {journey.name: journey for journey in shown(system).journeys}
    assert (journeys["open"].paced, journeys["open"].rate_per_s) == ("20/s", 20.0)
    assert (journeys["browse"].paced, journeys["browse"].rate_per_s) == ("3 at once", None)
    assert {name: journey.is_page for name, journey in journeys.items()} == {
        "open": True,
        "save": False,
        "browse": True,
    }
    assert journeys["browse"].enters == ("edge",)
