"""What holds for every toxic in the table."""

import pytest

from chaos.proxy.toxics import TOXICS
from chaos.proxy.toxics.base import Close, Send
from chaos.proxy.wire import attributes_from_wire

ALL = sorted(TOXICS)
HOSTILE = [-(1 << 63), -1, 0, 1, (1 << 62) + 1, (1 << 63) - 1]


@pytest.mark.parametrize("name", ALL)
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


@pytest.mark.parametrize("name", ALL)
def test_every_attribute_has_a_default_and_is_echoed(name):
    echoed, attributes = attributes_from_wire(TOXICS[name].schema, {})
    assert set(echoed.values()) <= {0}
    assert isinstance(attributes, TOXICS[name].schema)


@pytest.mark.parametrize("name", ALL)
def test_effects_are_never_in_the_past(toxic, name):
    made = toxic(name)
    list(made.on_start(5.0))
    for effect in [*made.on_data(b"hello", 5.0), *made.on_close(5.0)]:
        assert not isinstance(effect, (Send, Close)) or effect.at_s >= 5.0
