"""Free ports: distinct, free, and said when there are none."""

from __future__ import annotations

import socket

import pytest

from chaos.errors import EnvironmentFailed
from chaos.system import ports
from chaos.system.ports import free_ports, is_free


def test_ports_are_distinct_and_can_be_listened_on() -> None:
    found = free_ports(50)
    assert len(set(found)) == 50
    for port in found:
        with socket.create_server(("127.0.0.1", port)):
            pass


def test_none_are_asked_for_none_are_given() -> None:
    assert free_ports(0) == ()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_port_on_which_somebody_listens_is_not_free(host: str) -> None:
    with socket.create_server((host, 0)) as taken:
        assert not is_free(taken.getsockname()[1])


def test_outgoing_connections_are_kept_clear_of() -> None:
    assert all(port < ports._first_outgoing() for port in free_ports(200))


def test_a_machine_without_free_ports_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port % 1000 == 0)
    with pytest.raises(EnvironmentFailed, match="this machine has no 100 free ports between 15000 and "):
        free_ports(100)
