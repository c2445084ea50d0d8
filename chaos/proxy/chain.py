"""The toxics of one direction of one connection, in a row. Data and time go in, what must happen comes out; no I/O.

Time is the loop's clock. What a stage lets out was due at a certain time, and arrives at the next stage at that very
time, so that lateness of the clock that drives us does not add up over stages.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from chaos.proxy.toxics.base import Answer, Close, Reset, Send

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from chaos.proxy.stage import Stage
    from chaos.proxy.toxics.base import Attributes

# Pieces moved by one `advance`, over all stages. A slicer makes a hundred thousand of one large chunk.
_MOVES: Final = 128

Output = bytes | Close | Reset | tuple["Stage", Answer]  # an Answer comes with the stage that gives it


class Chain:
    """Stages in the order of creation. Call `advance` after every other call, and when `next_due_s` comes."""

    __slots__ = ("_moves_left", "_out", "_room_bytes", "_some_leave", "stages", "tired")

    def __init__(self, stages: Iterable[Stage]) -> None:
        self.stages: list[Stage] = list(stages)
        self._out: list[Output] = []
        self._room_bytes = 0
        self._moves_left = 0
        self.tired = False  # the last `advance` stopped before it had done everything, so that others get their turn
        self._some_leave = False

    def __bool__(self) -> bool:
        return bool(self.stages)

    @property
    def hungry(self) -> bool:
        """Whether the source should be read."""
        if not self.stages:
            return True
        first = self.stages[0]
        return first.held_bytes < first.limit_bytes or first.done

    def find(self, name: str) -> Stage | None:
        """The stage of that toxic; one that was removed and still passes on what it held is not found."""
        return next((stage for stage in self.stages if stage.name == name and not stage.leaving), None)

    # In

    def feed(self, data: bytes, now_s: float) -> None:
        if self.stages:
            self.stages[0].take(data, now_s)
        else:
            self._out.append(data)

    def pass_quickly(self, data: bytes, now_s: float) -> bytes | None:
        """What of it may leave at once, through stages that hold nothing; None: it was fed, so `advance`.

        The same as `feed` and `advance` in less time, for toxics that let most data pass.
        """
        for stage in self.stages:
            passed = stage.pass_quickly(data, now_s)
            if passed is None:
                return None
            data = passed
        return data

    def end(self, now_s: float) -> None:
        """The source has ended."""
        if self.stages:
            self.stages[0].take(Close(now_s), now_s)
        else:
            self._out.append(Close(now_s))

    def answer(self, name: str, answer: Answer, now_s: float) -> None:
        """The other direction's twin of a toxic has an answer for where this direction's bytes go to."""
        twins = [each for each in self.stages if each.name == name and each.toxic.two_sided and not each.passive]
        for stage in twins:
            stage.take(answer, now_s)
        if not twins and answer.data:
            self._out.append(answer.data)

    def start(self, now_s: float) -> None:
        """The connection is open."""
        for stage in self.stages:
            stage.start(now_s)

    # Out

    def advance(self, now_s: float, room_bytes: int) -> list[Output]:
        """What must happen now, in order; about `room_bytes` of data. There may be more when `tired`."""
        self._room_bytes = room_bytes
        self._moves_left = _MOVES
        stages = self.stages
        # From the last to the first: each finds the room that those behind it have just made.
        index = len(stages)
        while index:
            index -= 1
            stage = stages[index]
            if stage.wake_s <= now_s:
                stage.wake()
            self._let_out(index, now_s)
        if self._some_leave:
            self._drop_those_left(now_s)
        self.tired = self._moves_left <= 0 or self._room_bytes <= 0 < room_bytes
        out, self._out = self._out, []
        return out

    def next_due_s(self, now_s: float) -> float:
        """When `advance` will have something to do if nothing else happens before; `math.inf`: never."""
        if len(self.stages) == 1:
            return self.stages[0].next_due_s(now_s)
        due_s = math.inf
        for stage in self.stages:
            stage_due_s = stage.next_due_s(now_s)
            if stage_due_s < due_s:
                due_s = stage_due_s
        return due_s

    def _let_out(self, index: int, now_s: float) -> None:
        stage = self.stages[index]
        follower = self.stages[index + 1] if index + 1 < len(self.stages) else None
        while True:
            room = self._moves_left > 0 and (self._room_bytes > 0 if follower is None else not follower.full)
            effect = stage.pop_due(now_s, room=room)
            if effect is None:
                return
            if type(effect) is Send:
                self._moves_left -= 1
                if follower is None:
                    self._room_bytes -= len(effect.data)
                    self._out.append(effect.data)
                    continue
                follower.take(effect.data, stage.left_s)
            elif type(effect) is Close:
                closing = Close(stage.left_s, effect.full or stage.closing_full)
                if follower is None:
                    self._out.append(closing)
                    continue
                follower.take(closing, stage.left_s)
            else:
                self._out.append((stage, effect) if type(effect) is Answer else effect)
                continue
            self._let_out(index + 1, now_s)

    def _drop_those_left(self, now_s: float) -> None:
        for index in reversed(range(len(self.stages))):
            stage = self.stages[index]
            if stage.leaving and not stage.passive and not stage.toxic.busy:
                stage.let_go(now_s)
                self._let_out(index, now_s)
        self.stages = [stage for stage in self.stages if not (stage.passive and stage.empty)]
        self._some_leave = any(stage.leaving for stage in self.stages)

    # Edits

    def add(self, stage: Stage, now_s: float) -> None:
        """Behind those created before it. Its neighbour in front is disturbed, as in Toxiproxy: see `Stage.restart`."""
        index = sum(1 for other in self.stages if other.order < stage.order)
        if index:
            self.stages[index - 1].restart(now_s)
        self.stages.insert(index, stage)
        stage.start(now_s)

    def update(self, name: str, attributes: Attributes, now_s: float) -> None:
        stage = self.find(name)
        if stage is not None:
            stage.update(attributes, now_s)

    def remove(self, name: str, now_s: float) -> None:
        stage = self.find(name)
        if stage is not None:
            index = self.stages.index(stage)
            if index:
                self.stages[index - 1].restart(now_s)
            stage.leave(now_s)
            self._some_leave = True
