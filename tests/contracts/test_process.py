"""§13: the process: flags, config file, signals, log."""

import json
import os
import re
import signal
import socket
import subprocess

import pytest

PATIENCE_S = 20


def run(program, *words, **env):
    surroundings = {**os.environ, **env}
    return subprocess.run(
        [*program, *words], capture_output=True, text=True, timeout=PATIENCE_S, env=surroundings, check=False
    )


# Flags


@pytest.mark.parametrize("word", ["-version", "--version", "-version=true", "-version=1", "-version=T"])
def test_the_version(program, word, kind):
    done = run(program, word)
    built = "toxiproxy-server version git\n"
    assert done.returncode == 0
    assert done.stdout == "toxiproxy-server version 2.12.0\n" or (kind == "toxiproxy" and done.stdout == built)


@pytest.mark.parametrize("word", ["-h", "-help", "--help", "--h"])
def test_help_is_on_stderr_and_no_failure(program, word):
    done = run(program, word)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("Usage of ")
    for flag in ("host", "port", "config", "seed", "runtime-metrics", "proxy-metrics", "version"):
        assert f"\n  -{flag}" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-nonsense"], "flag provided but not defined: -nonsense"),
        (["--port"], "flag needs an argument: -port"),
        (["-seed", "x"], 'invalid value "x" for flag -seed: parse error'),
        (["-seed", "99999999999999999999"], 'invalid value "99999999999999999999" for flag -seed: value out of range'),
        (["-proxy-metrics=maybe"], 'invalid boolean value "maybe" for -proxy-metrics: parse error'),
        (["---port"], "bad flag syntax: ---port"),
        (["-=1"], "bad flag syntax: -=1"),
    ],
)
def test_a_bad_flag(program, words, message):
    done = run(program, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{message}\nUsage of ")


def test_flags_in_every_form_and_further_arguments(own_server, free_port):
    port = free_port()
    words = ["--host=127.0.0.1", "-seed", "-5", "-proxy-metrics", f"--port={port}", "extra", "-nonsense"]
    server = own_server(*words, port=port)
    assert server.call("GET", "/version").status == 200
    assert server.call("GET", "/metrics").status == 200


def test_it_listens_where_it_is_told_to(own_server):
    server = own_server("-host", "127.0.0.2", host="127.0.0.2")
    assert server.call("GET", "/version").status == 200
    with socket.socket() as sock:
        assert sock.connect_ex(("127.0.0.1", server.port)) != 0


@pytest.mark.parametrize("host", [None, "localhost"])
def test_by_default_only_this_machine_is_heard(own_server, host):
    server = own_server(*(["-host", host] if host else []))
    with socket.socket() as sock:
        assert sock.connect_ex(("127.0.0.2", server.port)) != 0


def test_every_address_when_asked_for(own_server):
    server = own_server("-host=0.0.0.0")
    with socket.create_connection(("127.0.0.2", server.port)):
        pass
    answer = server.call("GET", "/version", headers={"Host": "toxiproxy:8474"})
    assert answer.status == 200


# API address


def test_a_busy_api_address(program, tmp_path, free_port, eventually, differs):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        log = tmp_path / "log"
        with log.open("wb") as file:
            process = subprocess.Popen([*program, "-port", str(port)], stdout=file, stderr=file)
        try:
            error = f"listen tcp 127.0.0.1:{port}: bind: address already in use"
            eventually(lambda: error in log.read_text(), "it says so")
            if differs("api-busy"):
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(0.3)
            else:
                assert process.wait(PATIENCE_S) == 1
        finally:
            process.kill()
            process.wait()


# Config file


@pytest.fixture
def config(tmp_path):
    def write(text):
        file = tmp_path / "proxies.json"
        file.write_text(text if isinstance(text, str) else json.dumps(text))
        return str(file)

    return write


def proxies(port):
    return [
        {"name": "on", "listen": f"localhost:{port}", "upstream": "127.0.0.1:1"},
        {"name": "off", "listen": "localhost:1", "upstream": "127.0.0.1:1", "enabled": False},
    ]


def test_the_proxies_of_a_config_file_are_there_before_the_api(own_server, config, free_port):
    port = free_port()
    server = own_server("-config", config(proxies(port)), env={"LOG_LEVEL": "info"})
    found = server.ok("GET", "/proxies")
    assert {name: (each["listen"], each["enabled"]) for name, each in found.items()} == {
        "on": (f"127.0.0.1:{port}", True), "off": ("localhost:1", False),
    }  # fmt: skip
    assert server.logged("Populated proxies from file", level="info")["proxies"] == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (None, "no such file or directory"),
        ("", "bad request body: EOF"),
        ("[{", "bad request body: unexpected EOF"),
        ('{"a":1}', "bad request body: "),
        ('[{"name":"x","upstream":"y:1"},{"name":"x"}]', "missing required field: upstream at proxy 2"),
    ],
)
def test_a_bad_config_file_is_logged_and_the_server_starts(own_server, config, tmp_path, text, error):
    path = str(tmp_path / "none.json") if text is None else config(text)
    server = own_server("-config", path, env={"LOG_LEVEL": "info"})
    assert server.ok("GET", "/proxies") == {}
    message = "Error reading config file" if text is None else "Failed to populate proxies from file"
    assert error in server.logged(message, level="error")["error"]


def test_a_partly_failing_config_file_leaves_what_succeeded(own_server, config, free_port):
    port = free_port()
    wanted = [*proxies(port), {"name": "busy", "listen": f"127.0.0.1:{port}", "upstream": "x:1"}, proxies(1)[1]]
    server = own_server("-config", config(wanted))
    assert set(server.ok("GET", "/proxies")) == {"on", "off"}
    assert "address already in use" in server.logged("Failed to populate proxies from file", level="error")["error"]


# Signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_int_and_term_end_it_with_0_and_its_connections_with_it(own_server, upstream, wire, number):
    server = own_server()
    client, remote = server.proxy(upstream()).open()
    assert wire.passes(client, remote)
    assert server.stop(number) == 0
    assert wire.gone(client) == wire.gone(remote) == b""


def test_hup_kills(own_server):
    assert own_server().stop(signal.SIGHUP) == -signal.SIGHUP


# Log


def test_each_line_is_json_with_toxiproxys_fields(own_server, upstream, wire, differs):
    server = own_server(env={"LOG_LEVEL": None})
    assert "version" in server.logged("Starting Toxiproxy", level="info")
    assert str(server.port) in server.logged("Starting Toxiproxy HTTP server", level="info")["address"]
    up = upstream()
    proxy = server.proxy(up, name="p", listen="127.0.0.1:0")
    listen, target = proxy.now["listen"], f"127.0.0.1:{up.address[1]}"
    shown = "127.0.0.1:0" if differs("log-shows-first-values") else listen
    of_it = {"name": "p", "listen": shown, "upstream": target}
    server.logged("Started proxy", level="info", **of_it)
    client, _ = proxy.open()
    accepted = server.logged("Accepted client", level="info", **of_it)
    assert accepted["client"] == f"127.0.0.1:{client.getsockname()[1]}"
    proxy.update(upstream="127.0.0.1:1")
    with proxy.connect() as refused:
        wire.gone(refused)
    failed = server.logged("Unable to open connection to upstream", level="error", name="p", listen=shown)
    last = [line for line in server.log() if line.get("message") == "Accepted client"][-1]
    assert failed["client"] == last["client"] != accepted["client"]
    assert "refused" in failed["error"]
    proxy.delete()
    server.logged("Terminated proxy", level="info", name="p")
    for line in server.log():
        assert next(iter(line)) == "level"
        assert re.fullmatch(r"\w+\.(go|py):\d+", line["caller"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"])
    raw = server.log_path.read_text().splitlines()
    assert all(json.loads(line) for line in raw)


def test_each_api_call_is_a_line_for_who_debugs(own_server):
    server = own_server(env={"LOG_LEVEL": "debug"})
    answer = server.call("POST", "/proxies", b"", headers={"User-Agent": "me/1"})
    line = server.logged("", level="debug", request_id=answer.headers["X-Toxiproxy-Request-Id"])
    wanted = {"method": "POST", "url": "/proxies", "user_agent": "me/1", "status": 400, "size": len(answer.raw)}
    assert line.items() >= wanted.items()
    assert line["client"].startswith("127.0.0.1:")
    assert line["duration"] >= 0
    assert line["handler"]


def test_a_500_is_a_warning(own_server):
    server = own_server()
    body = {"name": "x", "upstream": "y:1", "listen": "bogus"}
    assert server.call("POST", "/proxies", body).status == 500
    line = server.logged("Error did not include status code", level="warn")
    assert line["error"] == "listen tcp: address bogus: missing port in address"


@pytest.mark.parametrize("path", ["/proxies/p", "/proxies/p/toxics/noop_downstream"])
def test_post_where_patch_is_preferred(own_server, differs, path):
    server = own_server()
    server.proxy("127.0.0.1:1", name="p").toxic("noop")
    server.ok("PATCH", path, {})
    assert not server.log()
    server.ok("POST", path, {})
    if differs("post-warning"):
        what = "ToxicUpdate" if "toxics" in path else "ProxyUpdate"
        server.logged(f"{what}: HTTP method POST is depercated. Use HTTP PATCH instead.", level="warn")
    else:
        assert not server.log()


def test_links_that_break_are_warnings(own_server, upstream, wire, differs):
    server = own_server()
    client, remote = server.proxy(upstream()).open()
    assert wire.passes(client, remote)
    remote.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    remote.close()
    wire.gone(client)
    reference = differs("log-of-breaks")
    line = server.logged("Source terminated" if reference else "Connection broken", level="warn")
    assert line["bytes" if reference else "connection"] == (4 if reference else 1)
    assert "reset by peer" in line["error"]


def levels(server):
    """Those of the lines that a few events of every level make."""
    server.ok("POST", "/proxies", {"name": "p", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1"})
    assert server.call("POST", "/proxies/p", {"listen": "bogus"}).status == 500
    assert server.stop() == 0
    return {line["level"] for line in server.log()}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (None, {"debug", "info", "warn"}),
        ("debug", {"debug", "info", "warn"}),
        ("trace", {"debug", "info", "warn"}),
        ("INFO", {"info", "warn"}),
        ("Warn", {"warn"}),
        ("error", set()),
        ("fatal", set()),
        ("panic", set()),
        ("disabled", set()),
        ("nonsense", {"debug", "info", "warn", "error"}),
    ],
)
def test_log_level(own_server, text, wanted):
    server = own_server(env={"LOG_LEVEL": text})
    assert levels(server) - {"trace"} == wanted


@pytest.mark.parametrize(("text", "ours", "reference"), [
    ("warning", {"warn"}, {"debug", "info", "warn", "error"}),
    ("", {"debug", "info", "warn"}, set()),
])  # fmt: skip
def test_log_levels_that_are_read_otherwise(own_server, differs, text, ours, reference):
    server = own_server(env={"LOG_LEVEL": text})
    assert levels(server) - {"trace"} == (reference if differs("log-level") else ours)


def test_the_end_is_logged(own_server):
    server = own_server(env={"LOG_LEVEL": "info"})
    assert server.stop() == 0
    server.logged("Shutdown started", level="info")
