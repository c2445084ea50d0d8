"""Where the system's services and links stand on the page: users on top, whoever calls above whom it calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chaos.experiment.layers import edges_of, layers_of
from chaos.verdict.verdict import Verdict

USERS: Final = "users"
_BOX_WIDTH, _BOX_HEIGHT = 132, 42
_COLUMN, _ROW = 164, 132
_MARGIN = 16
_LABEL_X, _LABEL_Y = 0.85, 0.55
"""Where along its link a label stands: near whom it leads to, so that those of one caller don't meet."""
_LONGEST_LABEL: Final = 24


@dataclass(frozen=True, slots=True)
class Box:
    """A service, or the users; `x` and `y` are of its upper left corner."""

    name: str
    x: float
    y: float
    is_users: bool


@dataclass(frozen=True, slots=True)
class Wire:
    """A link as a curve, with its label; `faults` are those that hit it."""

    link: str
    source: str
    target: str
    path: str
    label_x: float
    label_y: float
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SystemMap:
    width: float
    height: float
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    box_width: int = _BOX_WIDTH
    box_height: int = _BOX_HEIGHT

    @property
    def words(self) -> str:
        """For those who can't see it."""
        said = []
        for wire in self.wires:
            hit = f", hit by {' and '.join(wire.faults)}" if wire.faults else ""
            said.append(f"{wire.source} to {wire.target} over the link {wire.link}{hit}")
        return "; ".join(said)


def shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def draw_map(verdict: Verdict) -> SystemMap | None:
    """None: the system is not known. A fault is on the link that the plan names, be it injected or not."""
    if verdict.plan is None:
        return None
    system = verdict.plan.system
    edges = edges_of(system)
    rows = layers_of(system)
    widest = max(len(row) for row in rows)
    boxes: dict[str, Box] = {}
    for depth, row in enumerate(rows):
        left = _MARGIN + (widest - len(row)) * _COLUMN / 2 + (_COLUMN - _BOX_WIDTH) / 2
        for column, node in enumerate(row):
            name = USERS if node is None else node
            boxes[_key(node)] = Box(name, left + column * _COLUMN, _MARGIN + depth * _ROW, node is None)
    hits: dict[str, list[str]] = {}
    for fault in verdict.plan.faults:
        if fault.entry.place != "link":
            continue
        hits.setdefault(fault.entry.on, []).append(fault.name)
    wires = tuple(
        _wire(name, boxes[_key(source)], boxes[system.links[name].to], tuple(hits.get(name, ())))
        for source, name in edges
    )
    height = 2 * _MARGIN + (len(rows) - 1) * _ROW + _BOX_HEIGHT
    return SystemMap(2 * _MARGIN + widest * _COLUMN, height, tuple(boxes.values()), wires)


def _key(node: str | None) -> str:
    """No service has this name: a service may itself be called "users"."""
    return "" if node is None else node


def _wire(link: str, source: Box, target: Box, faults: tuple[str, ...]) -> Wire:
    """From the lower edge of the caller to the upper edge of whom it calls."""
    x1, y1 = source.x + _BOX_WIDTH / 2, source.y + _BOX_HEIGHT
    x2, y2 = target.x + _BOX_WIDTH / 2, target.y
    bend = max(40.0, abs(y2 - y1) / 2)
    path = f"M{x1:g} {y1:g} C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2 - 2:g}"
    return Wire(link, source.name, target.name, path, x1 + (x2 - x1) * _LABEL_X, y1 + (y2 - y1) * _LABEL_Y, faults)
