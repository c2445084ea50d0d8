"""Where things are, by the names that the files get for them."""

from __future__ import annotations

import pytest

from chaos.ctk.places import Places, api_of


@pytest.mark.parametrize(
    ("variables", "api"),
    [
        ({}, "http://127.0.0.1:8474"),
        ({"toxiproxy_host": "toxi"}, "http://toxi:8474"),
        ({"toxiproxy_host": "toxi", "toxiproxy_port": "1"}, "http://toxi:1"),
        ({"toxiproxy_host": "toxi", "toxiproxy_port": 1, "toxiproxy_url": "http://[::1]:2"}, "http://[::1]:2"),
    ],
)
def test_the_toxiproxy_is_where_the_extension_looks_for_it(variables: dict[str, object], api: str) -> None:
    assert api_of(variables) == api


def test_each_address_is_one_service() -> None:
    places = Places({}, entry=False)
    names = [places.service(url) for url in ("http://localhost:1/a", "http://localhost:1", "http://127.0.0.1:2")]
    assert [*names, places.service("http://api.shop.example/x")] == ["app", "app", "app_2", "api"]
    assert [service.url for service in places.services][-1] == "http://api.shop.example:80"
    assert places.entries == ()


def test_users_come_by_a_link_where_one_is_to_be_broken() -> None:
    places = Places({}, entry=True)
    assert places.target("http://h:1", "/a") == "edge:/a"
    assert places.target("http://h:2", "/b") == "service:h_2:/b"
    assert [(link.name, link.to) for link in places.entries] == [("edge", "h")]


def test_what_is_no_address_is_told() -> None:
    with pytest.raises(ValueError, match="is not an address"):
        Places({}, entry=False).service("https://h")
