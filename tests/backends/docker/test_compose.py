"""Which containers a project consists of, and where their services are found."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chaos.backends.docker.compose import Composed, chosen, port_of, published
from chaos.errors import EnvironmentFailed


def composed(service: str, number: int = 1, *, project: str = "shop", state: str = "running") -> Composed:
    name = f"{project}-{service}-{number}"
    return Composed(id=name, name=name, project=project, service=service, state=state, status=f"{state} for an hour")


THERE = (
    composed("web", 1),
    composed("web", 2),
    composed("stock"),
    composed("mail", state="exited"),
    composed("sleeper", state="paused"),
    composed("web", project="blog"),
)


def test_services_are_found_by_their_names_or_those_of_their_containers() -> None:
    found = chosen(THERE, "shop", {"store": "stock", "web-2": "shop-web-2"})
    assert {name: each.id for name, each in found.items()} == {"store": "shop-stock-1", "web-2": "shop-web-2"}


WRONG = {
    "stok": "the project shop has no service 'stok'; did you mean stock?",
    "mail": "mail does not run (shop-mail-1: exited for an hour); docker compose -p shop start mail",
    "sleeper": "sleeper does not run (shop-sleeper-1: paused for an hour); docker compose -p shop unpause sleeper",
    "web": "web runs 2 times; name one of them: {running: shop-web-1}",
}


def test_all_that_are_not_there_or_not_up_are_told_at_once() -> None:
    with pytest.raises(EnvironmentFailed) as failed:
        chosen(THERE, "shop", {name: name for name in (*WRONG, "stock")})
    lines = str(failed.value).splitlines()
    assert len(lines) == len(WRONG)
    for line, (name, says) in zip(lines, WRONG.items(), strict=True):
        assert line.startswith(f"the service {name}: {says}")


def test_a_project_that_does_not_run_is_told_with_those_that_do() -> None:
    with pytest.raises(
        EnvironmentFailed, match=re.escape("no compose project 'hsop' runs on this engine; did you mean shop?")
    ):
        chosen(THERE, "hsop", {"web": "web"})
    with pytest.raises(EnvironmentFailed, match="'cart' runs on this engine; known are: blog, shop"):
        chosen(THERE, "cart", {"web": "web"})


def ports(**bound: str | None) -> Any:
    """`p80="127.0.0.1:8080"` is published, None is exposed."""
    found = {}
    for name, place in bound.items():
        host, _, port = (place or "").rpartition(":")
        found[f"{name[1:]}/tcp"] = [{"HostIp": host, "HostPort": port}] if place else None
    return {"NetworkSettings": {"Ports": {**found, "53/udp": None}}}


PORTS: dict[str, tuple[Any, int | None, int | None]] = {
    "the one that is said": (ports(p80=None, p81=None), 90, 90),
    "the only one": (ports(p80=None), None, 80),
    "the only one that is published": (ports(p80=None, p81="0.0.0.0:1"), None, 81),
    "none": (ports(), None, None),
}


@pytest.mark.parametrize("case", PORTS)
def test_a_service_listens_on_the_port_that_it_says_or_exposes(case: str) -> None:
    found, wanted, expected = PORTS[case]
    assert port_of(found, wanted) == expected


def test_of_several_ports_one_must_be_said() -> None:
    with pytest.raises(EnvironmentFailed, match=re.escape("it has the ports 80, 443; say which: {port: ...}")):
        port_of(ports(p443="0.0.0.0:2", p80="0.0.0.0:1"), None)


@pytest.mark.parametrize(
    ("place", "expected"), [("127.0.0.1:8080", 8080), ("0.0.0.0:8080", 8080), ("192.0.2.7:8080", None), (None, None)]
)
def test_a_port_counts_as_published_where_loopback_leads_to_it(place: str | None, expected: int | None) -> None:
    assert published(ports(p80=place), 80) == expected
