"""What the actions of chaostoolkit-toxiproxy do, by the names and arguments that it really has."""

from __future__ import annotations

import importlib.util
import inspect
from typing import Any

import pytest

from chaos.ctk.actions import ACTIONS, DOWN, OF_ONE_TYPE, Begins, Done, Ends, Lost, Unfit, Wires, done_by
from chaos.ctk.model import Provider


def done(func: str, **arguments: Any) -> Done:
    return done_by(Provider(type="python", module="chaostoxi.x", func=func, arguments=arguments))


@pytest.mark.parametrize(
    ("func", "arguments", "does"),
    [
        ("create_latency_toxic", {"latency": 5}, Begins("db", "t", {"latency": {"delay": "5ms"}})),
        (
            "create_bandwith_degradation_toxic",
            {"rate": 7},
            Begins("db", "t", {"bandwidth": {"rate": "7KB/s", "stream": "downstream"}}),
        ),
        ("create_slow_connection_close_toxic", {"delay": 5}, Begins("db", "t", {"slow_close": {"delay": "5ms"}})),
        ("create_timeout_toxic", {"timeout": 5}, Begins("db", "t", {"timeout": {"after": "5ms"}})),
        (
            "create_slicer_toxic",
            {"average_size": 9, "size_variation": 1, "delay": 3},
            Begins("db", "t", {"slicer": {"size": "9B", "variation": "1B", "delay": "3us", "stream": "downstream"}}),
        ),
        (
            "create_limiter_toxic",
            {"bytes_limit": 9},
            Begins("db", "t", {"limit_data": {"bytes": "9B", "stream": "downstream"}}),
        ),
        (
            "create_toxic",
            {"toxic_type": "reset_peer", "stream": "upstream", "toxicity": 0.25, "attributes": {"timeout": 1}},
            Begins("db", "t", {"reset_peer": {"after": "1ms", "stream": "upstream"}}, "25%"),
        ),
        (
            "create_toxic",
            {"toxic_type": "latency", "toxicity": 0},
            Lost("its toxicity is 0, so it never acts on anything"),
        ),
        (
            "create_toxic",
            {"toxic_type": "latncy"},
            Lost("no fault is known for a toxic of type 'latncy'; did you mean latency?"),
        ),
        ("delete_toxic", {}, Ends("db", "t")),
    ],
)
def test_a_toxic_comes_and_goes(func: str, arguments: dict[str, Any], does: Done) -> None:
    assert done(func, for_proxy="db", toxic_name="t", **arguments) == does


@pytest.mark.parametrize(
    ("func", "arguments", "does"),
    [
        ("disable_proxy", {}, Begins("db", DOWN, {"down": {}})),
        ("enable_proxy", {}, Ends("db", DOWN)),
        ("modify_proxy", {"enabled": False}, Begins("db", DOWN, {"down": {}})),
        ("modify_proxy", {"enabled": True}, Ends("db", DOWN)),
        (
            "modify_proxy",
            {"enabled": True, "upstream_address": "x:1"},
            Lost("it moves a proxy to another address, which is no fault here"),
        ),
        ("create_proxy", {"upstream_host": "h", "upstream_port": 5}, Wires("db", "h:5")),
        ("reset", {}, Ends()),
    ],
)
def test_a_proxy_goes_down_and_up(func: str, arguments: dict[str, Any], does: Done) -> None:
    assert done(func, proxy_name="db", **arguments) == does


def test_a_proxy_is_never_deleted() -> None:
    assert isinstance(done("delete_proxy", proxy_name="db"), Lost)


@pytest.mark.parametrize(
    ("func", "arguments", "where", "says"),
    [
        ("disable_proxi", {}, ("func",), "chaostoolkit-toxiproxy has no disable_proxi; did you mean disable_proxy?"),
        ("disable_proxy", {}, ("arguments", "proxy_name"), "proxy_name: Field required"),
        (
            "create_latency_toxic",
            {"for_proxy": "db", "toxic_name": "t", "latency": "x"},
            ("arguments", "latency"),
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            "create_toxic",
            {"for_proxy": "db", "toxic_name": "t", "toxic_type": "latency", "attributes": {"latency": -1}},
            ("arguments", "attributes", "latency"),
            "Input should be greater than or equal to 0",
        ),
    ],
)
def test_what_does_not_fit_is_told(func: str, arguments: dict[str, Any], where: tuple[str, ...], says: str) -> None:
    with pytest.raises(Unfit) as error:
        done(func, **arguments)
    assert (error.value.location, str(error.value)) == (where, says)


@pytest.mark.skipif(importlib.util.find_spec("chaostoxi") is None, reason="chaostoolkit-toxiproxy is not installed")
def test_every_action_of_the_extension_is_known() -> None:
    from chaostoxi.proxy import actions as of_proxies
    from chaostoxi.toxic import actions as of_toxics

    theirs = {name: getattr(each, name) for each in (of_proxies, of_toxics) for name in each.__all__}
    assert theirs.keys() == {*ACTIONS, *OF_ONE_TYPE}
    for name, action in ACTIONS.items():
        assert action.model_fields.keys() <= inspect.signature(theirs[name]).parameters.keys(), name
