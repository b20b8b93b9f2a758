"""Flows of the same persons through stages: bars of states, bands from each state to those of the next stage.

The result holds for every state of every stage its share of all persons, named ``"stage: state"`` without
a group, and for every flow its share of ALL persons, named after the state where it begins, with the state
where it ends as its group. Stages stand in order of first appearance, states in the order given, the first at
the bottom. What is withheld has no width of its own: what is left of a state is one hatched stump.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas, dots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: More stages than this go on in a second panel: their labels would not fit beside each other.
_MOST_STAGES = 4
#: Inches of a panel; parts of it between two states; width of a bar and length of a stump, of the way between
#: two stages.
_PANEL, _BETWEEN, _BAR, _STUMP = 4.2, 0.035, 0.07, 0.13
#: Room for the words beside the last stage.
_LAST = 0.75
#: A remainder below this is rounding.
_ROUNDING = 0.011
#: Bands that stay on one level, and those that change it: told apart in grey.
_STAYS, _CHANGES = "#d5dbe2", "#8199b3"
_KEYS = ("donker = naar een ander niveau", "gearceerd = niet apart te tonen")
#: Characters of the name of a stage, and of a state, on a line.
_STAGE, _STATE = 12, 12


@dataclass
class _State:
    """A bar: where it begins and how high it is; how much of either side is taken by bands."""

    label: str
    bottom: float
    height: float
    taken: dict[str, float] = field(default_factory=lambda: {"in": 0.0, "out": 0.0})


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """At most four stages a panel; the last stage of a panel is the first of the next."""
    stages = roles.stages(released)
    if len(stages) < 2:
        return dots.draw(released, breaks)
    panels = _panels(list(stages))
    figure, axes = canvas.new_figure([_PANEL] * len(panels))
    for axis, names in zip(axes, panels, strict=True):
        bars = {name: _bars(released, stages[name]) for name in names}
        for place, (one, next_) in enumerate(pairwise(names)):
            _bands(axis, released, bars[one], bars[next_], place)
        for place, name in enumerate(names):
            _stage(axis, name, bars[name], place, last=place == len(names) - 1)
        _axes(axis, names)
    figure.supxlabel("\n".join(_KEYS), fontsize=10)
    return figure


def _panels(stages: Sequence[str]) -> list[list[str]]:
    """The stages in parts of about the same length, of which the ends are shared."""
    steps = len(stages) - 1
    count = -(-steps // (_MOST_STAGES - 1))
    cuts = [-(-steps * i // count) for i in range(count + 1)]
    return [list(stages[low : high + 1]) for low, high in pairwise(cuts)]


def _bars(released: Released, labels: Sequence[str]) -> dict[str, _State]:
    """The bars of a stage above each other; what is withheld of its states is left out of them."""
    shown = {n.name: n.value for n in roles.shown(released) if not n.group and not n.clipped}
    found, bottom = {}, 0.0
    for label in labels:
        height = shown.get(label)
        if height is None and label not in {n.name for n in released.numbers if not n.group}:
            height = _by_flows(released, label)
        if height:
            found[label] = _State(label, bottom, height)
            bottom += height + _BETWEEN
    return found


def _by_flows(released: Released, label: str) -> float:
    """How much of a state is seen in its flows, where its own share is no part of the result."""
    flows = [n for n in roles.shown(released) if n.group and not n.clipped]
    sides = ([n for n in flows if n.name == label], [n for n in flows if n.group == label])
    return max(sum(n.value or 0.0 for n in side) for side in sides)


def _bands(
    axis: Axes, released: Released, left: dict[str, _State], right: dict[str, _State], place: int
) -> None:
    """The flows between two stages, from the bottom up on both sides, then what is left of each state."""
    stages = roles.stages(released)
    numbers = [n for n in roles.shown(released) if n.name in left and n.group in right and not n.clipped]
    flows = {(n.name, n.group): n.value or 0.0 for n in numbers}
    changing = {(n.name, n.group) for n in numbers if roles.changes_level(n, stages)}
    # Rounded flows may be more together than the rounded state: they share its room then.
    fits = {
        label: _fit(state, [v for f, v in flows.items() if label in f])
        for label, state in (left | right).items()
    }
    starts, ends = {}, {}
    for label, state in left.items():
        for to in right:
            if (label, to) in flows:
                starts[label, to] = _take(state, "out", flows[label, to] * fits[label])
    for label, state in right.items():
        for of in left:
            if (of, label) in flows:
                ends[of, label] = _take(state, "in", flows[of, label] * fits[label])
    for flow in flows:
        _band(axis, place, starts[flow], ends[flow], _CHANGES if flow in changing else _STAYS)
    for state in left.values():
        _stump(axis, state, "out", place + _BAR / 2)
    for state in right.values():
        _stump(axis, state, "in", place + 1 - _BAR / 2 - _STUMP)


def _fit(state: _State, values: Sequence[float | None]) -> float:
    total = sum(value or 0.0 for value in values)
    return min(1.0, state.height / total) if total else 1.0


def _take(state: _State, side: str, width: float) -> tuple[float, float]:
    """The next part of a side of a bar."""
    low = state.bottom + state.taken[side]
    state.taken[side] += width
    return low, low + width


def _band(axis: Axes, place: int, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    """A band that leaves and arrives level."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    x0, x1 = place + _BAR / 2, place + 1 - _BAR / 2
    middle = (x0 + x1) / 2
    (low, high), (to_low, to_high) = start, end
    points = [(x0, low), (middle, low), (middle, to_low), (x1, to_low)]
    points += [(x1, to_high), (middle, to_high), (middle, high), (x0, high), (x0, low)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axis.add_patch(
        PathPatch(Path(points, codes), facecolor=colour, edgecolor="white", linewidth=0.6, zorder=1)
    )


def _stump(axis: Axes, state: _State, side: str, left: float) -> None:
    """What is left of a side of a bar: withheld flows, several together."""
    from matplotlib.patches import Rectangle

    rest = state.height - state.taken[side]
    if rest >= _ROUNDING:
        low = state.bottom + state.taken[side]
        axis.add_patch(Rectangle((left, low), _STUMP, rest, zorder=1, **canvas.HATCHED))


def _stage(axis: Axes, name: str, bars: dict[str, _State], place: int, *, last: bool) -> None:
    """The bars of a stage, and beside them the name and share of each, kept apart."""
    from matplotlib.patches import Rectangle

    for state in bars.values():
        corner = (place - _BAR / 2, state.bottom)
        axis.add_patch(Rectangle(corner, _BAR, state.height, color=canvas.colour(0), zorder=2))
    top = _top()
    words = {label: f"{_short(label)}\n{text.amount(s.height, 'share')}" for label, s in bars.items()}
    rooms = [canvas.LINE * canvas.lines_of(words[label]) / (0.74 * _PANEL) for label in bars]
    heights = [(s.bottom + s.height / 2) / top for s in bars.values()]
    for label, height in zip(bars, canvas.apart(heights, rooms), strict=True):
        axis.annotate(
            words[label],
            (place + _BAR, height * top),
            va="center",
            fontsize=10,
            linespacing=0.95,
            annotation_clip=False,
            bbox=canvas.CLEAR,
            zorder=4,
        )
    head = canvas.wrapped(text.plain(name), _STAGE)
    axis.annotate(
        head, (place - _BAR / 2, top * 1.02), va="bottom", fontsize=11, weight="bold", annotation_clip=False
    )


def _short(label: str) -> str:
    """The state, in lines that fit between two stages."""
    return canvas.broken(text.plain(roles.place_on_axis(label)), _STATE)


def _top() -> float:
    """Height of the fullest stage there may be: all persons, and room between six states."""
    return 1 + 5 * _BETWEEN


def _axes(axis: Axes, names: Sequence[str]) -> None:
    axis.set_xlim(-_BAR, len(names) - 1 + _LAST)
    axis.set_ylim(-0.01, _top() * 1.14)
    axis.set_axis_off()
