"""The forms: every fault has one that works as it stands."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.external import ToxiproxyLinks
from chaos.dashboard.asking import AskedFault, entry_of
from chaos.dashboard.catalogue import Offer, offers
from chaos.faults import FAULTS

ALL = {offer.kind: offer for offer in offers(EmbeddedLinks.toxics)}


def test_every_fault_is_offered() -> None:
    assert list(ALL) == list(FAULTS)


def test_what_a_real_toxiproxy_lacks_is_not_offered_there() -> None:
    there = {offer.kind for offer in offers(ToxiproxyLinks.toxics)}
    assert "latency" in there
    assert "surge" in there
    assert "http_error" not in there


def as_it_stands(offer: Offer, **changes: str) -> AskedFault:
    typed: dict[str, dict[str, str]] = {"texts": {}, "yaml": {}}
    for setting in offer.settings:
        typed["yaml" if setting.kind == "yaml" else "texts"][setting.name] = changes.get(setting.name, setting.value)
    place: Any = offer.place
    return AskedFault(place=place, on="somewhere", kind=offer.kind, **typed)


@pytest.mark.parametrize("offer", ALL.values(), ids=lambda offer: offer.kind)
def test_a_form_can_be_sent_as_it_stands(offer: Offer) -> None:
    entry = entry_of(as_it_stands(offer))
    assert (entry.kind, entry.place, entry.on, entry.lasts) == (offer.kind, offer.place, "somewhere", 10.0)


@pytest.mark.parametrize("offer", ALL.values(), ids=lambda offer: offer.kind)
def test_whatever_must_be_given_has_a_value_to_begin_with(offer: Offer) -> None:
    assert all(setting.value for setting in offer.settings if setting.required)


def test_settings_are_what_a_page_can_show() -> None:
    settings = {setting.name: setting for setting in ALL["cut"].settings}
    assert settings["stream"].choices == ("upstream", "downstream")
    assert (settings["bytes"].kind, settings["bytes"].value, settings["bytes"].example) == ("text", "1KiB", "64KiB")
    assert settings["match"].kind == "yaml"
    assert [name for name, each in settings.items() if each.required] == ["stream", "bytes"]


def test_numbers_and_mappings_are_read_as_yaml() -> None:
    entry = entry_of(as_it_stands(ALL["http_error"], status="404", match="{method: POST}"))
    assert entry.fault.model_dump()["status"] == 404
    assert entry.fault.model_dump()["match"]["method"] == "POST"


def test_shares_are_of_requests_where_a_fault_knows_them() -> None:
    assert (ALL["http_error"].takes_share, ALL["http_error"].share_of) == (True, "requests")
    assert (ALL["latency"].takes_share, ALL["latency"].share_of) == (True, "connections")
    assert not ALL["down"].takes_share
    assert not ALL["kill"].takes_share
