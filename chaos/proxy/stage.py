"""One toxic at its place in a chain: what has come to it, what it decided about that, and when that may leave."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Final

from chaos.proxy.toxics.base import Acted, Answer, Close, Foreign, Reset, Send, Wake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaos.proxy.effects import Counters
    from chaos.proxy.toxics.base import Attributes, Effect, Effects, Toxic

Leaving = Send | Close | Reset | Answer  # effects that leave a stage; the others stay inside
Item = bytes | Close | Answer | Wake  # what a toxic is asked about; an Answer is its twin's, from the other direction

# What one waiting item costs beside its bytes: many tiny chunks must not pass for little memory.
_ITEM_BYTES: Final = 120


class Stage:
    """Asks its toxic about one item at a time, in the order in which they came.

    `name` is the toxic's, unique in its proxy, and `order` its place in the order of creation.
    """

    __slots__ = (
        "_acted",
        "_arrived_s",
        "_charged_bytes",
        "_due_s",
        "_effects",
        "_inbox",
        "_item",
        "_last_due_s",
        "_next",
        "_overdue",
        "_quick",
        "_ready",
        "closing_full",
        "counters",
        "done",
        "held_bytes",
        "leaving",
        "left_s",
        "limit_bytes",
        "name",
        "order",
        "passive",
        "toxic",
        "wake_s",
    )

    def __init__(self, name: str, order: int, toxic: Toxic, counters: Counters) -> None:
        self.name = name
        self.order = order
        self.toxic = toxic
        self.counters = counters
        self.limit_bytes = toxic.limit_bytes
        self.held_bytes = 0
        self.done = False  # it has let an end or a reset out: nothing leaves after that
        self.leaving = False  # removed; it stays while it holds something, or while its toxic is busy
        self.passive = False  # it only passes on what it holds: its toxic is asked no more
        self.closing_full = False
        self.left_s = 0.0
        self._inbox: deque[tuple[float, Item]] = deque()
        self._overdue: deque[Leaving] = deque()  # decided before an edit, leaves as soon as there is room
        self._item: Item | None = None  # the one whose effects are happening now
        self._arrived_s = 0.0
        self._charged_bytes = 0  # its part of `held_bytes`
        self._effects: Iterator[Effect] | None = None
        self._next: Leaving | None = None
        self._due_s = 0.0
        self._last_due_s = 0.0
        self.wake_s = math.inf
        self._acted = False
        self._quick = toxic.quick
        self._ready = toxic.quick  # and nothing is here: data may be tried to pass quickly

    # In

    @property
    def full(self) -> bool:
        return self.held_bytes >= self.limit_bytes and not self.done

    @property
    def empty(self) -> bool:
        return not (self._next or self._effects or self._inbox or self._overdue)

    def take(self, item: Item, now_s: float) -> None:
        """`now_s`: when it arrived here."""
        if self.done:
            return
        self._ready = False
        if type(item) is bytes:
            self.held_bytes += len(item) + _ITEM_BYTES
        elif type(item) is Close and item.full:
            self.closing_full = True
        if self.passive:
            self.held_bytes -= _cost_bytes(item)
            self._pass_on(_as_is(item, now_s))
        else:
            self._inbox.append((now_s, item))

    def pass_quickly(self, data: bytes, now_s: float) -> bytes | None:
        """`take`, and what leaves in the same moment if that is all and nothing else is here; otherwise None."""
        if not self._ready:
            self.take(data, now_s)
            return None
        effects = self.toxic.on_data(data, now_s)
        if effects is None:
            return data
        self._ready = False
        self._arrived_s, self._item = now_s, data
        self._charged_bytes = _ITEM_BYTES + len(data)
        self.held_bytes += self._charged_bytes
        self._effects = iter(effects)
        return None

    def start(self, now_s: float) -> None:
        self.wake_s = math.inf
        for effect in self.toxic.on_start(now_s):
            if type(effect) is Wake:
                self.wake_s = effect.at_s

    def connect_delay_s(self) -> float:
        """How long the toxic wants the dial to wait; a connection that waits was acted on."""
        delay_s = self.toxic.connect_delay_s()
        if delay_s:
            self._count(0, 0, 0)
        return delay_s

    # Out

    def pop_due(self, now_s: float, *, room: bool) -> Leaving | None:
        """The next effect whose time has come; data only when there is `room` for it. It has left then.

        `left_s` is when it was due, on which what comes behind it may count.
        """
        if self._overdue:
            return self._pop_overdue(now_s, room=room)
        effect = self._next
        if effect is None:
            if not (self._inbox or self._effects) or not self._ask():
                self._ready = self._quick and not (self.leaving or self.done)
                return None
            effect = self._next
        if self._due_s > now_s:
            return None
        if type(effect) is Send:  # by far the most frequent
            if not room:
                return None
            if self._effects is None:  # and the last for this item
                self.held_bytes -= self._charged_bytes
                self._charged_bytes = 0
            else:
                self._discharge(len(effect.data))
        self._next = None
        self.left_s = self._last_due_s = self._due_s
        if type(effect) is Close or type(effect) is Reset:
            self._finish(effect)
        return effect

    def _pop_overdue(self, now_s: float, *, room: bool) -> Leaving | None:
        effect = self._overdue[0]
        if type(effect) is Send:
            if not room:
                return None
            self.held_bytes -= len(effect.data)
        self._overdue.popleft()
        self.left_s = now_s
        if type(effect) is Close or type(effect) is Reset:
            self._finish(effect)
        return effect

    def next_due_s(self, now_s: float) -> float:
        """When to look again. What is due already and still here waits for room, not for time: it does not count."""
        if self._next is not None and now_s < self._due_s < self.wake_s:
            return self._due_s
        return self.wake_s

    def wake(self) -> None:
        """The time has come that the toxic asked to be woken at."""
        wake_s, self.wake_s = self.wake_s, math.inf
        self.take(Wake(wake_s), wake_s)

    # Edits of the chain

    def restart(self, now_s: float) -> None:
        """What is just being delayed leaves at once; a waiting end or reset is decided anew, counted from now."""
        if isinstance(self._next, (Close, Reset)):
            if self._item is not None:
                self._inbox.appendleft((now_s, self._item))  # its charge stays
            self._next = self._effects = None
        else:
            self._release_current()
        self._last_due_s = now_s
        self.start(now_s)

    def update(self, attributes: Attributes, now_s: float) -> None:
        """As `restart`, with new attributes."""
        if not isinstance(self._next, (Close, Reset)):
            self._release_current()
        self.toxic.attributes = attributes
        self.limit_bytes = self.toxic.limit_bytes
        self.restart(now_s)

    def leave(self, now_s: float) -> None:
        """The toxic is removed; it may have to see something through before it goes."""
        self._release_current()
        self.leaving = True
        self._ready = False
        self.toxic.on_retire()
        if not self.toxic.busy:
            self.let_go(now_s)

    def let_go(self, now_s: float) -> None:
        """All that is here leaves as soon as there is room."""
        self._release_current()
        self._pass_on(Send(self.toxic.let_go(), now_s))
        self._overdue.extend(_as_is(item, now_s) for _, item in self._inbox if type(item) is not Wake)
        self._inbox.clear()
        self.held_bytes = sum(len(effect.data) for effect in self._overdue if type(effect) is Send)
        self._overdue.extend(effect for effect in self.toxic.on_remove(now_s) if isinstance(effect, Leaving))
        self.wake_s = math.inf
        self.passive = True

    # Inside

    def _ask(self) -> bool:
        """Find the next effect that leaves; False when there is none to decide about."""
        effect: Effect | None
        while True:
            if self._effects is None:
                if not self._inbox:
                    return False
                self._arrived_s, self._item = arrived_s, item = self._inbox.popleft()
                if isinstance(item, bytes):
                    self._charged_bytes = _ITEM_BYTES + len(item)
                    effects = self.toxic.on_data(item, arrived_s)
                    if effects is None:
                        effects = (Send(item, arrived_s),)
                else:
                    self._charged_bytes = 0
                    effects = _asked(self.toxic, item, arrived_s)
                if type(effects) is tuple and len(effects) == 1:
                    effect = effects[0]
                else:
                    self._effects = iter(effects)
                    continue
            else:
                effect = next(self._effects, None)
            if type(effect) is Send:  # by far the most frequent
                self._next = effect
                self._due_s = due_s = max(effect.at_s, self._last_due_s)
                if due_s > self._arrived_s:
                    self._count(len(effect.data), 0, 0)
                return True
            if effect is None:
                self._effects = None
                self._discharge(self._charged_bytes)
            elif type(effect) is Wake:
                self.wake_s = effect.at_s
            elif type(effect) is Acted:
                self._count(effect.bytes, effect.requests, effect.closes)
            elif type(effect) is Foreign:
                self.counters.foreign += 1
            else:
                self._next = effect
                self._due_s = max(effect.at_s, self._last_due_s)
                if type(effect) is Close and effect.at_s > self._arrived_s and not effect.full:
                    self._count(0, 0, 1)  # an end that is held back from now on
                return True

    def _release_current(self) -> None:
        """Whatever is decided about the item at hand becomes overdue; data in one piece."""
        rest: list[bytes] = []
        effects = [] if self._next is None else [self._next, *(self._effects or ())]
        for effect in effects:
            if type(effect) is Send:
                rest.append(effect.data)
            elif isinstance(effect, Leaving):
                self._pass_on(Send(b"".join(rest), 0.0))
                self._pass_on(effect)
                rest.clear()
        self._pass_on(Send(b"".join(rest), 0.0))
        self._next = self._effects = None
        self._discharge(self._charged_bytes)

    def _pass_on(self, effect: Leaving) -> None:
        if type(effect) is Send:
            if not effect.data:
                return
            self.held_bytes += len(effect.data)
        self._overdue.append(effect)

    def _discharge(self, amount_bytes: int) -> None:
        """So much of the item at hand is no longer here; no more than it was charged for."""
        amount_bytes = min(amount_bytes, self._charged_bytes)
        self._charged_bytes -= amount_bytes
        self.held_bytes -= amount_bytes

    def _finish(self, effect: Close | Reset) -> None:
        """An end leaves: what is behind it is lost. One that a toxic made itself, or a reset, is counted now."""
        if type(effect) is Reset or (type(effect) is Close and effect.full and not self.closing_full):
            self._count(0, 0, 1)
        self.done = True
        self._inbox.clear()
        self._overdue.clear()
        self._next = self._effects = None
        self.wake_s = math.inf
        self.held_bytes = 0

    def _count(self, size_bytes: int, requests: int, closes: int) -> None:
        counters = self.counters
        counters.bytes += size_bytes
        counters.requests += requests
        counters.closes += closes
        if not self._acted:
            self._acted = True
            self._count_connection()

    def _count_connection(self) -> None:
        """Once for both directions, for a toxic that is in both."""
        if self.toxic.two_sided:
            shared, key = self.toxic.site.shared, f"acted: {self.name}"
            if shared.get(key) is self.counters:
                return
            shared[key] = self.counters
        self.counters.connections += 1


def _asked(toxic: Toxic, item: Close | Answer | Wake, arrived_s: float) -> Effects:
    if type(item) is Close:
        return toxic.on_close(arrived_s)
    if type(item) is Answer:
        return toxic.on_answer(item.data, arrived_s)
    return toxic.on_wake(arrived_s)


def _cost_bytes(item: Item) -> int:
    return _ITEM_BYTES + len(item) if type(item) is bytes else 0


def _as_is(item: Item, now_s: float) -> Leaving:
    """The effect that passes an item on unchanged."""
    if type(item) is bytes:
        return Send(item, now_s)
    if type(item) is Answer:
        return Send(item.data, now_s)
    return Close(now_s)
