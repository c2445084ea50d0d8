"""Who calls whom: read from the addresses that services are given."""

from __future__ import annotations

import json
from typing import Any

from chaos.experiment.layers import edges_of, layers_of
from chaos.experiment.system import System


def system(services: Any, links: Any) -> System:
    known = {name: {"command": f"{name} {{port}}", "env": env} for name, env in services.items()}
    journeys = {"open": {"rate": "1/s", "steps": [{"get": "edge:/"}]}}
    told = {"name": "shop", "services": known, "links": {key: {"to": to} for key, to in links.items()}}
    return System.model_validate_json(json.dumps({**told, "journeys": journeys}))


def test_a_link_that_no_service_is_told_of_is_the_users_way_in() -> None:
    shop = system({"web": {"DB": "http://{links.db}"}, "db": {}}, {"edge": "web", "db": "db"})
    assert edges_of(shop) == [(None, "edge"), ("web", "db")]
    assert layers_of(shop) == [[None], ["web"], ["db"]]


def test_two_callers_of_one_link_are_two_edges_and_its_service_stands_behind_the_nearer() -> None:
    shop = system(
        {"web": {"DB": "{links.db}", "API": "{links.api}"}, "api": {"DB": "{links.db}"}, "db": {}},
        {"edge": "web", "api": "api", "db": "db"},
    )
    assert [edge for edge in edges_of(shop) if edge[1] == "db"] == [("web", "db"), ("api", "db")]
    assert layers_of(shop) == [[None], ["web"], ["api", "db"]]


def test_services_that_nobody_reaches_come_last() -> None:
    assert layers_of(system({"web": {}, "cron": {}}, {"edge": "web"})) == [[None], ["web"], ["cron"]]


def test_a_service_may_be_called_users() -> None:
    assert layers_of(system({"users": {}}, {"edge": "users"})) == [[None], ["users"]]
