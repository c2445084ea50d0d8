from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

DATA = bytes(range(256)) * 40


def changed_places(chain, data=DATA):
    return [place for place, (was, now) in enumerate(zip(data, chain.data, strict=True)) if was != now]


def test_every_so_manieth_byte_is_another(driven, toxic):
    chain = driven(toxic("corrupt", every=1000))
    chain.feed(DATA)
    assert changed_places(chain) == list(range(999, len(DATA), 1000))
    assert chain.stages[0].counters.as_json()["bytes"] == 10


@pytest.mark.parametrize(("probability", "lowest", "highest"), [(0, 0, 0), (0.01, 60, 150), (1, 10240, 10240)])
def test_a_probability_is_of_each_byte(driven, toxic, probability, lowest, highest):
    chain = driven(toxic("corrupt", probability=probability))
    chain.feed(DATA)
    assert lowest <= len(changed_places(chain)) <= highest


@given(cuts=st.lists(st.integers(0, len(DATA)), max_size=20))
def test_neither_the_places_nor_the_values_depend_on_the_chunks(driven, toxic, cuts):
    whole, cut = (driven(toxic("corrupt", probability=0.01)) for _ in range(2))
    whole.feed(DATA)
    places = sorted({0, len(DATA), *cuts})
    for begin, end in pairwise(places):
        cut.feed(DATA[begin:end])
    assert cut.data == whole.data


def test_another_seed_changes_other_bytes(driven, toxic):
    one, other = (driven(toxic("corrupt", probability=0.01, seed=seed)) for seed in ("a", "b"))
    one.feed(DATA)
    other.feed(DATA)
    assert one.data != other.data
