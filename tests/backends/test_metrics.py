"""Metrics of a Toxiproxy, as both servers write them."""

from __future__ import annotations

from chaos.backends.metrics import received_bytes

TEXT = r"""
# HELP toxiproxy_proxy_received_bytes_total
# TYPE toxiproxy_proxy_received_bytes_total counter
toxiproxy_proxy_received_bytes_total{direction="downstream",listener="127.0.0.1:1",proxy="db",upstream="a"} 4.474476e+06
toxiproxy_proxy_received_bytes_total{direction="upstream",listener="127.0.0.1:1",proxy="db",upstream="a:1"} 120
toxiproxy_proxy_received_bytes_total{direction="upstream",listener="127.0.0.1:2",proxy="db",upstream="b:1"} 3
toxiproxy_proxy_received_bytes_total{direction="upstream",listener="[::]:3",proxy="a \"b\" {c} \\",upstream="c:1"} 7
toxiproxy_proxy_sent_bytes_total{direction="upstream",listener="127.0.0.1:1",proxy="db",upstream="a:1"} 99
go_goroutines 12
"""


def test_what_entered_a_proxy_is_summed_over_all_the_places_that_it_had() -> None:
    assert received_bytes(TEXT)["db"] == {"upstream": 123, "downstream": 4_474_476}


def test_a_name_is_read_as_it_was_before_it_was_escaped() -> None:
    assert received_bytes(TEXT)['a "b" {c} \\'] == {"upstream": 7, "downstream": 0}


def test_a_proxy_that_nothing_has_entered_has_no_line() -> None:
    assert set(received_bytes(TEXT)) == {"db", 'a "b" {c} \\'}
    assert not received_bytes("")
