from pathlib import Path

import pytest

from demo_app.web.model import Clip
from demo_app.web.spool import Spool, SpoolFull


def clip(name: str, content: bytes = b"first line\nsecond\x00line\n") -> Clip:
    return Clip(name, "anna", "Café\nat night", content)


def test_clips_come_out_as_they_went_in_oldest_first(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for name in ("c", "a", "b"):
        spool.add(clip(name))
    assert spool.ids() == ["c", "a", "b"]
    assert spool.oldest() == clip("c")
    spool.remove("c")
    assert spool.oldest() == clip("a")
    assert "c" not in spool
    assert "b" in spool
    assert len(spool) == 2


def test_an_empty_spool_has_no_oldest(tmp_path: Path) -> None:
    assert Spool(tmp_path).oldest() is None


def test_a_restart_finds_what_was_left_in_its_order(tmp_path: Path) -> None:
    before = Spool(tmp_path)
    for name in ("c", "a", "b"):
        before.add(clip(name))
    before.remove("c")
    after = Spool(tmp_path)
    after.add(clip("0"))
    assert after.ids() == ["a", "b", "0"]
    assert after.oldest() == clip("a")


def test_what_was_being_written_when_the_process_died_is_no_clip(tmp_path: Path) -> None:
    Spool(tmp_path).add(clip("a"))
    (tmp_path / "00000000000000000001-x.clip.part").write_bytes(b'{"id": "x"')
    assert Spool(tmp_path).ids() == ["a"]
    assert len(list(tmp_path.iterdir())) == 1


def test_the_same_clip_is_kept_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.add(clip("a"))
    spool.add(clip("a"))
    assert spool.ids() == ["a"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_spool_takes_no_more_until_there_is_room(tmp_path: Path) -> None:
    spool = Spool(tmp_path, largest_bytes=1500)
    spool.add(clip("a", b"x" * 1000))
    with pytest.raises(SpoolFull):
        spool.add(clip("b", b"x" * 1000))
    assert spool.ids() == ["a"]
    spool.remove("a")
    spool.add(clip("b", b"x" * 1000))
    assert spool.ids() == ["b"]


def test_a_disk_that_does_not_take_it_is_a_full_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", largest_bytes=1500)
    (tmp_path / "spool").rmdir()
    with pytest.raises(SpoolFull):
        spool.add(clip("a", b"x" * 1000))
    (tmp_path / "spool").mkdir()
    spool.add(clip("a", b"x" * 1000))  # the place that the failed one had taken is free again
    assert spool.ids() == ["a"]
