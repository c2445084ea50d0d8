"""A whole system with a fake backend of links: who is told what, and what is said when one does not come up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chaos.backends.links import Surroundings
from chaos.backends.processes import ProcessServices
from chaos.backends.services import Site
from chaos.errors import EnvironmentFailed
from chaos.experiment.system import System
from chaos.system.running import RunningSystem
from chaos.undo.processes import end_marked, marked
from chaos.undo.undo import Undo

ECHO = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
with open(os.path.join(sys.argv[2], "told"), "w") as told:
    json.dump([sys.argv, os.environ["OTHER"], os.getcwd()], told)
HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


class FakeLinks:
    """Only what starting a system needs."""

    def __init__(self) -> None:
        self.upstreams: Mapping[str, str] = {}
        self.lost: str | None = None

    async def start(
        self, upstreams: Mapping[str, str], record: Callable[[Undo], None], listen: Mapping[str, str]
    ) -> Mapping[str, str]:
        record(Undo("links", "test", {}, "", ""))
        self.upstreams = upstreams
        return {name: f"127.0.0.1:{number}" for number, name in enumerate(upstreams, start=1)}

    def failure(self) -> str | None:
        return self.lost


def system(**changes: Any) -> System:
    found = {
        "name": "tiny",
        "services": {
            "web": {
                "command": "{python} echo.py {port} {workdir} http://{links.db}",
                "cwd": "app",
                "env": {"OTHER": "{services.db}"},
            },
            "db": {"command": "{python} app/echo.py {port} {workdir} x", "env": {"OTHER": "-"}},
        },
        "links": {"edge": {"to": "web"}, "db": {"to": "db"}},
        "journeys": {"open": {"rate": "1/s", "steps": [{"get": "edge:/"}]}},
        **changes,
    }
    return System.model_validate_json(json.dumps(found))


class Running:
    def __init__(self, tmp_path: Path, mark: str) -> None:
        self.folder = tmp_path / "a folder"
        (self.folder / "app").mkdir(parents=True)
        (self.folder / "app" / "echo.py").write_text(ECHO)
        self.kept = tmp_path / "kept here"
        self.kept.mkdir()
        self.links = FakeLinks()
        self.surroundings = Surroundings(folder=self.kept, mark=mark, seed=1)
        self.undos: list[Undo] = []

    def of(self, system: System) -> RunningSystem:
        links: Any = self.links
        record, mark = self.undos.append, self.surroundings.mark
        services = ProcessServices(Site(system, self.folder, self.surroundings, record))
        return RunningSystem(system, links, services, mark=mark, record=record)

    @property
    def sessions(self) -> list[str]:
        """Those that the undo of all processes knows of."""
        (*_, last) = (undo for undo in self.undos if undo.kind == "processes.end")
        return last.args["sessions"].splitlines()


@pytest.fixture
def running(tmp_path: Path, mark: str) -> Running:
    return Running(tmp_path, mark)


def test_every_service_is_told_its_port_its_folder_and_where_the_links_are(run: Any, running: Running) -> None:
    """Folders have spaces in their names here."""
    started = running.of(system())
    run(started.start())
    web, db = (started.addresses.services[name] for name in ("web", "db"))
    assert running.links.upstreams == {"edge": web, "db": db}
    processes = f"{running.surroundings.mark}/processes"
    assert [undo.id for undo in running.undos] == [processes, "links", processes, processes]
    assert started.addresses.links == {"edge": "127.0.0.1:1", "db": "127.0.0.1:2"}
    workdir = running.kept / "work" / "web"
    assert json.loads((workdir / "told").read_text()) == [
        ["echo.py", web.rpartition(":")[2], str(workdir), "http://127.0.0.1:2"],
        db,
        str(running.folder / "app"),
    ]


def test_every_process_carries_the_mark_and_its_session_is_told(run: Any, running: Running, mark: str) -> None:
    started = running.of(system())

    async def all_of_it() -> None:
        await started.start()
        assert len(marked(mark)) == 2
        assert sorted(int(session.partition("=")[0]) for session in running.sessions) == sorted(marked(mark))
        assert started.failure() is None
        end_marked(mark)
        await started.ended()
        assert "ended by itself (signal 15)" in (started.failure() or "")

    run(all_of_it())
    assert not marked(mark)


def test_a_lost_backend_is_a_failure(run: Any, running: Running) -> None:
    started = running.of(system())
    running.links.lost = "the proxy is gone"
    assert started.failure() == "the proxy is gone"


def test_the_end_of_a_service_that_cannot_be_ended_is_not_waited_for_long(
    run: Any, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.backends.processes.ENDED_WITHIN_S", 0.05)
    started = running.of(system())

    async def all_of_it() -> None:
        await started.start()
        await started.ended()

    run(all_of_it())
    assert started.failure() is None


BROKEN = {
    "no such program": ({"command": "pyhton"}, "the service db can't be started: the program 'pyhton'"),
    "an unset variable in the command": (
        {"command": "{python} {env.GATECRASH_UNSET}"},
        "the service db needs the environment variable GATECRASH_UNSET, which is not set",
    ),
    "an unset variable in the environment": (
        {"command": "{python}", "env": {"A": "{env.GATECRASH_UNSET}"}},
        "the service db needs the environment variable GATECRASH_UNSET, which is not set",
    ),
    "it ends": ({"command": "{python} -c 'raise SystemExit(7)'"}, "the service db ended by itself (exit code 7)"),
    "nothing there": (
        {"url": "http://127.0.0.1:1", "ready": {"get": "/", "within": "50ms"}},
        "the service db was not ready within 0.05s (nothing answers)",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_service_that_does_not_come_up_is_one_error_that_names_it(run: Any, running: Running, case: str) -> None:
    """An `EnvironmentFailed`, and no group of them."""
    service, message = BROKEN[case]
    services = {**json.loads(system().model_dump_json(exclude_none=True))["services"], "db": service}
    with pytest.raises(EnvironmentFailed) as failed:
        run(running.of(system(services=services)).start())
    assert message in str(failed.value)


@pytest.mark.parametrize("url", ["http://{}", "http://{}/", "HTTP://{}"])
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_service_that_already_runs_is_waited_for_and_never_touched(
    run: Any, running: Running, url: str, host: str, mark: str
) -> None:
    server = Path(running.folder / "server.py")
    server.write_text(
        "import socket, signal, sys\n"
        "family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET\n"
        "s = socket.create_server((sys.argv[1], 0), family=family); print(s.getsockname()[1], flush=True)\n"
        "signal.pause()\n"
    )
    other = subprocess.Popen(
        [sys.executable, str(server), host.strip("[]")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert other.stdout is not None
        port = other.stdout.readline().strip()
        if not port:
            pytest.skip(f"nothing can listen on {host} here")
        address = f"{host}:{port}"
        found = system(services={"web": {"url": url.format(address)}}, links={"edge": {"to": "web"}})
        started = running.of(found)
        run(started.start())
        assert started.addresses.services == {"web": address}
        assert running.links.upstreams == {"edge": address}
        assert running.sessions == []
        end_marked(mark)
        assert other.poll() is None
    finally:
        os.kill(other.pid, signal.SIGKILL)
        other.communicate()
