import pytest

from chaos.proxy.body import BadBody
from chaos.proxy.toxics import TOXICS
from chaos.proxy.toxics.bandwidth import BandwidthAttributes
from chaos.proxy.toxics.latency import LatencyAttributes
from chaos.proxy.toxics.limit_data import LimitDataAttributes
from chaos.proxy.toxics.slicer import SlicerAttributes
from chaos.proxy.wire import attributes_from_wire


@pytest.mark.parametrize(
    ("name", "sent", "ours"),
    [
        ("latency", {"latency": 250, "jitter": 5}, LatencyAttributes(0.25, 0.005)),
        ("latency", {"latency": -5, "jitter": None, "other": "x"}, LatencyAttributes(0.0, 0.0)),
        ("bandwidth", {"rate": 3}, BandwidthAttributes(3000)),
        ("bandwidth", {"rate": -3}, BandwidthAttributes(0)),
        ("slicer", {"average_size": 64, "delay": 1500}, SlicerAttributes(64, 0, 0.0015)),
        ("slicer", {}, SlicerAttributes(1, 0, 0.0)),
        ("limit_data", {"bytes": 7}, LimitDataAttributes(7)),
    ],
)
def test_toxiproxys_units_become_seconds_and_bytes(name, sent, ours):
    assert attributes_from_wire(TOXICS[name].schema, sent)[1] == ours


def test_values_are_echoed_as_sent_and_all_of_them():
    echoed, _ = attributes_from_wire(TOXICS["slicer"].schema, {"average_size": -1})
    assert echoed == {"average_size": -1, "size_variation": 0, "delay": 0}


def test_absent_attributes_keep_what_was_there_before():
    before, _ = attributes_from_wire(TOXICS["latency"].schema, {"latency": 100, "jitter": 7})
    assert attributes_from_wire(TOXICS["latency"].schema, {"latency": 50}, before)[0] == {"latency": 50, "jitter": 7}


def test_a_wrong_type_is_named():
    with pytest.raises(BadBody, match=r"string .* as attributes\.latency, a whole number was expected"):
        attributes_from_wire(TOXICS["latency"].schema, {"latency": "100"})
