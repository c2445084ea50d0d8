"""A compose project that runs already: broken where it is, and left as it was. Compose itself is not needed: what it
makes is made here through the engine, with its labels.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from chaos.undo.engine import PROJECT_LABEL

pytestmark = pytest.mark.system
SYSTEM = """
name: shop
compose: {project: %s}
services:
  front: {ready: {get: /healthz}}
  store: {networks: [back]}
links: {edge: {to: front}}
journeys:
  read: {rate: 40/s, timeout: 800ms, steps: [{get: "edge:/", expect: {text: all is well}}]}
"""
EXPERIMENT = """
name: Something happens to the store
system: system.yaml
window: 500ms
steady_state: {read: {served: ">= 90%"}}
faults:
FAULTS
during: {read: {served: ">= 0%"}}
recovery: {within: 10s}
"""
ONE_BY_ONE = """
  - {service: store, cpu: {cores: 0.02}, for: 800ms, name: little time}
  - {service: store, disconnect: {network: back}, at: 1500ms, for: 300ms}
  - {service: store, kill: {}, at: 3500ms, for: 300ms}
"""
OTHERS = """
  - {service: store, pause: {}, for: 300ms}
  - {service: front, cpu: {cores: 0.05}, for: 800ms}
  - {service: store, disconnect: {}, at: 2500ms, for: 300ms, name: alone}
"""
TINY = ("python3", "tiny_app.py")


class Project:
    """As compose would have made it: a front that is published, a store with limits and a static address, and one more
    that no system file names."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.name = f"shop{random.randrange(16**8):08x}"
        self.ids: dict[str, str] = {}
        self._networks: list[str] = []

    def up(self) -> None:
        third = random.randrange(256)
        front, back = (self._network(name, f"10.{199 + n}.{third}") for n, name in enumerate(("front", "back")))
        static = f"10.200.{third}.77"
        self._run("store", front, {"nano_cpus": 900_000_000, "mem_limit": "128m"}, "store", "--port", "8000")
        self.engine.connect_container_to_network(
            self.ids["store"], back, aliases=["store", "depot"], ipv4_address=static
        )
        self._run("front", front, {"port_bindings": {9000: ("127.0.0.1",)}}, *FRONT)
        self._run("bystander", front, {}, "store", "--port", "8000")

    def down(self) -> None:
        for container in self.ids.values():
            self.engine.remove_container(container, force=True)
        for network in self._networks:
            self.engine.remove_network(network)

    def seen(self, service: str) -> Any:
        """What a fault may change of it, as the engine tells it; and since when it runs."""
        found = self.engine.inspect_container(self.ids[service])
        limits = {key: found["HostConfig"][key] for key in ("NanoCpus", "Memory", "MemorySwap")}
        networks = {
            name: (sorted(each["Aliases"]), (each["IPAMConfig"] or {}).get("IPv4Address"))
            for name, each in found["NetworkSettings"]["Networks"].items()
        }
        return found["State"]["Status"], limits, networks

    def started_at(self, service: str) -> str:
        return str(self.engine.inspect_container(self.ids[service])["State"]["StartedAt"])

    def _network(self, name: str, prefix: str) -> str:
        from docker.types import IPAMConfig, IPAMPool

        labels = {PROJECT_LABEL: self.name, "com.docker.compose.network": name}
        subnet = IPAMConfig(pool_configs=[IPAMPool(subnet=f"{prefix}.0/24")])
        made = self.engine.create_network(f"{self.name}_{name}", driver="bridge", labels=labels, ipam=subnet)
        self._networks.append(made["Id"])
        return str(made["Id"])

    def _run(self, service: str, network: str, host: Any, *arguments: str) -> None:
        made = self.engine.create_container(
            "gatecrash-test/tiny",
            [*TINY, arguments[0], "--host", "0.0.0.0", *arguments[1:]],
            name=f"{self.name}_{service}_1",
            ports=[int(arguments[arguments.index("--port") + 1])],
            labels={PROJECT_LABEL: self.name, "com.docker.compose.service": service},
            host_config=self.engine.create_host_config(network_mode=network, **host),
            networking_config={"EndpointsConfig": {network: {"Aliases": [service]}}},
        )
        self.ids[service] = made["Id"]
        self.engine.start(made["Id"])


FRONT = ("front", "--port", "9000", "--store", "http://store:8000")


@pytest.fixture
def project(in_containers: Any, base: str, engine: Any) -> Iterator[Project]:
    folder = in_containers.folder / "image"
    for step in engine.build(path=str(folder), tag="gatecrash-test/tiny", buildargs={"BASE": base}, decode=True):
        assert "error" not in step, step
    project = Project(engine)
    try:
        project.up()
        in_containers.write("system.yaml", SYSTEM % project.name)
        yield project
    finally:
        project.down()


def experiment(gatecrash: Any, faults: str) -> None:
    gatecrash.write("experiments/store.yaml", EXPERIMENT.replace("FAULTS", faults).replace("system.", "../system."))


def test_each_fault_of_a_project_that_runs_is_proven_and_its_containers_are_as_they_were(
    in_containers: Any, project: Project
) -> None:
    experiment(in_containers, ONE_BY_ONE)
    before = {service: project.seen(service) for service in project.ids}
    started_at = {service: project.started_at(service) for service in project.ids}
    options = ("--jobs", "2", "--retry-inconclusive", "2")
    done = in_containers("run", "--backend", "docker", *options, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {service: project.seen(service) for service in project.ids} == before
    assert "one at a time: front, store already runs" in done.stdout
    (result,) = in_containers.results()["experiments"]
    (proof,) = (each for each in result["proofs"] if each["fault"] == "kill on store")
    assert "which were gone; it had sent" in proof["evidence"]
    assert project.started_at("store") > started_at["store"]
    assert project.started_at("bystander") == started_at["bystander"]
    assert not in_containers.leases


@pytest.mark.nightly
def test_so_do_those_that_hold_it_up_or_part_it_from_everybody(in_containers: Any, project: Project) -> None:
    experiment(in_containers, OTHERS)
    before = {service: project.seen(service) for service in project.ids}
    done = in_containers("run", "--backend", "docker", "--retry-inconclusive", "2", timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {service: project.seen(service) for service in project.ids} == before


@pytest.mark.nightly
def test_whatever_is_not_as_it_was_makes_the_verdict_an_error_that_names_it(
    in_containers: Any, project: Project, until: Any
) -> None:
    experiment(in_containers, "  - {service: store, pause: {}, for: 1s}")
    events = in_containers.folder / "events.jsonl"
    runner = in_containers.start("run", "--backend", "docker", "--events", str(events))
    until(lambda: events.exists() and "fault_injected" in events.read_text(), "the fault")
    project.engine.update_container(project.ids["front"], mem_limit="256m", memswap_limit="256m")
    said, _ = runner.communicate(timeout=60)
    assert runner.returncode == 6, said
    assert "leave the service front as it was (memory was no limit, is 268435456 bytes" in said
    (result,) = in_containers.results()["experiments"]
    assert result["verdict"] == "error"


@pytest.mark.nightly
def test_a_runner_that_is_killed_leaves_a_project_as_it_was(in_containers: Any, project: Project, until: Any) -> None:
    before = project.seen("store")
    for fault in ("pause: {}", "disconnect: {}", "cpu: {cores: 0.1}", "memory: {limit: 64MiB}", "kill: {}"):
        experiment(in_containers, f"  - {{service: store, {fault}, for: 30s}}")
        events = in_containers.folder / f"{fault[:3]}.jsonl"
        runner = in_containers.start("run", "--backend", "docker", "--events", str(events))
        until(lambda events=events: events.exists() and "fault_injected" in events.read_text(), "the fault")
        assert project.seen("store") != before
        os.kill(runner.pid, signal.SIGKILL)
        runner.communicate()
        until(lambda: not in_containers.leases, "all is undone")
        assert project.seen("store") == before


FAULTY = {
    "a project that does not run": ("compose: {project: ", "compose: {project: x", "no compose project 'x"),
    "a service that is not in it": ("store: {", "stoer: {", "has no service 'stoer'; did you mean store?"),
    "a network that it is not on": ("[back]", "[bakc]", "is on no network 'bakc'; did you mean back?"),
}


@pytest.mark.nightly
@pytest.mark.parametrize("case", FAULTY)
def test_what_is_not_there_is_told_before_anything_is_touched(in_containers: Any, project: Project, case: str) -> None:
    old, new, message = FAULTY[case]
    experiment(in_containers, "  - {service: front, pause: {}, for: 1s}")
    path = in_containers.folder / "system.yaml"
    path.write_text(path.read_text().replace(old, new))
    done = in_containers("run", "--backend", "docker")
    assert done.returncode == 3, done.stdout
    assert message in done.stdout
