"""A plan told without doing any of it; how it is undone is told in the words of the undos themselves."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from chaos.backends.processes import ProcessServices
from chaos.backends.served import ServedProxy
from chaos.experiment.container import Project
from chaos.experiment.plan import Plan, PlannedFault
from chaos.experiment.preview import UNDONE, preview
from chaos.experiment.system import Service
from chaos.faults.fault import Change
from chaos.run.places.services import ServicePlaces


class Sessions(ProcessServices):
    """Services that have been started, as far as undos need it."""

    def _session(self, name: str) -> str:
        return "7=boot/1"


def told(folder: Any, *changes: tuple[str, str], links: str = "embedded", services: str = "process") -> Any:
    return preview(folder.plan(*changes), links=links, services=services)


def real_words(plan: Plan, fault: PlannedFault) -> set[str]:
    """What the undos say that a run would record."""
    client: Any = SimpleNamespace(api="http://127.0.0.1:1")
    if fault.entry.place == "service":
        site: Any = SimpleNamespace(system=plan.system, surroundings=SimpleNamespace(mark="run/experiment"))
        undos = ServicePlaces(SimpleNamespace(services=Sessions(site))).undos(fault)  # type: ignore[arg-type]
    else:
        proxy = ServedProxy(client, fault.entry.on, "127.0.0.1:2", "127.0.0.1:3")
        undos = tuple(proxy.undos("run", fault.entry.on, fault.name, fault.entry.change))  # type: ignore[arg-type]
    return {undo.says for undo in undos}


def test_every_change_can_be_told_how_it_is_undone() -> None:
    assert UNDONE.keys() == set(get_args(Change))


@pytest.mark.parametrize(
    "fault",
    [
        "link: db\n    hang: {}",
        "link: db\n    down: {}",
        "link: db\n    latency: {delay: 1s}",
        "service: db\n    pause: {}",
        "service: db\n    slow_cpu: {share: 50%}",
    ],
)
def test_undos_are_told_in_the_words_that_a_run_records(folder: Any, fault: str) -> None:
    plan = folder.plan(("link: db\n    hang: {}", fault))
    said = preview(plan, links="embedded", services="process").undos
    assert set(said) == {*real_words(plan, plan.faults[0]), "end the system's services and its proxy"}


def test_with_a_control_both_copies_are_told_and_only_one_is_broken(folder: Any) -> None:
    known = preview(folder.plan(("during:", "control: true\nduring:")), links="toxiproxy", services="process")
    assert known.control
    assert [*known.touches.processes] == ["web", "db", "web (control)", "db (control)"]
    assert known.touches.proxies[-1] == "db (control), in front of db (control) (toxiproxy)"
    assert known.touches.broken == ("the link db",)
    assert known.touches.users["open (control)"] == known.touches.users["open"]
    assert "on both copies" in known.phases["baseline"]
    ended = "end the system's services and its proxy"
    assert {ended, f"the copy without the fault: {ended}"} < set(known.undos)
    assert "the copy without the fault: delete the proxy of the link edge" in known.undos


def test_the_blast_radius_names_all_that_is_started_asked_and_broken(folder: Any) -> None:
    db = ("db {port}", "db {port} --secret {env.SECRET}")
    touches = preview(folder.plan(system=(db,)), links="embedded", services="process").touches
    assert touches.processes == {
        "web": "web --port {port} --mode good",
        "db": "db {port} --secret {env.SECRET}",  # never what it holds
    }
    assert touches.proxies == ("edge, in front of web (embedded)", "db, in front of db (embedded)")
    assert touches.broken == ("the link db",)
    assert touches.users == {"open": "20/s", "save": "20/s"}
    assert touches.hosts == ("this machine (loopback)",)


def test_a_service_that_runs_elsewhere_is_named_with_its_host(folder: Any) -> None:
    elsewhere = ('db: {command: "db {port}"}', 'db: {url: "http://db.example:5432"}')
    allowed = ("users:", "allowed_hosts: [db.example]\nusers:")
    touches = preview(folder.plan(system=(elsewhere, allowed)), links="embedded", services="process").touches
    assert touches.running == {"db": "http://db.example:5432"}
    assert touches.hosts == ("this machine (loopback)", "db.example")


def test_faults_stand_in_time_as_often_as_they_come(folder: Any) -> None:
    made = told(folder, ("for: 2s", "for: 1s\n    every: 1500ms\n    times: 2\n    share: 30%"))
    (fault,) = made.faults
    assert fault.spans == ((0.0, 1.0), (1.5, 2.5))
    assert fault.only_for == "30% of it"
    assert made.fault_s == 2.5
    assert made.phases["fault"] == "2.5s"


def test_a_fault_without_an_end_lasts_until_the_claims_are_decided(folder: Any) -> None:
    made = told(folder, ("    for: 2s\n", ""))
    assert made.fault_s is None
    assert made.faults[0].spans == ((0.0, None),)
    assert made.phases["fault"] == "until every claim has its samples, 2s at least, at most 30s"


def test_on_a_toxiproxy_its_proxies_are_deleted_again(folder: Any) -> None:
    assert told(folder, links="toxiproxy").undos[1:3] == (
        "delete the proxy of the link db",
        "delete the proxy of the link edge",
    )


def test_containers_of_a_project_are_told_with_whose_they_are(folder: Any) -> None:
    """All but their names is taken from it; nothing is removed, and that they are as they were is seen to."""
    plan = folder.plan()
    services = {"web": Service(running="shop-web-2"), "db": Service(running="db")}
    system = plan.system.model_copy(update={"compose": Project(project="shop"), "services": services})
    made = preview(replace(plan, system=system), links="embedded", services="docker")
    assert made.touches.borrowed == {
        "web": "shop-web-2 of the compose project shop",
        "db": "db of the compose project shop",
    }
    assert made.touches.containers == {}
    assert made.undos[-3:] == (
        "see that the service db is as it was",
        "see that the service web is as it was",
        "end the system's services and its proxy",
    )


def test_containers_are_named_with_what_they_are_made_from(folder: Any) -> None:
    db = ('db: {command: "db {port}"}', 'db: {image: "postgres:16"}')
    web = ("web:\n", "web:\n    build: {context: app}\n")
    made = preview(folder.plan(system=(db, web)), links="embedded", services="docker")
    assert made.touches.containers == {"web": "Dockerfile in app", "db": "postgres:16"}
    assert made.touches.processes == {}
    assert made.undos[-2] == "remove the system's containers, networks and volumes"
