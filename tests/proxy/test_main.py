"""The process: flags, config file, signals, metrics."""

import gzip
import http.client
import json
import signal
import socket
import subprocess
import sys

import pytest

from chaos.proxy.main import main

WAIT_S = 20


def run(*words, **env):
    return subprocess.run(
        [sys.executable, "-m", "chaos.proxy", *words], capture_output=True, text=True, timeout=WAIT_S, check=False
    )


def test_version_help_and_mistakes(capsys):
    assert main(["-version"]) == 0
    assert capsys.readouterr().out == "toxiproxy-server version 2.12.0\n"
    assert main(["-h"]) == 0
    assert "Usage of" in capsys.readouterr().err
    assert main(["-nonsense"]) == 2
    assert capsys.readouterr().err.startswith("flag provided but not defined: -nonsense\nUsage of")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_with_0(new_server, upstream, connect, wire, number):
    server = new_server()
    sock = connect(server.proxy("p", upstream().address))
    sock.sendall(b"x")
    assert wire.read(sock, 1) == b"x"
    server.process.send_signal(number)
    assert server.process.wait(WAIT_S) == 0
    assert sock.recv(1) == b""


def test_a_busy_api_port_is_an_error_that_says_so():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("-port", str(port))
    assert done.returncode == 1
    assert f"listen tcp 127.0.0.1:{port}: bind: address already in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_config_file_is_there_before_the_api(new_server, tmp_path):
    file = tmp_path / "proxies.json"
    file.write_text(json.dumps([{"name": "web", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1"}]))
    assert list(new_server("-config", str(file)).ok("GET", "/proxies")) == ["web"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (None, "open {}: no such file or directory"),
        ("", "bad request body: EOF"),
        ("{", "bad request body: unexpected EOF"),
        ('{"a": 1}', "bad request body: an array of proxies was expected"),
        ('[{"name": "x"}]', "missing required field: upstream at proxy 1"),
    ],
)
def test_a_bad_config_file_is_logged_and_the_server_starts(new_server, tmp_path, text, error):
    file = tmp_path / "proxies.json"
    if text is not None:
        file.write_text(text)
    server = new_server("-config", str(file))
    assert server.ok("GET", "/proxies") == {}
    server.process.terminate()
    log, _ = server.process.communicate(timeout=WAIT_S)
    [line] = [json.loads(line) for line in log.splitlines()]
    assert (line["level"], line["error"]) == ("error", error.format(file))
    assert line["config"] == str(file)


def test_the_log_tells_what_toxiproxys_tells(new_server, upstream, connect, wire):
    server = new_server(log_level="debug")
    sock = connect(server.proxy("p", upstream().address))
    sock.sendall(b"x")
    wire.read(sock, 1)
    server.process.terminate()
    log, _ = server.process.communicate(timeout=WAIT_S)
    lines = [json.loads(line) for line in log.splitlines()]
    messages = [line.get("message") for line in lines]
    assert messages[0] == "Starting Toxiproxy"
    assert {"Started proxy", "Accepted client", "Shutdown started", "Terminated proxy"} <= set(messages)
    [call] = [line for line in lines if "request_id" in line]
    assert (call["method"], call["url"], call["status"]) == ("POST", "/proxies", 201)


def test_a_client_whose_server_refuses_is_named_in_the_log(new_server, connect):
    server = new_server(log_level="error")
    sock = connect(server.proxy("p", "127.0.0.1:1"))
    assert sock.recv(1) == b""
    server.process.terminate()
    log, _ = server.process.communicate(timeout=WAIT_S)
    [line] = [json.loads(line) for line in log.splitlines()]
    host, port = sock.getsockname()
    assert (line["message"], line["client"]) == ("Unable to open connection to upstream", f"{host}:{port}")


def test_metrics_have_toxiproxys_names_and_labels(new_server, upstream, connect, wire):
    server = new_server("-proxy-metrics", "-runtime-metrics")
    echo = upstream()
    address = server.proxy('odd "name"', echo.address)
    sock = connect(address)
    sock.sendall(b"12345")
    wire.read(sock, 5)
    labels = (
        f'direction="upstream",listener="127.0.0.1:{address[1]}",'
        f'proxy="odd \\"name\\"",upstream="127.0.0.1:{echo.address[1]}"'
    )
    for kind in ("received", "sent"):
        line = f"toxiproxy_proxy_{kind}_bytes_total{{{labels}}} 5\n"
        wire.eventually(lambda line=line: line in server.call("GET", "/metrics")[1], line)
    server.ok("DELETE", "/proxies/odd%20%22name%22")
    text = server.call("GET", "/metrics")[1]
    assert f"toxiproxy_proxy_sent_bytes_total{{{labels}}} 5\n" in text
    assert "process_resident_memory_bytes " in text
    connection = http.client.HTTPConnection(server.host, server.port, timeout=WAIT_S)
    connection.request("GET", "/metrics", headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    assert response.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    assert gzip.decompress(response.read()).startswith(b"# HELP")
    connection.close()


def test_the_reported_version_can_be_chosen(new_server):
    assert new_server("-report-version", "git").ok("GET", "/version") == {"version": "git"}


def test_it_loads_nothing_heavy_before_it_listens():
    heavy = [
        "json",
        "re",
        "random",
        "dataclasses",
        "typing",
        "ctypes",
        "enum",
        "socket",
        "asyncio",
        "chaos.proxy.toxics",
    ]
    code = (
        "import sys\n"
        "from chaos.proxy import main\n"
        "from chaos.proxy.loop import Loop\n"
        f"Loop.run = lambda self: print([name for name in {heavy} if name in sys.modules])\n"
        "main.main(['-port', '0'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=True,
        env={"LOG_LEVEL": "warn"},
    )
    assert done.stdout == "[]\n"
