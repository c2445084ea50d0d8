import pytest

from chaos.proxy.toxics.base import Close


@pytest.mark.parametrize(
    ("limit", "chunks", "passes", "ends"),
    [
        (10, [b"0123456789"], b"0123456789", True),
        (10, [b"0123456789abcdefghijklmno"], b"0123456789", True),
        (10, [b"012345", b"6789ab"], b"0123456789", True),
        (10, [b"012345678"], b"012345678", False),
        (0, [b"x"], b"", True),
        (-1, [b"x"], b"", True),
        (0, [], b"", False),
    ],
)
def test_passes_so_many_bytes_then_ends_the_connection(driven, toxic, limit, chunks, passes, ends):
    chain = driven(toxic("limit_data", bytes=limit))
    for chunk in chunks:
        chain.feed(chunk)
    assert chain.data == passes
    assert [output for _, output in chain.ends] == ([Close(0.0, full=True)] if ends else [])
    assert chain.stages[0].counters.closes == ends


@pytest.mark.parametrize(("new_limit", "passes"), [(8, b"abcdefgh"), (4, b"abcdef"), (12, b"abcdefghijkl")])
def test_an_update_keeps_the_count(driven, toxic, new_limit, passes):
    chain = driven(toxic("limit_data", bytes=10))
    chain.feed(b"abcdef")
    chain.update("t0", toxic("limit_data", bytes=new_limit))
    assert chain.ends == []
    chain.feed(b"ghijklmno")
    assert chain.data == passes
    assert len(chain.ends) == 1


def test_counts_what_it_cut_off(driven, toxic):
    chain = driven(toxic("limit_data", bytes=3))
    chain.feed(b"abcdefgh")
    assert chain.stages[0].counters.as_json() == {"connections": 1, "requests": 0, "bytes": 5, "closes": 1}
