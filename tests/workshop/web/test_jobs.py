from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from chaos.errors import InvalidOption
from chaos.workshop.copy import WorkingCopy
from chaos.workshop.web.jobs import Bench, Room


def test_those_who_come_later_wait_in_line_and_move_up() -> None:
    async def story() -> None:
        room = Room(1)
        first, second, third = room.enter(), room.enter(), room.enter()
        assert [room.position(each) for each in (first, second, third)] == [None, 1, 2]
        room.leave(second)  # gave up waiting
        assert room.position(third) == 1
        room.leave(first)
        await asyncio.wait_for(third, 5)
        assert room.position(third) is None

    asyncio.run(story())


def test_a_job_is_followed_from_wherever_a_window_was(copy: WorkingCopy) -> None:
    async def story() -> None:
        bench = Bench(copy.folder, Room(1))
        await bench.start("check", 0)
        with pytest.raises(InvalidOption, match="still running"):
            await bench.start("run", 1)
        lines, last = await followed(bench, "")
        assert any("this machine" in line for line in lines)
        assert (await followed(bench, last))[0] == []  # a window that saw it all is told nothing twice
        assert (await followed(bench, "7.3"))[0] == lines  # one of an earlier server begins anew

    asyncio.run(asyncio.wait_for(story(), 60))


def test_stopped_while_it_waits_it_never_begins(copy: WorkingCopy) -> None:
    async def story() -> None:
        room = Room(1)
        ahead = room.enter()
        bench = Bench(copy.folder, room)
        await bench.start("run", 4)
        await asyncio.sleep(0)
        await bench.stop()
        assert bench.job is not None
        assert not bench.is_busy
        assert bench.job.process is None
        room.leave(ahead)
        assert room.enter().done()  # its place is free again

    asyncio.run(asyncio.wait_for(story(), 60))


async def followed(bench: Bench, last_id: str) -> tuple[list[str], str]:
    """All lines until the job has ended, and where a window is then."""
    lines: list[str] = []
    async for frame in bench.follow(last_id):
        fields = dict(line.split(": ", 1) for line in frame.decode().strip().split("\n") if not line.startswith(":"))
        last_id = fields.get("id", last_id)
        if fields.get("event") == "lines":
            lines += json.loads(fields["data"])
        if not bench.is_busy and not fields:
            break
    return lines, last_id


def test_nothing_can_be_told_to_what_does_not_run(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="nothing is running"):
        asyncio.run(Bench(tmp_path, Room(1)).say("see"))
