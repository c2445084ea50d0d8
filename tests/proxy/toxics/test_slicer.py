from itertools import pairwise

import pytest


def sizes(chain):
    return [len(data) for _, data in chain.times]


def test_halves_until_pieces_are_small_enough(driven, toxic):
    chain = driven(toxic("slicer", average_size=10))
    chain.feed(bytes(range(100)))
    assert chain.data == bytes(range(100))
    assert len(sizes(chain)) == 16
    assert set(sizes(chain)) == {6, 7}


def test_variation_moves_the_cuts(driven, toxic):
    chain = driven(toxic("slicer", average_size=64, size_variation=32))
    data = bytes(number % 251 for number in range(6400))
    chain.feed(data)
    assert chain.data == data
    assert max(sizes(chain)) <= 96
    assert len(set(sizes(chain))) > 5


def test_waits_behind_each_piece_the_last_included(driven, toxic):
    chain = driven(toxic("slicer", average_size=2, delay=1000))
    chain.feed(b"abcd", 0.0)
    chain.feed(b"ef", 0.0)
    chain.run_dry()
    assert chain.times == [(0, b"ab"), (1, b"cd"), (2, b"ef")]
    assert chain.stages[0].counters.bytes == 4  # the first piece was not held back


def test_cutting_without_a_delay_counts_as_well(driven, toxic):
    chain = driven(toxic("slicer", average_size=2))
    chain.feed(b"abcdef")
    chain.feed(b"gh")
    assert chain.stages[0].counters.as_json() == {"connections": 1, "requests": 0, "bytes": 6, "closes": 0}


@pytest.mark.parametrize(
    "hostile",
    [{}, {"average_size": -5}, {"size_variation": 10}, {"average_size": 5, "size_variation": 1 << 62}],
)
def test_values_that_kill_toxiproxy_do_no_harm(driven, toxic, hostile):
    chain = driven(toxic("slicer", **hostile))
    chain.feed(b"some data")
    assert chain.data == b"some data"


def test_same_seed_same_cuts(driven, toxic):
    first, second, other = (
        driven(toxic("slicer", average_size=64, size_variation=60, seed=seed)) for seed in ("a", "a", "b")
    )
    for chain in (first, second, other):
        chain.feed(bytes(6400))
    assert sizes(first) == sizes(second) != sizes(other)
    assert all(size > 0 for size, _ in pairwise(sizes(first)))
