"""A number in its context: as counted, with less chance in it, as expected of these pupils, and of all.

The result holds for each group a number as counted (its reference is the value of all schools), and
beside it numbers with the same group of which the name holds :data:`kansen_lib.present.roles.SHRUNKEN`
or :data:`kansen_lib.present.roles.EXPECTED`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Rows of a block: as counted, with less chance, as expected.
_ROWS = {"": 0.0, roles.SHRUNKEN: 0.3, roles.EXPECTED: 0.56}
_BLOCK = 1.0


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A panel a unit, a block a group, with a key under the axis."""
    blocks = roles.blocks(roles.shown(released))
    units = list(dict.fromkeys(block[0].unit for block in blocks))
    panels = [[block for block in blocks if block[0].unit == unit] for unit in units]
    figure, axes = canvas.new_figure([1.45 + 0.72 * len(panel) for panel in panels])
    several = len({roles.counted(block[0]) for block in blocks}) > 1
    for axis, panel in zip(axes, panels, strict=True):
        _panel(axis, panel, released)
        names = {text.plain(roles.counted(block[0])) for block in panel}
        axis.set_title(canvas.wrapped(*names, 42) if several and len(names) == 1 else "")
    figure.supxlabel(_key(released), fontsize=10)
    return figure


def _panel(axis: Axes, panel: Sequence[Sequence[Number]], released: Released) -> None:
    numbers = [number for block in panel for number in block]
    labels = text.row_labels([block[0] for block in panel])
    for place, block in enumerate(panel):
        for number in block:
            _mark(axis, number, place * _BLOCK)
    axis.set_yticks(
        [place * _BLOCK + 0.28 for place in range(len(panel))], [canvas.wrapped(x, 18) for x in labels]
    )
    axis.set_ylim(len(panel) * _BLOCK - 0.2, -0.55)
    axis.tick_params(axis="y", length=0)
    for place in range(1, len(panel)):
        axis.axhline(place * _BLOCK - 0.33, color=canvas.PALE, linewidth=0.8, zorder=0)
    canvas.value_axis(axis, numbers, text.unit_label(numbers, released.sources))


def _mark(axis: Axes, number: Number, top: float) -> None:
    """One number of a block: filled is of this school, hollow is what it is held against."""
    role = roles.role(number)
    row, dark = top + _ROWS[role], canvas.colour(0)
    width, style, size = {
        "": (2.5, "o", 8),
        roles.SHRUNKEN: (1.2, "o", 5),
        roles.EXPECTED: (1.2, "^", 8),
    }[role]
    line = "#444444" if role == roles.EXPECTED else dark
    if number.lower is not None and number.upper is not None:
        axis.hlines(row, number.lower, number.upper, color=line, linewidth=width)
    fill = "white" if role == roles.EXPECTED else dark
    axis.plot(number.value, row, style, markerfacecolor=fill, markeredgecolor=line, markersize=size)
    if not role:
        canvas.value_above(axis, number, row)
        if number.reference is not None:
            facts = {"markerfacecolor": "white", "markeredgecolor": "#444444", "markersize": 7}
            axis.plot(number.reference, row, "D", **facts)


def _key(released: Released) -> str:
    """What each mark is, of the marks that are there; two to a line."""
    numbers = roles.shown(released)
    there = {roles.role(number) for number in numbers}
    parts = [f"● = {text.own_name(released)}"] if "" in there else []
    parts += [f"• = {roles.SHRUNKEN}"] if roles.SHRUNKEN in there else []
    parts += [f"△ = {roles.EXPECTED}"] if roles.EXPECTED in there else []
    if any(not roles.role(n) and n.reference is not None for n in numbers):
        parts.append(f"◇ = {text.reference_name(released)}")
    return "\n".join("    ".join(parts[i : i + 2]) for i in range(0, len(parts), 2))
