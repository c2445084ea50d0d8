"""§14: toxiproxy-cli, unchanged, against both servers."""

import os
import pty
import re
import subprocess

import pytest

PATIENCE_S = 20


@pytest.fixture
def cli(server, need):
    """`cli("list")`: exit code, stdout and stderr."""
    words = [need("cli"), "--host", f"http://127.0.0.1:{server.port}"]

    def run(*arguments):
        done = subprocess.run([*words, *arguments], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def p(server):
    return server.proxy("127.0.0.1:1", name="p")


def test_list(cli, server, p):
    server.proxy("127.0.0.1:2", name="a", listen="localhost:4001", enabled=False)
    p.toxic("noop")
    assert cli("list") == (
        0,
        f"a\tlocalhost:4001\t127.0.0.1:2\tdisabled\t0\np\t{p.now['listen']}\t127.0.0.1:1\tenabled\t1\n",
        "",
    )
    for alias in ("l", "li", "ls"):
        assert cli(alias) == cli("list")


def test_list_of_nothing(cli):
    assert cli("list") == (0, "", "")


def test_inspect(cli, p):
    p.toxic("latency", latency=100, jitter=50)
    p.toxic("bandwidth", "upstream", rate=7, toxicity=0.25, name="slow")
    wanted = (
        "slow\ttype=bandwidth\tstream=upstream\ttoxicity=0.25\tattributes=[\trate=7\t]\n"
        "latency_downstream\ttype=latency\tstream=downstream\ttoxicity=1.00\tattributes=[\tjitter=50\tlatency=100\t]\n"
    )
    for word in ("inspect", "i", "ins"):
        assert cli(word, "p") == (0, wanted, "")


def test_create_toggle_and_delete(cli, server):
    made = cli("create", "-l", "127.0.0.1:0", "--upstream", "127.0.0.1:1", "p")
    assert made == (0, "Created new proxy p\n", "")
    again = cli("create", "--listen", "127.0.0.1:0", "-u", "127.0.0.1:1", "p")
    assert again[::2] == (1, "Failed to create proxy: Create: HTTP 409: proxy already exists\n\n")
    assert cli("toggle", "p") == (0, "Proxy p is now disabled\n", "")
    assert server.ok("GET", "/proxies/p")["enabled"] is False
    assert cli("tog", "p") == (0, "Proxy p is now enabled\n", "")
    assert cli("delete", "p") == (0, "Deleted proxy p\n", "")
    assert server.ok("GET", "/proxies") == {}
    assert cli("d", "p")[::2] == (1, "Failed to retrieve proxy p: HTTP 404: proxy not found\n\n")


def test_a_busy_port_is_told(cli, server, p):
    status, _, text = cli("create", "-l", p.now["listen"], "-u", "x:1", "q")
    error = f"HTTP 500: listen tcp {p.now['listen']}: bind: address already in use"
    assert (status, text) == (1, f"Failed to create proxy: Create: {error}\n\n")


def test_toxics(cli, server, p):
    added = cli("toxic", "add", "-t", "latency", "--attribute", "latency=100", "--attribute", "jitter=50", "p")
    assert added == (0, "Added downstream latency toxic 'latency_downstream' on proxy 'p'\n", "")
    added = cli("t", "a", "--type=bandwidth", "-n", "slow", "--tox", "0.5", "-u", "-a", "odd", "-a", "rate=7", "p")
    assert added == (0, "Added upstream bandwidth toxic 'slow' on proxy 'p'\n", "")
    slow = server.ok("GET", "/proxies/p/toxics/slow")
    assert slow == {
        "attributes": {"rate": 7}, "name": "slow", "type": "bandwidth", "stream": "upstream", "toxicity": 0.5,
    }  # fmt: skip
    assert cli("toxic", "update", "-n", "slow", "-a", "rate=9", "p") == (0, "Updated toxic 'slow' on proxy 'p'\n", "")
    assert server.ok("GET", "/proxies/p/toxics/slow") == slow | {"attributes": {"rate": 9}, "toxicity": 1}
    assert cli("t", "u", "-n", "slow", "--toxicity", "0.25", "p")[0] == 0
    assert server.ok("GET", "/proxies/p/toxics/slow") == slow | {"attributes": {"rate": 9}, "toxicity": 0.25}
    assert cli("toxic", "remove", "-n", "slow", "p") == (0, "Removed toxic 'slow' on proxy 'p'\n", "")
    assert cli("toxic", "d", "-n", "latency_downstream", "p")[0] == 0
    assert server.ok("GET", "/proxies/p/toxics") == []


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["toxic", "add", "-t", "nonsense", "p"], "HTTP 400: invalid toxic type"),
        (["toxic", "add", "-t", "latency", "none"], "HTTP 404: proxy not found"),
        (["toxic", "add", "-t", "noop", "p"], "HTTP 409: toxic already exists"),
        (["toxic", "add", "-t", "bandwidth", "-a", "rate=10.5", "p"], "HTTP 400: bad request body: "),
        (["toxic", "update", "-n", "none", "p"], "HTTP 404: toxic not found"),
        (["toxic", "remove", "-n", "none", "p"], "HTTP 404: toxic not found"),
        (["inspect", "none"], "HTTP 404: proxy not found"),
        (["toggle", "none"], "HTTP 404: proxy not found"),
    ],
)
def test_errors_of_the_server_are_told(cli, p, words, text):
    p.toxic("noop")
    status, out, error = cli(*words)
    assert (status, out) == (1, "")
    assert error.startswith("Failed to ")
    assert text in error


@pytest.mark.parametrize("words", [["inspect"], ["toggle"], ["delete"], ["create"], ["toxic", "add"]])
def test_a_missing_argument(cli, words):
    status, out, error = cli(*words)
    assert status == 1
    assert "USAGE:" in out
    assert "roxy name is" in error


def test_an_unknown_command(cli):
    assert cli("nonsense")[0] == 3


def test_the_server_may_stand_in_the_environment_without_a_scheme(server, need, p):
    env = {**os.environ, "TOXIPROXY_URL": f"127.0.0.1:{server.port}"}
    done = subprocess.run([need("cli"), "list"], capture_output=True, timeout=PATIENCE_S, env=env, check=False)
    assert done.stdout.startswith(b"p\t")


def test_on_a_terminal(server, need, p):
    parent, child = pty.openpty()
    words = [need("cli"), "-h", f"http://127.0.0.1:{server.port}", "list"]
    process = subprocess.Popen(words, stdout=child, stderr=child, stdin=child)
    os.close(child)
    shown = b""
    try:
        while data := os.read(parent, 4096):
            shown += data
    except OSError:
        pass  # how a terminal says that nobody writes to it any more
    os.close(parent)
    assert process.wait(PATIENCE_S) == 0
    text = re.sub(r"\x1b\[\d+m", "", shown.decode())
    assert text.startswith("Name\t\t\tListen\t\tUpstream\t\tEnabled\t\tToxics\r\n")
    assert "None" in text
    assert "Hint: inspect toxics with `toxiproxy-cli inspect <proxyName>`" in text
