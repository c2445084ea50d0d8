"""A real Prometheus answers the probe as the made-up one of the other tests does."""

from __future__ import annotations

import asyncio
import http.client
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.experiment.probe import Probe
from chaos.probes import PROBES
from chaos.probes.ask import Place, ProbeFailed
from chaos.system.addresses import Addresses
from chaos.system.ports import free_ports

PROGRAM = shutil.which("prometheus")
PATIENCE_S = 30.0
CONFIG = """
global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}
scrape_configs: [{{job_name: itself, static_configs: [{{targets: ["{address}"]}}]}}]
"""

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no prometheus on PATH (Debian: apt-get install prometheus)")


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its `host:port`; it watches itself."""
    assert PROGRAM is not None
    folder = tmp_path_factory.mktemp("prometheus")
    address = f"127.0.0.1:{free_ports(1)[0]}"
    (folder / "prometheus.yml").write_text(CONFIG.format(address=address))
    options = {"config.file": folder / "prometheus.yml", "storage.tsdb.path": folder / "data"}
    words = [f"--{name}={value}" for name, value in {**options, "web.listen-address": address}.items()]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, *words], stdout=log, stderr=log)
    try:
        while not is_ready(address):
            assert process.poll() is None, (folder / "log").read_text()
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def is_ready(address: str) -> bool:
    """Asked again after a moment where nobody listens yet."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == 200
    except ConnectionRefusedError:
        threading.Event().wait(0.01)
        return False
    finally:
        connection.close()


def ask(address: str, query: str, folder: Path) -> float:
    probe = Probe(prometheus="prometheus", query=query)
    addresses = Addresses({}, {"prometheus": address})
    place = Place(addresses=addresses, folder=folder, workdir=folder, mark="probes/test")
    return asyncio.run(PROBES[probe.kind](probe, place))


@pytest.mark.parametrize(
    ("query", "figure"),
    [
        ("vector(42)", 42),
        ("scalar(vector(1.5))", 1.5),
        ("-3", -3),
        ("1 > bool 2", 0),
        ('sum(vector(1) or label_replace(vector(2), "a", "b", "", ""))', 3),
        ("count(absent(no_such_metric))", 1),
    ],
)
def test_a_query_that_yields_a_single_value_is_that_figure(
    prometheus: str, tmp_path: Path, query: str, figure: float
) -> None:
    assert ask(prometheus, query, tmp_path) == figure


def test_what_it_has_scraped_is_told(prometheus: str, tmp_path: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while (found := ask(prometheus, 'count(up{job="itself"} == 1) or vector(0)', tmp_path)) != 1:
        assert time.monotonic() < deadline, found
    assert ask(prometheus, 'up{job="itself"}', tmp_path) == 1


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("no_such_metric", "the query yields 0 series, not a single value"),
        ('vector(1) or label_replace(vector(2), "a", "b", "", "")', "the query yields 2 series"),
        ("up[1m]", "the query yields a matrix"),
        ('"text"', "a string"),
        ("sum(", "Prometheus refused the query: .*parse error"),
        ("vector(1) / 0", "inf is neither a number nor true or false"),
        ("0 / 0", "nan is neither a number"),
    ],
)
def test_any_other_answer_says_why_it_is_none(prometheus: str, tmp_path: Path, query: str, why: str) -> None:
    with pytest.raises(ProbeFailed, match=why):
        ask(prometheus, query, tmp_path)
