"""How a container stands, in words: what faults change is told apart, and what they don't is not."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.undo.standing import NO_LIMIT_BYTES, differences, standing


def found(**changed: Any) -> dict[str, Any]:
    """As an engine tells it."""
    network = {
        "NetworkID": "net-1",
        "IPAddress": "10.1.0.5",
        "IPAMConfig": {"IPv4Address": "10.1.0.5"},
        "Aliases": ["web", "depot", "0123456789ab"],
        "Links": None,
    }
    limits = {"NanoCpus": 0, "CpuQuota": 0, "CpuPeriod": 0, "Memory": 0, "MemorySwap": 0}
    return {
        "Id": "0123456789abcdef",
        "State": {"Status": changed.pop("status", "running"), "ExitCode": 137},
        "HostConfig": {**limits, **changed.pop("limits", {})},
        "NetworkSettings": {"Networks": changed.pop("networks", {"shop_back": {**network, **changed}})},
    }


DIFFERENT: dict[str, tuple[dict[str, Any], str]] = {
    "gone": ({"status": "exited"}, "state was running, is exited (137)"),
    "paused": ({"status": "paused"}, "state was running, is paused"),
    "less computing time": ({"limits": {"CpuQuota": 5000}}, "computing time was no limit, is 0.05 cores"),
    "cores": ({"limits": {"NanoCpus": 500_000_000}}, "computing time was no limit, is 0.5 cores"),
    "other names": (
        {"Aliases": ["web"]},
        "network shop_back was names depot web, static address 10.1.0.5, is names web, static address 10.1.0.5",
    ),
    "another address": (
        {"IPAMConfig": None},
        "network shop_back was names depot web, static address 10.1.0.5, is names depot web, static address none",
    ),
    "off its network": (
        {"networks": {}},
        "network shop_back was names depot web, static address 10.1.0.5, is not there",
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_is_other_than_it_was_is_named_with_both(case: str) -> None:
    changed, expected = DIFFERENT[case]
    assert differences(standing(found()), standing(found(**changed))) == (expected,)


def test_a_limit_of_memory_is_told_with_what_swap_there_is() -> None:
    assert differences(standing(found()), standing(found(limits={"Memory": 64, "MemorySwap": 128}))) == (
        "memory was no limit, is 64 bytes",
        "memory with swap was no limit, is 128 bytes",
    )


THE_SAME: dict[str, dict[str, Any]] = {
    "no limit, as engines write it once there was one": {
        "limits": {"CpuQuota": -1, "CpuPeriod": 100_000, "Memory": NO_LIMIT_BYTES, "MemorySwap": 2 * NO_LIMIT_BYTES}
    },
    "names in another order": {"Aliases": ["0123456789ab", "depot", "web"]},
    "an address that nobody asked for, and no link leads to": {"IPAddress": "10.1.0.6"},
}


@pytest.mark.parametrize("case", THE_SAME)
def test_what_comes_to_the_same_is_no_difference(case: str) -> None:
    assert not differences(standing(found()), standing(found(**THE_SAME[case])))


def test_an_address_that_a_link_leads_to_must_stay() -> None:
    now = standing(found(IPAddress="10.1.0.6"), reached_at="10.1.0.5")
    assert differences(standing(found(), reached_at="10.1.0.5"), now) == ("address was 10.1.0.5, is 10.1.0.6",)
