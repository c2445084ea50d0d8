"""What holds for every toxic in the table."""

import pytest

from chaos.proxy.toxics import TOXICS
from chaos.proxy.toxics.base import Close, Send
from chaos.proxy.wire import BadBody, attributes_from_wire

ALL = sorted(TOXICS)
TOXIPROXYS = sorted(name for name in ALL if not TOXICS[name].own)
OWN = sorted(name for name in ALL if TOXICS[name].own)
HOSTILE = [-(1 << 63), -1, 0, 1, (1 << 62) + 1, (1 << 63) - 1]


@pytest.mark.parametrize("name", TOXIPROXYS)
@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_crashes_or_hangs(driven, toxic, name, value):
    schema = TOXICS[name].schema
    echoed, _ = attributes_from_wire(schema, {})
    sent = dict.fromkeys(echoed, value)
    assert attributes_from_wire(schema, sent)[0] == sent
    chain = driven(toxic(name, **sent))
    chain.feed(bytes(3000))
    chain.end()
    chain.until(1.0)
    chain.update("t0", toxic(name, **sent))
    chain.remove("t0")
    chain.until(2.0)
    assert bytes(3000).startswith(chain.data)
    assert not chain.chain.stages


@pytest.mark.parametrize("name", TOXIPROXYS)
def test_every_attribute_of_toxiproxys_has_a_default_of_0_and_is_echoed(name):
    echoed, attributes = attributes_from_wire(TOXICS[name].schema, {})
    assert set(echoed.values()) <= {0}
    assert isinstance(attributes, TOXICS[name].schema)


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("value", [*HOSTILE, True, 1.5, "", "GET", "\r\n", [], [1], {}, {"a": 1}, {"path": 1}])
def test_own_ones_refuse_each_value_that_makes_no_sense_and_work_with_the_others(driven, toxic, name, value):
    schema = TOXICS[name].schema
    defaults, attributes = attributes_from_wire(schema, {})
    assert isinstance(attributes, schema)
    for attribute in defaults:
        try:
            echoed, _ = attributes_from_wire(schema, {attribute: value})
        except BadBody as error:
            refused = str(error)
        else:
            refused = ""
        if refused:
            assert f"attributes.{attribute}" in refused
            continue
        assert attributes_from_wire(schema, echoed)[0] == echoed
        made = toxic(name, **{attribute: value})
        made.connect_delay_s()
        chain = driven(made)
        chain.feed(bytes(3000))
        chain.end()
        chain.until(1.0)
        chain.remove("t0")
        assert not chain.chain.stages


@pytest.mark.parametrize("name", ALL)
def test_effects_are_never_in_the_past(toxic, name):
    made = toxic(name)
    list(made.on_start(5.0))
    for effect in [*(made.on_data(b"hello", 5.0) or ()), *made.on_close(5.0)]:
        assert not isinstance(effect, (Send, Close)) or effect.at_s >= 5.0
