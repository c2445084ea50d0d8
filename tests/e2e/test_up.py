"""`gatecrash up`: a system to look at, with proxies that any client can drive, and nothing of it afterwards."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from chaos.undo.lease import read_lease
from chaos.undo.processes import marked


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def call(method: str, url: str, body: Any = None) -> None:
    data = None if body is None else json.dumps(body).encode()
    urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=5).close()


def begin(gatecrash: Any, until: Any, *arguments: str) -> tuple[Any, Any]:
    """The process, and the document that it printed once everything was ready."""
    process = gatecrash.start("up", "system.yaml", "--json", *arguments)
    lines: list[str] = []
    while not lines or lines[-1] != "}\n":
        line = process.stdout.readline()
        assert line, "".join(lines)
        lines.append(line)
    return process, json.loads("".join(lines[lines.index("{\n") :]))


def left_over(gatecrash: Any) -> tuple[int, ...]:
    return tuple(
        pid for folder in (gatecrash.folder / ".gatecrash/up").iterdir() for pid in marked(f"{folder.name}/up")
    )


def test_a_system_stands_until_ctrl_c_and_its_links_can_be_broken_by_hand(gatecrash: Any, until: Any) -> None:
    process, said = begin(gatecrash, until)
    edge, store = said["links"]["edge"], said["links"]["store"]
    assert (said["system"], edge["to"], store["to"]) == ("tiny", "front", "store")
    assert "all is well" in get(f"http://{edge['address']}/")[1]
    assert get(f"http://{said['services']['store']['address']}/healthz") == (200, "ok")
    assert Path(said["services"]["store"]["log"]).exists()
    call("POST", f"{store['api']}/proxies/{store['proxy']}", {"enabled": False})
    status, page = get(f"http://{edge['address']}/")
    assert (status, "Nothing is lost" in page) == (503, True), page
    call("POST", f"{store['api']}/proxies/{store['proxy']}", {"enabled": True})
    assert get(f"http://{edge['address']}/")[0] == 200
    for _ in range(3):
        os.kill(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=15)
    assert process.returncode == 0, output
    assert "nothing is left running" in output
    assert not left_over(gatecrash)
    assert not gatecrash.leases
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(edge["address"].rpartition(":")[2]))) != 0


def test_a_killed_one_leaves_nothing_and_the_next_works_at_once(gatecrash: Any, until: Any) -> None:
    process, _ = begin(gatecrash, until)
    assert len(left_over(gatecrash)) == 3
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: not left_over(gatecrash) and not gatecrash.leases, "nothing left over", 5.0)
    again, _ = begin(gatecrash, until)
    assert len(list((gatecrash.folder / ".gatecrash/up").iterdir())) == 1, "the killed one's folder is gone"
    os.kill(again.pid, signal.SIGTERM)
    again.communicate(timeout=15)
    assert again.returncode == 128 + signal.SIGTERM
    assert not left_over(gatecrash)


def test_what_both_processes_left_is_undone_by_rollback(gatecrash: Any, until: Any) -> None:
    begin(gatecrash, until)
    (lease,) = gatecrash.leases
    state = read_lease(lease)
    assert state is not None
    for pid, _ in reversed(state.holders):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not read_lease(lease).held, "both are gone")
    assert left_over(gatecrash)
    assert gatecrash("rollback").returncode == 0
    assert not left_over(gatecrash)


def test_a_variant_is_what_stands(gatecrash: Any, until: Any) -> None:
    process, said = begin(gatecrash, until, "--variant", "leaking")
    store = said["links"]["store"]
    call("POST", f"{store['api']}/proxies/{store['proxy']}", {"enabled": False})
    assert get(f"http://{said['links']['edge']['address']}/")[1].startswith("Traceback")
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=15)


def test_a_service_that_ends_by_itself_ends_it_all_and_is_told(gatecrash: Any, until: Any) -> None:
    process, _ = begin(gatecrash, until)
    services = [pid for pid in left_over(gatecrash) if b"tiny_app" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(services[0], signal.SIGKILL)
    output, _ = process.communicate(timeout=15)
    assert process.returncode == 3, output
    assert "ended by itself (signal 9)" in output
    assert not left_over(gatecrash)
    assert not gatecrash.leases


def test_people_get_a_table_and_the_calls_that_break_a_link(gatecrash: Any, until: Any) -> None:
    process = gatecrash.start("up", "system.yaml")
    lines = [process.stdout.readline()]
    while "Ctrl-C" not in lines[-1]:
        lines.append(process.stdout.readline())
        assert lines[-1], "".join(lines)
    said = "".join(lines)
    assert "starting tiny" in said
    assert "front (127.0.0.1:" in said
    assert "/proxies/edge/toxics" in said
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=15)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["experiments/store_down.yaml"], "is an experiment, which `gatecrash run` runs"),
        (["nowhere.yaml"], "there is no such file"),
        (["system.yaml", "--variant", "leking"], "did you mean leaking?"),
        (["system.yaml", "--set", "flag=x"], "has no var 'flag'"),
    ],
)
def test_what_can_not_stand_is_told_and_nothing_is_touched(gatecrash: Any, arguments: list[str], message: str) -> None:
    done = gatecrash("up", *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert message in done.stderr
    assert not (gatecrash.folder / ".gatecrash").exists()
