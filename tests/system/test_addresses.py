"""Targets to URLs, and placeholders to addresses."""

from __future__ import annotations

import sys

import pytest

from chaos.system.addresses import Addresses

ADDRESSES = Addresses(
    links={"edge": "127.0.0.1:1001", "media": "127.0.0.1:1002", "link": "127.0.0.1:1003"},
    services={"web": "127.0.0.1:2001", "media": "127.0.0.1:2002", "service": "[::1]:2003"},
)


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("edge:/", "http://127.0.0.1:1001/"),
        ("media:/clips?a=b:c", "http://127.0.0.1:1002/clips?a=b:c"),
        ("link:media:/clips", "http://127.0.0.1:1002/clips"),
        ("service:media:/clips", "http://127.0.0.1:2002/clips"),
        ("link:/of/the/name/link", "http://127.0.0.1:1003/of/the/name/link"),
        ("link:link:/x", "http://127.0.0.1:1003/x"),
        ("service:service:/x", "http://[::1]:2003/x"),
    ],
)
def test_users_come_through_the_links_unless_they_say_otherwise(target: str, url: str) -> None:
    assert ADDRESSES.through_links(target) == url


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("web:/", "http://127.0.0.1:2001/"),
        ("media:/clips", "http://127.0.0.1:2002/clips"),
        ("link:media:/clips", "http://127.0.0.1:1002/clips"),
        ("service:/x", "http://[::1]:2003/x"),
    ],
)
def test_audits_go_round_the_links_unless_they_say_otherwise(target: str, url: str) -> None:
    assert ADDRESSES.round_links(target) == url


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("http://{links.edge}/", "http://127.0.0.1:1001/"),
        ("{services.media}", "127.0.0.1:2002"),
        ("{python} -m app --port {port} --data {workdir}", f"{sys.executable} -m app --port 80 --data /w"),
        ("{env.GATECRASH_TEST}{env.GATECRASH_TEST}", "xx"),
        ('{"json": {"port": 1}} {} {links} {PORT} {env.}', '{"json": {"port": 1}} {} {links} {PORT} {env.}'),
    ],
)
def test_placeholders_are_put_in_and_other_braces_are_literal(
    monkeypatch: pytest.MonkeyPatch, text: str, rendered: str
) -> None:
    monkeypatch.setenv("GATECRASH_TEST", "x")
    assert ADDRESSES.render(text, port="80", workdir="/w") == rendered


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATECRASH_TEST", raising=False)
    with pytest.raises(KeyError, match="GATECRASH_TEST"):
        ADDRESSES.render("{env.GATECRASH_TEST}", port="1", workdir="/")


def test_what_was_put_in_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATECRASH_TEST", "{port}")
    assert ADDRESSES.render("{env.GATECRASH_TEST}", port="1", workdir="/") == "{port}"
