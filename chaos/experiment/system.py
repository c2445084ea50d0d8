"""The system file: services, the links between them, users, journeys, and where kept things end up."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, field_validator, model_validator

from chaos.experiment.container import DEFAULT_PORT, Build, Compose, Healthcheck, Project
from chaos.experiment.detection import Detection
from chaos.experiment.graceful import Gates, RuleSettings
from chaos.experiment.load import LocustTraffic
from chaos.experiment.patience import GiveUp, Retry
from chaos.experiment.probe import Probe
from chaos.experiment.request import ListOfIds, Step
from chaos.experiment.safeguard import Safeguard
from chaos.experiment.servers import ServerUrl
from chaos.experiment.values import Name, Query, Texts, as_tuple, one_or_many
from chaos.fields import Duration, Rate, Scalar, Size, Strict


class Ready(Strict):
    """When a service counts as started: its answer to this request has a status below 400."""

    get: str = Field(description="path that is asked on the service itself, around the proxies")
    within: Duration = Field(15.0, description="it has this long")

    @field_validator("get")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if not path.startswith("/"):
            raise ValueError(f'{path!r} is not a path; write it like "/healthz"')
        return path


_OF_ITS_START: Final = ("env", "tmpfs", "depends_on", "healthcheck")


class Service(Strict):
    """Started here, as a local process (`command`) or as a container (`image` or `build`), or running already: behind
    an address (`url`), or in a container of a compose project (`running`).

    One that has both a command and an image can be either, as `--backend` says: in its container the command takes the
    place of the image's own.
    """

    command: str | None = Field(
        None, description="split as in a shell, run without one; {port} is the port to listen on"
    )
    image: str | None = Field(
        None, min_length=1, description="of its container; with `build`, the name that the image gets"
    )
    build: Build | None = Field(None, description="how the image is made")
    url: str | None = Field(None, description="a service that already runs; it is never started, stopped or signalled")
    running: str | None = Field(
        None,
        min_length=1,
        description="a service of the project that `compose` names, or one container of it (`shop-web-2`); without it, "
        "the service of the same name",
    )
    cwd: str = Field(".", description="working directory of the process, from this file's folder")
    env: Mapping[str, str] = Field(default_factory=dict, description="added to the environment")
    port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="on which it listens inside its container: {port} there; without it 8000, or of one that runs "
        "already the one that it exposes",
    )
    labels: Mapping[str, str] = Field(default_factory=dict, description="by which faults can choose services")
    networks: Texts = Field(
        (),
        description="of its container; without it, the system's common one. Of one that runs already: those that "
        "a fault may take it off one by one",
    )
    tmpfs: Mapping[str, Size] = Field(
        default_factory=dict, description="small file systems of the container's own, by their paths: {/data: 16MiB}"
    )
    depends_on: Texts = Field((), description="containers that must be ready before this one is started")
    ready: Ready | None = Field(None, description="without it, a service is ready when its port accepts connections")
    healthcheck: Healthcheck | None = Field(
        None, description="of its container; where there is no `ready`, it tells when the service is ready"
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        started = [key for key in ("command", "image", "build") if getattr(self, key) is not None]
        if self.url is not None and started:
            raise ValueError(f"a service that already runs (`url`) is not started here; take out {', '.join(started)}")
        if self.running is not None:
            there = "a service of a project that runs (`running`) is taken as it is"
            unused = [*started, *(key for key in _OF_ITS_START if getattr(self, key))]
            if self.url is not None or unused:
                raise ValueError(f"{there}; take out {', '.join(unused) or 'url'}")
        elif self.url is None and not started:
            raise ValueError("a service needs one of: command, image, build, url, running")
        return self

    @property
    def runs_already(self) -> bool:
        """Whoever uses the system meets the very same one."""
        return self.url is not None or self.running is not None

    @property
    def inside_port(self) -> int:
        """In a container of ours."""
        return self.port or DEFAULT_PORT

    @property
    def made_from(self) -> str:
        """What its container is made from, in words; empty for a service that can't be one."""
        if self.build is not None:
            return f"{self.build.dockerfile} in {self.build.context}"
        return self.image or ""

    @field_validator("command")
    @classmethod
    def _can_be_split(cls, command: str | None) -> str | None:
        if command is None:
            return None
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise ValueError(f"it can't be split as in a shell: {str(error).lower()}") from None
        if not words:
            raise ValueError("the command is empty")
        return command

    @field_validator("url")
    @classmethod
    def _plain_http(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        whole = parts.scheme == "http" and parts.hostname and port and not parts.username
        if not whole or parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise ValueError(f'{url!r} is not an address; write it with its port, like "http://127.0.0.1:8080"')
        return url


class Link(Strict):
    """A dependency edge; one proxy stands in front of it."""

    to: str = Field(description="the service at its far end")
    toxiproxy: str | None = Field(
        None,
        description="with the backend `toxiproxy`: the name of the server that its proxy is on; without it, "
        "the one of `--toxiproxy-url URL`, or one that is started",
    )
    proxy: str | None = Field(
        None,
        min_length=1,
        description="a proxy of your own on that server, in front of a service that already runs: only our toxics come "
        "and go there, and `enabled` is put back; needs the backend `toxiproxy`",
    )


class Users(Strict):
    """People of one kind, each with an own cookie jar for the whole experiment."""

    count: int = Field(10, ge=1, le=100_000, description="how many there are at least")
    before: tuple[Step, ...] = Field((), description="what each of them does once, before anything is broken")


Kinds = Annotated[tuple[str, ...], BeforeValidator(as_tuple), Field(min_length=1), one_or_many("string")]


class Journey(Strict):
    """What one user does. Open loop with `rate`; closed loop with `clients` or `traffic`, and `think`."""

    user: Kinds | None = Field(
        None,
        description="the kind of user, or a list of kinds that come in turns; "
        "without it everyone comes as a stranger each time",
    )
    rate: Rate | None = Field(None, description="arrivals, whether or not earlier ones were answered")
    clients: int | None = Field(None, ge=1, le=10_000, description="this many at once, each waiting for its answer")
    traffic: LocustTraffic | None = Field(
        None, description="users in a closed loop that come from other processes or hosts, in place of `clients`"
    )
    think: Duration = Field(0.0, description="pause of a client between two runs")
    timeout: Duration = Field(
        10.0, gt=0, description="for the whole run, retries included; no complete answer by then is broken"
    )
    connections: Literal["new", "keep"] = Field("new", description="`keep`: a user's connections are used again")
    retry: Retry | None = Field(None, description="how its steps are tried again; without it they are not")
    give_up: GiveUp | None = Field(
        None, description="when a user leaves for good; visits that he does not make any more count as broken"
    )
    browser: bool = Field(
        False,
        description="its steps are played in a real Chromium (the extra `browser`): `get` opens an address, `post` "
        "fills in the form on the open page that posts to this path and has a control for each name, and presses its "
        "first button that submits; redirects are followed; users bring along the cookies of their `before`",
    )
    steps: tuple[Step, ...] = Field(min_length=1, description="the requests, in order")

    @model_validator(mode="after")
    def _one_loop(self) -> Self:
        if sum(each is not None for each in (self.rate, self.clients, self.traffic)) != 1:
            raise ValueError('a journey needs exactly one of: rate (like "10/s"), clients (like 20), traffic')
        if self.rate is not None and self.think:
            raise ValueError("think goes with clients; a journey with a rate does not wait for answers")
        if self.traffic is not None and self.browser:
            raise ValueError("users that Locust spreads have no browser")
        return self

    @model_validator(mode="after")
    def _someone_can_give_up(self) -> Self:
        wait = self.give_up.wait if self.give_up is not None else None
        if wait is not None and wait > self.timeout:
            raise ValueError("give_up.wait is longer than the journey's timeout, so nobody ever waits for that long")
        return self

    @property
    def locust(self) -> LocustTraffic:
        """Of a journey that has such `traffic`."""
        if self.traffic is None:
            raise ValueError("the users of this journey are the runner's own")
        return self.traffic

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of users that come, in turns; empty: strangers."""
        return self.user or ()

    @property
    def longest_s(self) -> float:
        """The longest that one run can keep its user, pauses and requests that are sent again on purpose included."""
        repeats = sum(step.again.same + step.again.changed for step in self.steps if step.again is not None)
        return self.timeout * (1 + repeats) + sum(step.think for step in self.steps)


class StoredItems(ListOfIds):
    """A request whose JSON answer lists what is stored."""

    checksums: Query | None = Field(
        None, description="JMESPath that yields the SHA-256 of what is stored, in hexadecimal, in the order of the ids"
    )


class Audit(Strict):
    """Where the things that a journey's answers acknowledged should have ended up."""

    of: str = Field(description="the journey whose acknowledged items are looked for")
    stored: StoredItems = Field(description="the ids of what is stored, with repetitions")
    pending: ListOfIds | None = Field(None, description="the ids of what the app still means to deliver")
    within: Duration = Field(10.0, description="they have this long to arrive")


class System(Strict):
    """The app under test."""

    name: str = Field(min_length=1)
    include: Texts = Field(
        (), description="files (`_common.yaml`) whose keys are taken in as if they stood here; none may stand in both"
    )
    compose: Compose | None = Field(
        None,
        description="a compose file, from this file's folder: its services are services here, for `--backend docker`; "
        "what `services` says of one of the same name comes before what stands there. Or a project that runs already: "
        "{project: shop}; of its services, those that `services` names are ones here, and no others are touched",
    )
    vars: Mapping[str, Scalar] = Field(default_factory=dict, description="{vars.NAME} in any text of this file")
    variants: Mapping[str, Mapping[str, Scalar]] = Field(default_factory=dict, description="named sets of vars")
    services: Mapping[Name, Service] = Field(min_length=1)
    links: Mapping[Name, Link] = Field(min_length=1)
    toxiproxy: Mapping[Name, ServerUrl] = Field(
        default_factory=dict,
        description="addresses of Toxiproxy servers that run already, by the names that links use; "
        "`--toxiproxy-url NAME=URL` comes before what stands here, and may stand for it",
    )
    users: Mapping[str, Users] = Field(default_factory=dict)
    journeys: Mapping[str, Journey] = Field(min_length=1)
    audit: Mapping[str, Audit] = Field(default_factory=dict)
    safeguards: tuple[Safeguard, ...] = Field((), description="those of every experiment on this system")
    probes: Mapping[str, Probe] = Field(default_factory=dict, description="figures that no user sees")
    detect: Detection = Field(default_factory=Detection)
    gates: Gates = Field(default_factory=dict)
    rules: RuleSettings = Field(default_factory=RuleSettings)
    allowed_hosts: tuple[str, ...] = Field(
        (), description="hosts other than this machine that `url` services may be on"
    )

    @property
    def project(self) -> str | None:
        """The compose project that it is attached to."""
        return self.compose.project if isinstance(self.compose, Project) else None
