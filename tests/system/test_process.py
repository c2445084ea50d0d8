"""One service: what it says when it does not start, and how it is known to be ready."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.errors import EnvironmentFailed
from chaos.experiment.system import Ready
from chaos.system.ports import free_ports
from chaos.system.process import ServiceProcess

SERVER = f"""{sys.executable} -c "
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    count = 0
    def do_GET(self):
        Handler.count += 1
        codes = [int(code) for code in sys.argv[2].split('/')]
        self.send_response(codes[min(Handler.count, len(codes)) - 1])
        self.send_header('Location', 'http://127.0.0.1:1/nowhere')
        self.end_headers()
http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
" """


@pytest.fixture
def service(tmp_path: Path) -> ServiceProcess:
    return ServiceProcess("web", tmp_path / "web.log")


@pytest.fixture
def begin(service: ServiceProcess, mark: str, tmp_path: Path) -> Callable[..., Any]:
    async def start(command: str, *, ready: Ready | None = None, port: int = 1, cwd: Path = tmp_path) -> None:
        await service.start(shlex.split(command), cwd=cwd, env={"GIVEN": "to it"}, mark=mark)
        await service.ready(f"127.0.0.1:{port}", ready)

    return start


def program(text: str) -> str:
    return f'{sys.executable} -c "{text}"'


FAILURES = {
    "exits at once": (
        program("import sys; print('starting'); sys.exit('no config')"),
        ["the service web ended by itself (exit code 1)", "\n    starting", "\n    no config"],
    ),
    "exits silently": (program("pass"), ["the service web ended by itself (exit code 0); it printed nothing"]),
    "is killed": (
        program("import os; os.kill(os.getpid(), 9)"),
        ["the service web ended by itself (signal 9); it printed nothing"],
    ),
    "says a lot": (
        program("print(*range(50), sep=chr(10)); import sys; sys.exit(3)"),
        ["(exit code 3)\n    38\n    39", "\n    49"],
    ),
    "is no program": ("no-such-program --port 1", ["the service web can't be started: the program 'no-such-program'"]),
    "is a folder": ("/ --port 1", ["the service web can't be started: the program '/': Permission denied"]),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_service_that_does_not_start_is_an_error_with_its_last_words(run: Any, begin: Any, case: str) -> None:
    command, said = FAILURES[case]
    with pytest.raises(EnvironmentFailed) as failed:
        run(begin(command))
    for part in said:
        assert part in str(failed.value)


@pytest.mark.parametrize(("folder", "why"), [("nowhere", "No such file or directory"), ("file", "Not a directory")])
def test_a_working_directory_that_is_none_is_named(run: Any, begin: Any, tmp_path: Path, folder: str, why: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFailed, match=f"can't be started: the folder {tmp_path / folder}: {why}"):
        run(begin(program("pass"), cwd=tmp_path / folder))


def test_a_log_that_cannot_be_written_is_named(run: Any, mark: str, tmp_path: Path) -> None:
    service = ServiceProcess("web", tmp_path / "nowhere" / "web.log")
    with pytest.raises(EnvironmentFailed, match=r"can't be started: .*nowhere/web.log: No such file"):
        run(service.start(shlex.split(program("pass")), cwd=tmp_path, env={}, mark=mark))


def test_a_service_that_listens_and_never_answers_is_late_and_said_to_be(run: Any, begin: Any) -> None:
    (port,) = free_ports(1)
    command = program(
        f"import signal, socket; s = socket.create_server(('127.0.0.1', {port})); print('listening', flush=True);"
        " signal.pause()"
    )
    with pytest.raises(EnvironmentFailed) as failed:
        run(begin(command, port=port, ready=Ready(get="/healthz", within="500ms")))  # type: ignore[arg-type]
    assert str(failed.value).startswith("the service web was not ready within 0.5s (")


def test_a_service_that_never_listens_is_late_and_said_to_be(run: Any, begin: Any) -> None:
    with pytest.raises(EnvironmentFailed, match=r"not ready within 0.05s \(nothing answers\); it printed nothing"):
        run(begin(program("import signal; signal.pause()"), ready=Ready(get="/", within="50ms")))  # type: ignore[arg-type]


@pytest.mark.parametrize("codes", ["200", "204", "302", "503/404/200", "500/301"])
def test_a_service_is_ready_once_it_answers_below_400(run: Any, begin: Any, codes: str) -> None:
    (port,) = free_ports(1)
    run(begin(f"{SERVER} {port} {codes}", port=port, ready=Ready(get="/healthz", within="20s")))  # type: ignore[arg-type]


def test_a_service_that_answers_with_errors_is_not_ready_and_its_answer_is_shown(run: Any, begin: Any) -> None:
    (port,) = free_ports(1)
    with pytest.raises(EnvironmentFailed) as failed:
        run(begin(f"{SERVER} {port} 500", port=port, ready=Ready(get="/healthz", within="3s")))  # type: ignore[arg-type]
    assert "the service web was not ready within 3s (/healthz answered 500)" in str(failed.value)
    assert "GET /healthz" in str(failed.value)


def test_without_a_question_a_service_is_ready_when_it_accepts(run: Any, begin: Any) -> None:
    (port,) = free_ports(1)
    run(begin(f"{SERVER} {port} 500", port=port))


def test_a_service_runs_in_a_session_of_its_own_with_its_environment(
    run: Any, begin: Any, service: ServiceProcess, tmp_path: Path
) -> None:
    async def look() -> None:
        with pytest.raises(EnvironmentFailed):
            await begin(program("import os; print(os.environ['GIVEN'], os.getsid(0) == os.getpid(), os.getcwd())"))
        await service.wait()

    run(look())
    assert (tmp_path / "web.log").read_text() == f"to it True {tmp_path}\n"


def test_a_service_that_ends_later_has_failed(run: Any, service: ServiceProcess, mark: str, tmp_path: Path) -> None:
    async def kill() -> None:
        assert service.failure() is None
        assert service.session is None
        await service.start(shlex.split(program("import signal; signal.pause()")), cwd=tmp_path, env={}, mark=mark)
        assert service.failure() is None
        assert service.session is not None
        os.kill(int(service.session.partition("=")[0]), signal.SIGTERM)
        await asyncio.wait_for(service.wait(), 20)

    run(kill())
    assert service.failure() == "the service web ended by itself (signal 15); it printed nothing"


def test_the_last_words_of_a_service_that_printed_without_end_are_found(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("wb") as file:
        file.seek(1 << 33)
        file.write(b"\nthe end \xff\n")
    assert ServiceProcess("web", log).last_lines().endswith("\n    the end \N{REPLACEMENT CHARACTER}")
