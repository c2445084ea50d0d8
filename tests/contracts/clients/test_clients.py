"""Each client makes proxies, adds, changes and removes toxics, populates and resets: unmodified, on both servers."""

import socket

import pytest
import toxiproxy
from toxiproxy.api import APIConsumer
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists


def test_the_go_client(go_client, surroundings, tmp_path):
    address = f"127.0.0.1:{surroundings.server.port}"
    surroundings.run([go_client, "-test.v"], tmp_path, SERVER=address, UPSTREAM=surroundings.upstream)


def test_the_node_client(node_client, surroundings, tmp_path, differs):
    surroundings.run(
        node_client,
        tmp_path,
        SERVER=f"http://127.0.0.1:{surroundings.server.port}",
        UPSTREAM=surroundings.upstream,
        EMPTY_POPULATE="crashes" if differs("populate-null") else "works",
    )


@pytest.fixture
def client(server, monkeypatch):
    """toxiproxy-python; its address is one for all its objects."""
    monkeypatch.setattr(APIConsumer, "host", APIConsumer.host)
    monkeypatch.setattr(APIConsumer, "port", APIConsumer.port)
    client = toxiproxy.Toxiproxy()
    client.update_api_consumer("127.0.0.1", server.port)
    return client


def echo_s(wire, proxy):
    host, _, port = proxy.listen.partition(":")
    with socket.create_connection((host, int(port)), timeout=wire.PATIENCE_S) as sock:
        watch = wire.Watch()
        sock.sendall(b"hello")
        assert wire.read(sock, 5) == b"hello"
        return watch.s


def test_the_python_client_with_proxies(client, surroundings, wire):
    assert client.running()
    assert client.version().startswith(b'{"version": "')
    proxy = client.create(name="p", upstream=surroundings.upstream)
    assert (proxy.name, proxy.enabled) == ("p", True)
    echo_s(wire, proxy)
    with pytest.raises(ProxyExists):
        client.create(name="p", upstream=surroundings.upstream)
    with pytest.raises(KeyError):  # it reads the error as a proxy
        client.create(name="q", upstream="u:1", listen=proxy.listen)
    with proxy.down(), pytest.raises(ConnectionRefusedError):
        echo_s(wire, proxy)
    echo_s(wire, proxy)
    assert client.get_proxy("p").listen == proxy.listen
    assert client.get_proxy("none") is None
    assert client.destroy(proxy)
    with pytest.raises(NotFound):
        proxy.destroy()
    assert client.proxies() == {}


def test_the_python_client_with_toxics(client, surroundings, wire):
    proxy = client.create(name="p", upstream=surroundings.upstream)
    proxy.add_toxic(type="latency", attributes={"latency": 150})
    toxic = proxy.get_toxic("latency_downstream")
    assert (toxic.type, toxic.stream, toxic.toxicity) == ("latency", "downstream", 1)
    assert toxic.attributes == {"latency": 150, "jitter": 0}
    assert echo_s(wire, proxy) >= 0.15
    with pytest.raises(InvalidToxic):
        proxy.add_toxic(type="nonsense")
    with pytest.raises(ProxyExists):
        proxy.add_toxic(type="latency")
    assert proxy.destroy_toxic("latency_downstream")
    with pytest.raises(NotFound):
        proxy.destroy_toxic("latency_downstream")
    assert proxy.toxics() == {}


def test_the_python_client_populates_and_resets(client, surroundings, wire):
    wanted = [
        {"name": "one", "upstream": surroundings.upstream, "listen": "127.0.0.1:0"},
        {"name": "two", "upstream": surroundings.upstream},
    ]
    proxies = client.populate(wanted)
    assert [proxy.name for proxy in proxies] == ["one", "two"]
    proxies[0].add_toxic(type="timeout", stream="upstream")
    proxies[1].disable()
    assert client.reset()
    assert {name: proxy.enabled for name, proxy in client.proxies().items()} == {"one": True, "two": True}
    for proxy in proxies:
        assert proxy.toxics() == {}
        echo_s(wire, proxy)
    client.destroy_all()
    assert client.proxies() == {}
