"""§6: version and metrics."""

import gzip
import re

import pytest

FAMILIES = [f"toxiproxy_proxy_{kind}_bytes_total" for kind in ("received", "sent")]


def samples(text):
    """{(family, ((label, value), ...)): number}"""
    found = {}
    for line in text.splitlines():
        match = re.fullmatch(r"(toxiproxy_\w+)\{(.*)\} (\S+)", line)
        if match:
            labels = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2])
            found[match[1], tuple(labels)] = float(match[3])
    return found


def test_the_version(server, kind):
    answer = server.call("GET", "/version")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
    built = b'{"version": "git"}\n'  # a Toxiproxy that was built without being told which one it is
    assert answer.raw == b'{"version": "2.12.0"}\n' or (kind == "toxiproxy" and answer.raw == built)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_are_none_without_a_flag(server, method):
    answer = server.call(method, "/metrics")
    assert (answer.status, answer.raw) == (404, b"404 page not found\n")


def test_bytes_are_counted_with_toxiproxys_names_and_labels(own_server, upstream, wire, eventually, differs):
    server = own_server("-proxy-metrics")
    up = upstream()
    proxy = server.proxy(up, name='odd "name"')
    proxy.path = "/proxies/odd%20%22name%22"
    listen = proxy.now["listen"]
    client, remote = proxy.open()
    client.sendall(b"12345")
    assert wire.read(remote, 5) == b"12345"
    remote.sendall(b"123")
    assert wire.read(client, 3) == b"123"

    def series(direction):
        return (("direction", direction), ("listener", listen), ("proxy", 'odd \\"name\\"'),
                ("upstream", f"127.0.0.1:{up.address[1]}"))  # fmt: skip

    def counted():
        return samples(server.call("GET", "/metrics").raw.decode())

    if differs("metrics-at-the-end"):
        assert counted() == {}
    else:
        assert counted()[FAMILIES[0], series("upstream")] == 5
    client.close()
    remote.close()
    wanted = {(family, series(way)): size for family in FAMILIES for way, size in (("upstream", 5), ("downstream", 3))}
    eventually(lambda: counted() == wanted, "all is counted")
    client, remote = proxy.open()
    client.sendall(b"x")
    assert wire.read(remote, 1) == b"x"
    client.close()
    remote.close()
    eventually(lambda: counted()[FAMILIES[1], series("upstream")] == 6, "both connections are counted")
    # What was counted stays when the proxy goes.
    proxy.delete()
    assert counted()[FAMILIES[0], series("upstream")] == 6


def test_received_and_sent_differ_where_a_toxic_drops(own_server, upstream, wire, eventually):
    server = own_server("-proxy-metrics")
    proxy = server.proxy(upstream())
    proxy.toxic("limit_data", bytes=4)
    client, remote = proxy.open()
    remote.sendall(b"1234567890")
    assert wire.gone(client) == b"1234"
    remote.close()

    def down():
        found = samples(server.call("GET", "/metrics").raw.decode())
        return [number for (_, labels), number in sorted(found.items()) if ("direction", "downstream") in labels]

    eventually(lambda: down() == [10, 4], "received and sent")


def test_the_page(own_server, upstream, wire, eventually):
    server = own_server("-proxy-metrics", "--runtime-metrics")
    proxy = server.proxy(upstream())
    client, remote = proxy.open()
    client.close()
    assert wire.read_all(remote) == b""
    remote.close()
    eventually(lambda: samples(server.call("GET", "/metrics").raw.decode()), "a series with 0")
    answer = server.call("GET", "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4; charset=utf-8")
    assert "X-Toxiproxy-Request-Id" in answer.headers
    text = answer.raw.decode()
    for family in FAMILIES:
        assert f"# TYPE {family} counter\n" in text
        assert f"# HELP {family} \n" in text
    assert "promhttp_metric_handler_errors_total{" in text
    for family in ("process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
                   "process_start_time_seconds", "process_max_fds", "process_virtual_memory_bytes"):  # fmt: skip
        assert re.search(rf"^{family} \S+$", text, re.MULTILINE)
    zipped = server.call("GET", "/metrics", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.raw).startswith(b"# HELP")
    for method in ("POST", "PUT", "DELETE"):
        assert server.call(method, "/metrics").status == 200
    assert server.call("GET", "/metrics", headers={"User-Agent": "Mozilla/5.0"}).status == 403


def test_only_what_was_asked_for(own_server, upstream, wire):
    text = own_server("-runtime-metrics").call("GET", "/metrics").raw.decode()
    assert "toxiproxy_proxy" not in text
    assert "process_resident_memory_bytes" in text
    text = own_server("-proxy-metrics=true", "-runtime-metrics=false").call("GET", "/metrics").raw.decode()
    assert "process_resident_memory_bytes" not in text
    assert "promhttp_metric_handler_errors_total" in text
