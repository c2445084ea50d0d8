"""Names and addresses as the files need them."""

from __future__ import annotations

import pytest

from chaos.drafts.names import as_name, as_url, unlike


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost/x?y", "http://localhost:80"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_an_address_has_host_and_port(address: str, url: str) -> None:
    assert as_url(address) == url


@pytest.mark.parametrize(
    "address", ["", "8000", "https://x:1", "http://", "http://x:port", "http://x:99999", "http://["]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(ValueError, match="is not an address; write it with its port"):
        as_url(address)


@pytest.mark.parametrize(
    ("text", "name"),
    [("shop", "shop"), ("my shop!", "my_shop"), ("2fast", "app_2fast"), ("", "app"), ("größe", "gr_e"), ("a-b", "a-b")],
)
def test_names_can_be_referred_to(text: str, name: str) -> None:
    assert as_name(text) == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert unlike("db", []) == "db"
    assert unlike("db", ["db", "db_2"]) == "db_3"
