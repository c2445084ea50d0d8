"""§10: attribute values that make no sense. Where Toxiproxy dies of one, that is what is stated of it."""

import random
import socket

import pytest

HUGE = (1 << 63) - 1


@pytest.mark.parametrize(
    ("type_name", "fields"),
    [
        ("bandwidth", {"rate": -1}),
        ("slicer", {}),
        ("slicer", {"average_size": -5}),
        ("slicer", {"average_size": 10, "size_variation": 50}),
        ("latency", {"jitter": 1 << 62}),
        ("latency", {"jitter": HUGE}),
    ],
)
def test_values_that_kill(own_server, upstream, wire, differs, eventually, type_name, fields):
    server = own_server()
    proxy = server.proxy(upstream())
    proxy.toxic(type_name, **fields)
    attributes = proxy.now["toxics"][0]["attributes"]
    assert attributes.items() >= fields.items()
    client, remote = proxy.open()
    data = random.Random(1).randbytes(5000)
    if fields.get("average_size", 0) < 0 and differs("hostile-values"):
        return  # dies just as of the default, which takes it seconds and a gigabyte each time
    remote.sendall(data)
    if differs("hostile-values"):
        eventually(lambda: server.process.poll() is not None, "it dies")
        assert server.process.returncode == 2
        return
    if type_name == "slicer":
        assert wire.read(client, len(data)) == data
    toxic = f"{proxy.path}/toxics/{type_name}_downstream"
    if type_name == "bandwidth":
        assert wire.silent_for(client, 0.2)  # as rate 0
    proxy.remove(toxic)
    if type_name != "slicer":
        assert wire.read(client, len(data)) == data
    assert wire.passes(client, remote)


@pytest.mark.parametrize("value", [-1, -(1 << 63)])
@pytest.mark.parametrize(
    ("type_name", "field"),
    [("latency", "latency"), ("latency", "jitter"), ("slow_close", "delay"), ("slicer", "delay")],
)
def test_negative_times_are_none(through, wire, type_name, field, value):
    through.toxic(type_name, **{"average_size": 100} if type_name == "slicer" else {}, **{field: value})
    assert through.now["toxics"][0]["attributes"][field] == value
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"data")
    remote.shutdown(socket.SHUT_WR)
    assert wire.read_all(client) == b"data"
    assert watch.s < 1


def test_a_negative_time_of_reset_peer_is_none(through, wire):
    through.toxic("reset_peer", timeout=-5)
    client, remote = through.open()
    remote.sendall(b"x")
    assert wire.ending(client) == "rst"


@pytest.mark.parametrize(("type_name", "field"), [("latency", "latency"), ("slow_close", "delay")])
def test_huge_times_hold(through, wire, differs, type_name, field):
    toxic = through.toxic(type_name, **{field: HUGE})
    assert through.now["toxics"][0]["attributes"][field] == HUGE
    client, remote = through.open()
    remote.sendall(b"data")
    remote.shutdown(socket.SHUT_WR)
    if differs("huge-times"):
        assert wire.read_all(client) == b"data"
        return
    assert wire.read(client, 4 if type_name == "slow_close" else 0) in (b"", b"data")
    assert wire.silent_for(client, 0.3)
    through.remove(toxic)
    assert wire.read_all(client) == (b"" if type_name == "slow_close" else b"data")


@pytest.mark.parametrize(("type_name", "field"), [("bandwidth", "rate"), ("limit_data", "bytes")])
def test_huge_sizes_pass_everything(own_server, upstream, wire, differs, eventually, type_name, field):
    value = 1 << 40 if type_name == "bandwidth" else HUGE
    server = own_server()
    proxy = server.proxy(upstream())
    proxy.toxic(type_name, **{field: value})
    client, remote = proxy.open()
    assert wire.passes(client, remote)
