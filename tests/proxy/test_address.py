import pytest

from chaos.proxy import address
from chaos.proxy.address import BadAddress
from chaos.proxy.listener import ListenAddress


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("h:1", "h", "1"), (":80", "", "80"), ("[::1]:http", "::1", "http"), (":", "", ""), ("h:", "h", "")],
)
def test_splits_host_and_port(text, host, port):
    assert address.split_host_port(text) == (host, port)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bogus", "address bogus: missing port in address"),
        ("1:2:3", "address 1:2:3: too many colons in address"),
        ("[::1", "address [::1: missing ']' in address"),
        ("[::1]", "address [::1]: missing port in address"),
        ("[::1]x:1", "address [::1]x:1: missing port in address"),
        ("a]b:1", "address a]b:1: unexpected ']' in address"),
        ("a[b:1", "address a[b:1: unexpected '[' in address"),
        ("127.0.0.1:99999", "address 99999: invalid port"),
        ("127.0.0.1:-1", "address -1: invalid port"),
        ("127.0.0.1:abc", "lookup tcp/abc: unknown port"),
    ],
)
def test_bad_addresses_are_told_in_gos_words(text, message):
    with pytest.raises(BadAddress) as caught:
        ListenAddress(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "actual", "asked"),
    [
        ("localhost:21000", "127.0.0.1:21000", "127.0.0.1:21000"),
        ("[127.0.0.1]:+21000", "127.0.0.1:21000", "127.0.0.1:21000"),
        ("[::1]:http", "[::1]:80", "[::1]:80"),
    ],
)
def test_a_listen_address_shows_as_it_will_be(text, actual, asked):
    resolved = ListenAddress(text)
    assert (resolved.actual, resolved.asked) == (actual, asked)


@pytest.mark.parametrize("text", [":21000", "0.0.0.0:21000", "[::]:21000"])
def test_wildcards_are_one_address(text):
    assert ListenAddress(text).actual in ("[::]:21000", "0.0.0.0:21000")


@pytest.mark.parametrize(
    ("text", "asked"), [(":21000", ":21000"), ("0.0.0.0:21000", "0.0.0.0:21000"), ("[::]:21000", "0.0.0.0:21000")]
)
def test_errors_name_a_wildcard_in_gos_way(text, asked):
    assert ListenAddress(text).asked == asked


@pytest.mark.parametrize(("host", "loopback"), [("127.1.2.3", True), ("::1", True), ("10.0.0.1", False), ("::", False)])
def test_loopback_is_known(host, loopback):
    assert address.is_loopback(host) is loopback


def test_a_name_that_cannot_be_encoded_is_unknown():
    with pytest.raises(BadAddress, match="no such host"):
        address.look_up("a" * 70 + ".invalid..", 1)
