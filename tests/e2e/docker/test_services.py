"""A system of containers: the same verdict, reached on loopback alone, and nothing of it is left."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from chaos.undo.engine import MARK_LABEL, RUN_LABEL, STATE_LABEL

pytestmark = pytest.mark.system
SOURCES = Path(__file__).parents[3]
COMPOSED = """
services:
  front:
    image: gatecrash-test/tiny
    build: {context: image, args: {BASE: "$BASE"}}
    command: [python3, tiny_app.py, front, --host, 0.0.0.0, --port, "9000", --store, "http://store:8000"]
    expose: ["9000"]
    networks: [shared]
    depends_on: {store: {condition: service_healthy}}
  store:
    image: gatecrash-test/tiny
    command: python3 tiny_app.py store --host 0.0.0.0 --port 8000
    networks: {shared: {}, other: {}}
    healthcheck:
      test: [CMD, python3, -c, "import socket; socket.create_connection(('localhost', 8000))"]
"""


def get(address: str, path: str = "/") -> str:
    with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as answer:
        return str(answer.read().decode())


def up(gatecrash: Any, *arguments: str) -> tuple[Any, Any]:
    """The command while its system stands, and where everything is."""
    process = gatecrash.start("up", "system.yaml", "--backend", "docker", "--json", *arguments)
    text = ""
    while not text.endswith("\n}\n"):
        line = process.stdout.readline()
        assert line, text
        text += line
    return process, json.loads(text[text.index("{\n") :])


def test_a_system_stands_in_containers_and_is_gone_afterwards(in_containers: Any, engine: Any, ours: Any) -> None:
    process, document = up(in_containers)
    store, front = (document["services"][name]["address"] for name in ("store", "front"))
    assert "all is well" in get(document["links"]["edge"]["address"])
    assert get(store, "/notes") == "[]"
    assert {thing.kind for thing in ours()} == {"container", "network", "volume"}
    for thing in ours():
        assert thing.labels.keys() >= {RUN_LABEL, MARK_LABEL, STATE_LABEL}
    published = {
        (port["IP"], port["PublicPort"])
        for thing in ours()
        if thing.kind == "container"
        for port in engine.containers(filters={"name": thing.name})[0]["Ports"]
    }
    assert published == {("127.0.0.1", int(address.rpartition(":")[2])) for address in (store, front)}
    gateway, _, port = document["links"]["store"]["address"].rpartition(":")
    assert gateway not in {"127.0.0.1", "0.0.0.0"}
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", int(port)), timeout=5):
        pass
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 0
    assert not ours()


def test_what_containers_print_is_kept_without_secrets(in_containers: Any) -> None:
    in_containers.env["SAID"] = "hunter-2-is-secret"
    system = in_containers.folder / "system.yaml"
    system.write_text(
        system.read_text()
        .replace("ready: {get: /healthz}\nlinks", "ready: {get: /healthz}\n    env: {SAID: '{env.SAID}'}\nlinks")
        .replace('flags: ""', 'flags: "--echo SAID"')
    )
    process, document = up(in_containers)
    get(document["links"]["edge"]["address"], "/a-page")
    process.send_signal(signal.SIGINT)
    process.communicate()
    (log,) = (in_containers.folder / ".gatecrash").rglob("front.log")
    assert "/a-page" in log.read_text()
    assert "hunter" not in log.read_text()


def test_an_app_that_was_not_changed_comes_through_links_of_its_services_names(in_containers: Any, base: str) -> None:
    """A compose file, whose front asks for http://store:8000 and waits until store is healthy."""
    in_containers.write("docker-compose.yml", COMPOSED.replace("$BASE", base))
    in_containers.write(
        "system.yaml",
        "name: composed\ncompose: docker-compose.yml\nlinks: {edge: {to: front}, store: {to: store}}\n"
        "journeys: {read: {rate: 1/s, steps: [{get: 'edge:/'}]}}\n",
    )
    process, document = up(in_containers)
    edge, store = document["links"]["edge"]["address"], document["links"]["store"]
    assert "all is well" in get(edge)
    down = urllib.request.Request(f"{store['api']}/proxies/store", data=b'{"enabled": false}', method="POST")
    with urllib.request.urlopen(down, timeout=5):
        pass
    with pytest.raises(urllib.error.HTTPError, match="503"):
        get(edge)
    assert get(document["services"]["store"]["address"], "/healthz") == "ok"
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 0


REAL = 'ARG BASE\nFROM ${BASE}\nCOPY server /\nENTRYPOINT ["/server"]\n'


@pytest.fixture
def toxiproxy_image(engine: Any, base: str, tmp_path: Path, request: Any) -> str:
    """Toxiproxy's own program in an image, or `gatecrash proxy` as our Dockerfile has it."""
    folder, dockerfile = SOURCES / "chaos", "proxy/Dockerfile"
    if request.param == "real":
        folder, dockerfile = tmp_path / "server", "Dockerfile"
        folder.mkdir()
        shutil.copy(request.getfixturevalue("server_program"), folder / "server")
        (folder / dockerfile).write_text(REAL)
    name = f"gatecrash-test/proxy-{request.param}"
    steps = engine.build(
        path=str(folder), dockerfile=dockerfile, tag=name, buildargs={"BASE": base}, rm=True, decode=True
    )
    assert not [step for step in steps if "error" in step]
    return name


@pytest.mark.parametrize("toxiproxy_image", ["real", pytest.param("own", marks=pytest.mark.nightly)], indirect=True)
def test_a_toxiproxy_in_a_container_breaks_the_links(in_containers: Any, toxiproxy_image: str, ours: Any) -> None:
    in_containers.env["TOXIPROXY_IMAGE"] = toxiproxy_image
    path = in_containers.folder / "experiments" / "store.yaml"
    slow = "link: store, latency: {delay: 100ms}"
    path.write_text(path.read_text().replace("service: store, pause: {}", slow).replace("100%", "0%"))
    backends = ("--backend", "docker", "--backend", "toxiproxy-container")
    done = in_containers("run", *backends, "--retry-inconclusive", "2", timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not ours()
