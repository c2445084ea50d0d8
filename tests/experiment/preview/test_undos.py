"""How it is undone is told in the words of the undos themselves."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from chaos.backends.processes import ProcessServices
from chaos.backends.served import ServedProxy
from chaos.experiment.container import Project
from chaos.experiment.plan import Plan, PlannedFault
from chaos.experiment.preview.means import Means
from chaos.experiment.preview.undos import UNDONE, undos_of
from chaos.experiment.system import Service
from chaos.faults.fault import Change
from chaos.run.places.services import ServicePlaces
from chaos.undo.ending import end_containers, end_processes, leave_container

ENDED = end_processes("", ()).says
REMOVED = end_containers("", "", quiet_s=0).says
THERE = ('db: {command: "db {port}"}', 'db: {url: "http://127.0.0.1:5432"}')
OWN = ("db: {to: db}", "db: {to: db, toxiproxy: eu, proxy: main}")
SERVER = {"eu": "http://127.0.0.1:8474"}


class Sessions(ProcessServices):
    """Services that have been started, as far as undos need it."""

    def _session(self, name: str) -> str:
        return "7=boot/1"


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
    assert {*undos_of(plan, Means())} == {*real_words(plan, plan.faults[0]), ENDED}


def test_on_a_toxiproxy_its_proxies_are_deleted_again(told: Any) -> None:
    assert told(links="toxiproxy").undos[1:] == (
        "delete the proxy of the link db",
        "delete the proxy of the link edge",
        ENDED,
    )


@pytest.mark.parametrize(
    ("fault", "undo"),
    [("hang: {}", "hang on db: remove its toxic from the link db"), ("down: {}", "take the link db up again")],
)
def test_a_proxy_that_somebody_else_has_wired_is_put_back_and_never_deleted(told: Any, fault: str, undo: str) -> None:
    undos = told(("hang: {}", fault), system=(THERE, OWN), links="toxiproxy", servers=SERVER).undos
    assert undos == (undo, "delete the proxy of the link edge", ENDED)


def test_a_toxiproxy_in_a_container_is_removed_also_where_services_are_processes(told: Any) -> None:
    assert told(links="toxiproxy-container").undos[-2:] == (REMOVED, ENDED)
    assert REMOVED not in told(links="toxiproxy").undos


def test_containers_of_ours_are_removed(told: Any) -> None:
    images = (('db: {command: "db {port}"}', "db: {image: db}"), ("  web:\n", "  web:\n    image: web\n"))
    assert told(system=images, services="docker").undos[-2:] == (REMOVED, ENDED)


def test_containers_of_a_project_are_left_as_they_were_and_never_removed(folder: Any) -> None:
    plan = folder.plan()
    services = {"web": Service(running="shop-web-2"), "db": Service(running="db")}
    system = plan.system.model_copy(update={"compose": Project(project="shop"), "services": services})
    attached = replace(plan, system=system)
    left = [leave_container("", "", name, "", standing="", reached_at="").says for name in ("db", "web")]
    assert [*undos_of(attached, Means(services="docker"))][1:] == [*left, ENDED]


def test_both_copies_are_ended_where_there_is_a_control(told: Any) -> None:
    undos = told(("during:", "control: true\nduring:"), links="toxiproxy").undos
    of_control = "the copy without the fault: "
    assert {ENDED, f"{of_control}{ENDED}", f"{of_control}delete the proxy of the link edge"} < {*undos}


def test_nothing_is_undone_of_faults_that_are_muted(folder: Any) -> None:
    assert [*undos_of(replace(folder.plan(), muted=True), Means())] == [ENDED]
