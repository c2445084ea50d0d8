import pytest

from chaos.proxy.guard import refusal, unauthorised
from chaos.proxy.http import Request


def refused(bound="127.0.0.1", **headers):
    return refusal(Request("GET", "/", headers, True), bound) is not None


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8474", "127.0.0.1:8474", "[::1]:8474", "::1", "10.0.0.7:1"])
def test_hosts_that_no_page_can_have_pass(host):
    assert not refused(host=host)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8474", "localhost.evil", "127.0.0.1.evil"])
def test_another_name_is_a_page_that_rebinds_dns(host):
    assert refused(host=host)


def test_an_api_for_other_machines_takes_any_name():
    assert not refused(bound="0.0.0.0", host="toxiproxy:8474")


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:3000", "null", ""])
def test_foreign_origins_are_refused(origin):
    assert refused(host="localhost:8474", origin=origin)
    assert refused(bound="::", host="toxiproxy:8474", origin=origin)


def test_the_apis_own_origin_passes():
    assert not refused(host="localhost:8474", origin="http://localhost:8474")


@pytest.mark.parametrize(
    ("header", "status"),
    [("Bearer secret", None), ("bearer  secret", None), ("Bearer wrong", 401), ("Basic secret", 401), (None, 401)],
)
def test_with_a_token_every_call_must_carry_it(header, status):
    headers = {} if header is None else {"authorization": header}
    answer = unauthorised(Request("GET", "/version", headers, True), "secret")
    assert (answer and answer.status) == status


def test_without_a_token_nobody_is_asked():
    assert unauthorised(Request("GET", "/version", {}, True), "") is None
