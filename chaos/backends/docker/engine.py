"""The `docker` library, as much of it as is needed: one engine, a deadline on every call, and errors in plain words.

Calls block; they are made in threads.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final, cast

import requests

from chaos.backends.docker.box import Figures, Glimpse, Order, Program, Seen
from chaos.backends.docker.compose import NETWORK_LABEL, ONE_OFF_LABEL, SERVICE_LABEL, Composed
from chaos.backends.docker.reasons import DEADLINE_S, failing, refuse_remote
from chaos.backends.docker.said import Said
from chaos.errors import EnvironmentFailed
from chaos.experiment.container import Build, Healthcheck
from chaos.undo.engine import PROJECT_LABEL, call, engine_address

LAST_LINES: Final = 12
NO_ROOM: Final = "no space left on device"
BALLAST: Final = ".gatecrash-full"
_NANO: Final = 1_000_000_000


class Engine:
    """One engine. Whatever it is asked to change carries our label: ids and names come from what it has made for us."""

    def __init__(self, address: str, client: Any, following: Any) -> None:
        """`following` is a second client without a deadline, for output that comes as long as a container lives."""
        self.address = address
        self._client = client
        self._following = following

    @classmethod
    def connect(cls) -> Engine:
        """That of `DOCKER_HOST`, by default the local one. Raises `EnvironmentFailed` when it can't be used."""
        address = engine_address()
        refuse_remote(address)
        from docker import APIClient  # heavy; most runs have no containers

        with failing(address, "it can't be reached"):
            client = APIClient(base_url=address, timeout=DEADLINE_S, version="auto")
            client.ping()
            return cls(address, client, APIClient(base_url=address, timeout=None, version=client.api_version))

    def require_image(self, name: str) -> None:
        """Raises `EnvironmentFailed` when it isn't there: nothing is ever pulled behind somebody's back."""
        with self._failing(f"the image {name!r} can't be used", missing=f"it is not there; get it: docker pull {name}"):
            self._client.inspect_image(name)

    def build(self, folder: Path, build: Build, tag: str, wanted: Callable[[], bool]) -> None:
        """Stops as soon as it is not wanted any more. Raises `EnvironmentFailed` with the last lines of the build."""
        context = folder / build.context
        if not (context / build.dockerfile).is_file():
            raise EnvironmentFailed(f"the image {tag} can't be built: there is no file {context / build.dockerfile}")
        said: list[str] = []
        with self._failing(f"the image {tag} can't be built from {context / build.dockerfile}"):
            steps = self._client.build(
                path=str(context),
                dockerfile=build.dockerfile,
                tag=tag,
                buildargs=dict(build.args),
                target=build.target,
                rm=True,
                forcerm=True,
                decode=True,
            )
            for step in itertools.takewhile(lambda _: wanted(), steps):
                said += str(step.get("stream") or "").splitlines()
                if "error" in step:
                    lines = "".join(f"\n    {line}" for line in said[-LAST_LINES:] if line.strip())
                    raise EnvironmentFailed(f"{step['error'].strip()}{lines}")

    def create_network(self, name: str, labels: Mapping[str, str]) -> str:
        with self._failing(f"the network {name} can't be made"):
            return str(self._client.create_network(name, driver="bridge", labels=dict(labels))["Id"])

    def gateway(self, network: str) -> str:
        """The address of this machine in that network."""
        with self._failing("the network can't be looked at"):
            (config, *_) = self._client.inspect_network(network)["IPAM"]["Config"]
        return str(config.get("Gateway") or next(ip_network(config["Subnet"]).hosts())).partition("/")[0]

    def create_volume(self, name: str, size_bytes: int, labels: Mapping[str, str]) -> None:
        """A file system of that size in memory, which anybody in the container may write to."""
        options = {"type": "tmpfs", "device": "tmpfs", "o": f"size={size_bytes},mode=1777"}
        with self._failing(f"the volume {name} can't be made"):
            self._client.create_volume(name, driver="local", driver_opts=options, labels=dict(labels))

    def create(self, order: Order) -> str:
        """A container, not yet started; its id."""
        aliases = {"aliases": [order.service]}
        with self._failing(f"the container of {order.service} can't be made"):
            first, *others = order.networks
            host = self._client.create_host_config(
                network_mode=first,
                extra_hosts=dict(order.hosts),
                port_bindings={order.port: ("127.0.0.1", order.published)},
                mounts=[_mount(path, volume) for path, volume in order.volumes.items()],
            )
            made = self._client.create_container(
                order.image,
                list(order.command) or None,
                name=order.name,
                hostname=order.service,
                ports=[order.port],
                environment=dict(order.env),
                labels=dict(order.labels),
                host_config=host,
                healthcheck=None if order.healthcheck is None else _health(order.healthcheck),
                networking_config={"EndpointsConfig": {first: {"Aliases": [order.service]}}},
            )
            for network in others:
                self._client.connect_container_to_network(made["Id"], network, **aliases)
        return str(made["Id"])

    def run(self, program: Program) -> str:
        """A container that is started; its id."""
        with self._failing(f"the container {program.name} can't be started"):
            host = self._client.create_host_config(network_mode="host")
            made = self._client.create_container(
                program.image,
                list(program.command),
                name=program.name,
                labels=dict(program.labels),
                host_config=host,
            )
            self._client.start(made["Id"])
        return str(made["Id"])

    def start(self, container: str, service: str) -> None:
        with self._failing(f"the container of {service} can't be started"):
            self._client.start(container)

    def kill(self, container: str, signal: str) -> None:
        """One that has ended already is fine."""
        with self._failing("the container can't be sent a signal"):
            if self._client.inspect_container(container)["State"]["Running"]:
                self._client.kill(container, signal)

    def stop(self, container: str, grace_s: float) -> None:
        with self._failing("the container can't be stopped"):
            self._client.stop(container, timeout=max(1, round(grace_s)))

    def pause(self, container: str) -> None:
        with self._failing("the container can't be paused"):
            self._client.pause(container)

    def disconnect(self, container: str, network: str) -> None:
        with self._failing("the container can't be taken off its network"):
            self._client.disconnect_container_from_network(container, network)

    def limit(self, container: str, limits: Mapping[str, int]) -> None:
        """`limits` as the engine's API has them: the library does not know all of them."""
        with self._failing("the container can't be limited"):
            call(self.address, "POST", f"/containers/{container}/update", limits, within_s=DEADLINE_S)

    def seen(self, container: str) -> Seen:
        with self._failing("the container can't be looked at"):
            found = self._client.inspect_container(container)
        state, networks = found["State"], found["NetworkSettings"]["Networks"] or {}
        return Seen(
            status=state["Status"],
            started_at=state["StartedAt"],
            killed_for_memory=state["OOMKilled"],
            pid=state["Pid"],
            networks={each["NetworkID"]: each["IPAddress"] for each in networks.values()},
        )

    def glimpses(self, label: str) -> Mapping[str, Glimpse]:
        """Of all containers with that label (`name=value`), by their ids."""
        with self._failing("the containers can't be looked at"):
            found = self._client.containers(all=True, filters={"label": [label]})
        return {each["Id"]: Glimpse(each["State"], "(healthy)" in each["Status"]) for each in found}

    def wait(self, container: str, within_s: float) -> None:
        """Until it has ended, or for that long."""
        with contextlib.suppress(requests.Timeout, requests.ConnectionError), self._failing("it can't be waited for"):
            self._client.wait(container, timeout=within_s)

    def figures(self, container: str) -> Figures:
        with self._failing("the container's figures can't be read"):
            found = self._client.stats(container, stream=False, one_shot=True)
        throttled = found.get("cpu_stats", {}).get("throttling_data", {}).get("throttled_periods", 0)
        return Figures(
            throttled=int(throttled),
            memory_bytes=int(found.get("memory_stats", {}).get("usage", 0)),
            sent_bytes=sum(int(each["tx_bytes"]) for each in (found.get("networks") or {}).values()),
        )

    def fill(self, container: str, folder: str, size_bytes: int) -> None:
        """Write into that folder until nothing more fits. Raises `EnvironmentFailed` when there is room after all."""
        try:
            with self._failing(f"{folder} can't be filled"):
                self._client.put_archive(container, folder, _ballast(size_bytes))
        except EnvironmentFailed as failed:
            if NO_ROOM not in str(failed):
                raise
            return
        raise EnvironmentFailed(f"{folder} can't be filled: {size_bytes} bytes did fit")

    def ballast_bytes(self, container: str, folder: str) -> int:
        """How much of what `fill` wrote is there."""
        with self._failing(f"{folder} can't be looked at"):
            _, found = self._client.get_archive(container, f"{folder.rstrip('/')}/{BALLAST}")
        return int(found["size"])

    def said(self, container: str, since_s: float) -> Said:
        """What it prints from then on (seconds since 1970), as it comes; ends when the container has ended."""
        return Said(self.address, self._following, container, since_s)

    def composed(self, label: str) -> tuple[Composed, ...]:
        """All containers of compose projects with that label (`name` or `name=value`), also those that have ended."""
        with self._failing("the containers can't be looked at"):
            found = self._client.containers(all=True, filters={"label": [label]})
        return tuple(
            Composed(
                id=each["Id"],
                name=each["Names"][0].strip("/"),
                project=each["Labels"].get(PROJECT_LABEL, ""),
                service=each["Labels"].get(SERVICE_LABEL, ""),
                state=each["State"],
                status=each["Status"],
            )
            for each in found
            if each["Labels"].get(ONE_OFF_LABEL) != "True"
        )

    def found(self, container: str) -> Mapping[str, Any]:
        """All that the engine says of it."""
        with self._failing("the container can't be looked at"):
            return cast(Mapping[str, Any], self._client.inspect_container(container))

    def network_names(self, found: Mapping[str, Any]) -> Mapping[str, str]:
        """The ids of a container's networks, by the names that its compose file has for them, or else their own."""
        names = {}
        for name, endpoint in (found["NetworkSettings"]["Networks"] or {}).items():
            with self._failing(f"the network {name} can't be looked at"):
                labels = self._client.inspect_network(endpoint["NetworkID"])["Labels"] or {}
            names[labels.get(NETWORK_LABEL, name)] = endpoint["NetworkID"]
        return names

    @contextmanager
    def _failing(self, what: str, *, missing: str = "it is not there any more") -> Iterator[None]:
        with failing(self.address, what, missing=missing):
            yield


def _mount(path: str, volume: str) -> Mapping[str, object]:
    return {"Target": path, "Source": volume, "Type": "volume", "ReadOnly": False}


def _health(check: Healthcheck) -> Mapping[str, object]:
    test = ["CMD-SHELL", check.test] if isinstance(check.test, str) else ["CMD", *check.test]
    return {
        "Test": test,
        "Interval": round(check.interval * _NANO),
        "Timeout": round(check.timeout * _NANO),
        "Retries": check.retries,
        "StartPeriod": round(check.start_period * _NANO),
    }


def _ballast(size_bytes: int) -> bytes:
    """A tar archive with one file that is larger than what there is room for."""
    with io.BytesIO() as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            entry = tarfile.TarInfo(BALLAST)
            entry.size = size_bytes
            tar.addfile(entry, io.BytesIO(bytes(size_bytes)))
        return file.getvalue()
