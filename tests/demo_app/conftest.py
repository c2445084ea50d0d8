"""Fakes for `profile` and `media`, and the three services as real processes on loopback ports."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import requests
from flask import Flask

from demo_app.seeds import SEEDS, FeedClip
from demo_app.web import resilient as resilient_module
from demo_app.web.app import create_app
from demo_app.web.board import Board
from demo_app.web.cookie import VerdictCookie
from demo_app.web.fragile import Fragile
from demo_app.web.model import Age, Clip
from demo_app.web.resilient import Resilient
from demo_app.web.shedding import Limits, Shedding

REPOSITORY = Path(__file__).parents[2]
PATIENCE_S = 30.0


@pytest.fixture(name="wait_until")
def wait_until_fixture() -> Callable[[Callable[[], bool], str], None]:
    return wait_until


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Return as soon as the condition holds; how long that takes on a busy machine is not what is tested."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end_s:
            pytest.fail(f"{what}: not within {PATIENCE_S} s")
        time.sleep(0.02)  # between two looks; nothing depends on its length


class FakeProfile:
    def __init__(self) -> None:
        self.timeouts_s: list[float | None] = []
        self.ages: dict[str, Age] = {}
        self.failure: Exception | None = None
        self.calls = 0

    def age_of(self, user: str, reference: str, *, timeout_s: float | None = None) -> Age:
        self._called(timeout_s)
        return self.ages.get(user, Age.UNKNOWN)

    def save_age(self, user: str, born: str, reference: str, *, timeout_s: float | None = None) -> Age:
        self._called(timeout_s)
        self.ages[user] = Age.TOO_YOUNG if born > "2020" else Age.OLD_ENOUGH
        return self.ages[user]

    def _called(self, timeout_s: float | None) -> None:
        self.calls += 1
        self.timeouts_s.append(timeout_s)
        if self.failure:
            raise self.failure


class FakeMedia:
    """`stores_and_fails`: what happens when the clip is stored but the answer is lost."""

    def __init__(self) -> None:
        self.timeouts_s: list[float | None] = []
        self.stored: list[tuple[str, bytes]] = []
        self.keys: dict[str, bytes] = {}
        self.failure: Exception | None = None
        self.stores_and_fails = False
        self.clips: Sequence[FeedClip] = list(SEEDS)

    def feed(self, reference: str, *, timeout_s: float | None = None) -> Sequence[FeedClip]:
        self.timeouts_s.append(timeout_s)
        if self.failure:
            raise self.failure
        return self.clips

    def store(self, clip: Clip, reference: str, *, key: str | None, timeout_s: float | None = None) -> None:
        self.timeouts_s.append(timeout_s)
        if self.failure and not self.stores_and_fails:
            raise self.failure
        if key is None or key not in self.keys:
            self.stored.append((clip.id, clip.content))
        if key is not None:
            self.keys[key] = clip.content
        if self.failure:
            raise self.failure

    def clips_of(self, owner: str, reference: str, *, timeout_s: float | None = None) -> Sequence[str]:
        if self.failure:
            raise self.failure
        return [upload_id for upload_id, _ in self.stored]

    def has(self, clip_id: str, reference: str, *, timeout_s: float | None = None) -> bool:
        if self.failure:
            raise self.failure
        return any(upload_id == clip_id for upload_id, _ in self.stored)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fakes answer at once; a machine that stands still for a second should not look like a slow dependency."""
    monkeypatch.setattr(resilient_module, "PAGE_S", 60.0)
    monkeypatch.setattr(resilient_module, "UPLOAD_S", 60.0)


@pytest.fixture
def profile() -> FakeProfile:
    return FakeProfile()


@pytest.fixture
def media() -> FakeMedia:
    return FakeMedia()


@pytest.fixture
def resilient(profile: FakeProfile, media: FakeMedia, tmp_path: Path) -> Iterator[Resilient]:
    """Without its background threads: what they do is asked for by the tests."""
    mode = Resilient(profile, media, tmp_path)
    yield mode
    mode.close()


@pytest.fixture
def shedding() -> Shedding:
    return Shedding(Limits())


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board.in_folder(tmp_path)


@pytest.fixture
def app(resilient: Resilient, shedding: Shedding, board: Board) -> Flask:
    return create_app(resilient, VerdictCookie("secret"), shedding, board)


@pytest.fixture
def fragile_app(profile: FakeProfile, media: FakeMedia, board: Board) -> Flask:
    return create_app(Fragile(profile, media), VerdictCookie("secret"), Shedding(None), board)


class Service:
    """One service as a process; a port is chosen once, so that a restarted one is found where it was."""

    def __init__(self, name: str, data: Path, extra: Sequence[str] = (), env: dict[str, str] | None = None) -> None:
        self.name = name
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.with_suffix(".log")
        self._command = [sys.executable, "-m", f"demo_app.{name}", "--port", str(self.port), "--data", str(data)]
        self._command += extra
        self._env = {**os.environ, **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=REPOSITORY, env=self._env, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self._ready, f"{self.name} answers")

    def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        try:
            return requests.get(f"{self.url}/healthz", timeout=1).ok
        except requests.RequestException:
            return False

    def send(self, signum: int) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signum)

    def pause(self) -> None:
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.send(signal.SIGCONT)

    def terminate(self) -> None:
        self.send(signal.SIGTERM)

    def has_ended(self) -> bool:
        assert self._process is not None
        return self._process.poll() == 0

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def service_class() -> type[Service]:
    return Service


class Clipshare:
    def __init__(self, folder: Path, mode: str, capacity: str = "none") -> None:
        self.profile = Service("profile", folder / "profile", ["--capacity", capacity])
        self.media = Service("media", folder / "media", ["--capacity", capacity])
        urls = {"PROFILE_URL": self.profile.url, "MEDIA_URL": self.media.url}
        self.web = Service("web", folder / "web", ["--mode", mode], urls)
        self.url = self.web.url

    @property
    def services(self) -> Sequence[Service]:
        return (self.profile, self.media, self.web)

    def member(self) -> requests.Session:
        """Someone whose age was verified."""
        session = requests.Session()
        form = {"born": "1990-01-01"}

        def joined() -> bool:
            saved = session.post(f"{self.url}/age", data=form, allow_redirects=False, timeout=PATIENCE_S)
            return saved.status_code == 303

        wait_until(joined, "someone joins")
        return session

    def stored_ids(self) -> list[str]:
        return [clip["upload_id"] for clip in requests.get(f"{self.media.url}/clips", timeout=PATIENCE_S).json()]

    def pending_ids(self) -> list[str]:
        return list(requests.get(f"{self.url}/pending", timeout=PATIENCE_S).json())


@pytest.fixture
def start_clipshare(tmp_path: Path) -> Iterator[Callable[..., Clipshare]]:
    started: list[Clipshare] = []

    def start(mode: str, capacity: str = "none") -> Clipshare:
        clipshare = Clipshare(tmp_path, mode, capacity)
        started.append(clipshare)
        for service in clipshare.services:
            service.start()
        return clipshare

    yield start
    for clipshare in started:
        for service in clipshare.services:
            service.kill()


def _free_port() -> int:
    """Free now, and not one of those that the system gives to connections: nothing takes it meanwhile."""
    while True:
        port = random.SystemRandom().randrange(12_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
