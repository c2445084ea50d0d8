"""What goes wrong around an experiment ends in one clear message, the right exit code, and nothing left running."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest


def replace(gatecrash: Any, old: str, new: str, file: str = "system.yaml") -> None:
    path = gatecrash.folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


SERVICES = {
    "exits at start": ("front --port {port}", "front --prot {port}", "the service front ended by itself (exit code 2)"),
    "no such program": ('store: {command: "{python}', 'store: {command: "pyhton', "the program 'pyhton'"),
    "a variable that is not set": (
        "--store http://{links.store}",
        "--store http://{links.store} {env.GATECRASH_NOT_SET}",
        "needs the environment variable GATECRASH_NOT_SET, which is not set",
    ),
    "a folder that is not there": (
        "ready: {get: /healthz}\nlinks",
        "ready: {get: /healthz}\n    cwd: nowhere\nlinks",
        "nowhere",
    ),
}


@pytest.mark.parametrize("case", SERVICES)
def test_a_service_that_does_not_start_is_an_error_with_its_last_words(gatecrash: Any, case: str) -> None:
    old, new, message = SERVICES[case]
    replace(gatecrash, old, new)
    done = gatecrash("run")
    assert done.returncode == 3, done.stdout + done.stderr
    assert message in " ".join(done.stdout.split())
    assert "Traceback" not in done.stdout + done.stderr
    assert not gatecrash.left_over()


def test_a_service_that_never_gets_ready_is_an_error_that_says_what_was_seen(gatecrash: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        replace(
            gatecrash,
            "services:\n",
            f'services:\n  silent: {{url: "http://127.0.0.1:{port}", ready: {{get: /, within: 300ms}}}}\n',
        )
        done = gatecrash("run")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "the service silent was not ready within 0.3s" in " ".join(done.stdout.split())


def test_a_service_that_dies_in_mid_experiment_is_an_error_and_is_undone(gatecrash: Any, until: Any) -> None:
    events = gatecrash.folder / "events.jsonl"
    runner = gatecrash.start("run", "--events", str(events))
    until(lambda: events.exists() and "fault_injected" in events.read_text(), "the fault")
    victims = [pid for pid in gatecrash.left_over() if b"tiny_app.py\0store" in command_line(pid)]
    os.kill(victims[0], signal.SIGKILL)
    output, _ = runner.communicate(timeout=15)
    assert runner.returncode == 3, output
    assert "the service store ended by itself (signal 9)" in output
    assert not gatecrash.left_over()


def test_a_proxy_that_dies_in_mid_experiment_is_an_error_and_is_undone(gatecrash: Any, until: Any) -> None:
    events = gatecrash.folder / "events.jsonl"
    runner = gatecrash.start("run", "--events", str(events))
    until(lambda: events.exists() and "fault_injected" in events.read_text(), "the fault")
    victims = [pid for pid in gatecrash.left_over() if b"\0proxy\0" in command_line(pid)]
    os.kill(victims[0], signal.SIGKILL)
    output, _ = runner.communicate(timeout=15)
    assert runner.returncode == 3, output
    assert "the embedded proxy ended" in output
    assert not gatecrash.left_over()
    assert not gatecrash.leases


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("down: {}", "dwon: {}", "store_down.yaml:8:24: faults[0].dwon: dwon is not known here; did you mean down?"),
        ("for: 1200ms", "for: 1200", 'faults[0].for: 1200 has no unit; a duration is written like "1200ms"'),
        ("link: store", "link: stroe", "faults[0].link: there is no link 'stroe'; did you mean store?"),
        ("  read: {broken: 0%}", "  raed: {broken: 0%}", "during.raed: there is no journey 'raed'; did you mean read?"),
        ("recovery: {within: 3s}", "recovery: {within: [3s]}", "recovery.within: a list is not a duration"),
        ('read: {served: ">= 99%"}', "read: {served: >= 99%}", 'a comparison must be quoted in YAML: ">= 99%"'),
        ("name: The store is gone", "name: [The store", "this is not YAML"),
        ("system: ../system.yaml", "system: ../sytem.yaml", "system: there is no file '../sytem.yaml'"),
        ("for: 1200ms", "for: 700ms", "make it longer than that"),
    ],
)
def test_a_mistake_in_a_file_touches_nothing_and_says_where_it_is(
    gatecrash: Any, old: str, new: str, message: str
) -> None:
    replace(gatecrash, old, new, "experiments/store_down.yaml")
    for command in ("validate", "run"):
        done = gatecrash(command)
        assert done.returncode == 2
        assert message in done.stderr
        assert "experiments/store_down.yaml:" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (gatecrash.folder / ".gatecrash").exists()


def test_every_problem_of_every_file_comes_out_in_one_go(gatecrash: Any) -> None:
    replace(gatecrash, "down: {}", "dwon: {}", "experiments/store_down.yaml")
    gatecrash.write("experiments/empty.yaml", "")
    (gatecrash.folder / "experiments/binary.yaml").write_bytes(b"\xff\xfe\x00name")
    done = gatecrash("validate")
    assert done.returncode == 2
    for file in ("store_down", "empty", "binary"):
        assert f"experiments/{file}.yaml" in done.stderr
    assert "problems; nothing was touched" in done.stderr
