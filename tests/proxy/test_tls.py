"""An upstream that is spoken to in TLS. The certificate is made in the test, by the openssl binary."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chaos.proxy.tls import target

PATIENCE_S = 20.0
MIB = 1024 * 1024

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl binary makes the certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """For 127.0.0.1 and localhost, signed by itself: the file that has it, and that of its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    words = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
    ]
    names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    subprocess.run([*words, names, "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(f"hello {self.path} {self.headers['Host']}".encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(hashlib.sha256(body).digest() + body)

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def https(certificate: tuple[Path, Path]) -> Iterator[Callable[..., tuple[str, int]]]:
    """`https(version)`: where a server listens that speaks TLS."""
    running: list[ThreadingHTTPServer] = []

    def start(version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> tuple[str, int]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        context.minimum_version = context.maximum_version = version
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        host, port = server.server_address[:2]
        return str(host), int(port)

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def ask(address: tuple[str, int], path: str = "/a", body: bytes | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE_S)
    try:
        connection.request("GET" if body is None else "POST", path, body, {"Host": "example.org"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_requests_and_answers_pass_and_the_host_header_is_the_clients(
    new_server: Any, https: Any, certificate: Any, version: ssl.TLSVersion
) -> None:
    server = new_server("--upstream-ca", str(certificate[0]))
    port = https(version)[1]
    for name, upstream in [("ip", f"https://127.0.0.1:{port}"), ("name", f"tls://localhost:{port}/")]:
        address = server.proxy(name, upstream)
        assert ask(address) == (200, b"hello /a example.org")
        assert server.ok("GET", f"/proxies/{name}")["upstream"] == upstream
    assert loads_ssl(server)


@pytest.mark.parametrize("toxic", [None, "noop", "http_delay"])
def test_bulk_passes_both_ways_exactly(new_server: Any, https: Any, toxic: str | None) -> None:
    server = new_server("--upstream-insecure")
    address = server.proxy("bulk", f"https://127.0.0.1:{https()[1]}")
    if toxic:
        server.toxic("bulk", toxic)
    body = bytes(range(256)) * (16 * MIB // 256)
    status, answer = ask(address, body=body)
    assert status == 200
    assert answer == hashlib.sha256(body).digest() + body


def test_http_toxics_see_what_is_inside(new_server: Any, https: Any) -> None:
    server = new_server("--upstream-insecure")
    address = server.proxy("faults", f"https://127.0.0.1:{https()[1]}")
    server.toxic("faults", "http_error", match={"path": "/ours"})
    server.toxic("faults", "http_body", body="other", match={"path": "/b"})
    assert [ask(address, path)[0] for path in ("/ours", "/a")] == [503, 200]
    assert ask(address, "/b") == (200, b"other")


def test_a_certificate_that_nobody_vouches_for_is_refused_and_the_log_says_why(new_server: Any, https: Any) -> None:
    server = new_server(log_level="error")
    address = server.proxy("untrusted", f"https://127.0.0.1:{https()[1]}")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(address)
    server.process.terminate()
    said = server.process.stdout.read().decode()
    assert "tls 127.0.0.1: certificate verify failed: self" in said


def test_a_server_that_speaks_no_tls_is_told_apart(new_server: Any, upstream: Any) -> None:
    server = new_server("--upstream-insecure", log_level="error")
    plain = upstream(lambda sock: sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(server.proxy("plain", f"https://127.0.0.1:{plain.address[1]}"))
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(server.proxy("ends", f"https://127.0.0.1:{upstream(lambda sock: sock.close()).address[1]}"))
    server.process.terminate()
    assert server.process.stdout.read().decode().count('"error":"tls 127.0.0.1: ') == 2


def test_a_server_that_says_goodbye_but_keeps_its_socket_ends_the_answer(
    new_server: Any, upstream: Any, certificate: Any, connect: Any, wire: Any
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    done = threading.Event()

    def serve(sock: socket.socket) -> None:
        tls = context.wrap_socket(sock, server_side=True)
        incoming, outgoing = tls.recv(100), b"all there is"
        assert incoming
        tls.sendall(outgoing)
        tls.settimeout(PATIENCE_S)
        with contextlib.suppress(OSError):
            tls.unwrap()  # close_notify, without an end of the TCP connection
        done.wait(PATIENCE_S)

    server = new_server("--upstream-insecure")
    sock = connect(server.proxy("goodbye", f"tls://127.0.0.1:{upstream(serve).address[1]}"))
    sock.sendall(b"x")
    assert wire.read_all(sock) == b"all there is"
    done.set()


def test_an_authority_that_cannot_be_read_is_said_at_the_start() -> None:
    words = ["-m", "chaos.proxy", "--port", "0", "--upstream-ca", "/nowhere.pem"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 1
    assert "-upstream-ca: /nowhere.pem can't be read" in done.stderr


@pytest.mark.parametrize(
    ("upstream", "expected"),
    [
        ("https://a.example:8443", ("a.example:8443", "a.example")),
        ("https://a.example", ("a.example:443", "a.example")),
        ("TLS://a.example:1/", ("a.example:1", "a.example")),
        ("https://[::1]:8443/x", ("[::1]:8443", "::1")),
        ("https://[::1]", ("[::1]:443", "::1")),
        ("http://a:80", None),
        ("a:80", None),
    ],
)
def test_where_an_upstream_is_and_whose_certificate_is_expected(
    upstream: str, expected: tuple[str, str] | None
) -> None:
    assert target(upstream) == expected


def test_ssl_is_not_loaded_for_plain_upstreams(server: Any, upstream: Any, connect: Any, wire: Any) -> None:
    sock = connect(server.proxy("plain_only", upstream().address))
    sock.sendall(b"x")
    assert wire.read(sock, 1) == b"x"
    assert not loads_ssl(server)


def loads_ssl(server: Any) -> bool:
    maps = Path(f"/proc/{server.process.pid}/maps").read_text()
    return "_ssl" in maps or "libssl" in maps
