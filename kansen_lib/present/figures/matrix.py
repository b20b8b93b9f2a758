"""A table of shades: a row a name, a column a group, darker where the share is larger.

Names and groups are ``"axis: label"`` (``"advies: havo"``, ``"brugklas: havo/vwo"``): the axis is written
once. Numbers have one unit; one without a group is a total, and not drawn. Where row and column have the same
label, the cell has a thick edge.
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

#: Inches: of the labels of rows, of what stands above the cells, of a row.
_LABELS, _ABOVE, _ROW = 1.25, 0.75, 0.42
#: Inches that a character takes.
_CHARACTER = 0.082
_HIDDEN_KEY = "gearceerd, – = niet getoond"
_LIMIT_KEY = "≥ = dit of meer, ≤ = dit of minder"
_SAME_KEY = "dikke rand = links en boven hetzelfde"


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """Every cell with its number in words; a withheld one is hatched."""
    cells = {(n.name, n.group): n for n in released.numbers if n.group}
    rows, columns = (list(dict.fromkeys(cell[i] for cell in cells)) for i in (0, 1))
    width = int((canvas.WIDTH - _LABELS) / len(columns) / _CHARACTER)
    labels = [canvas.broken(text.plain(roles.place_on_axis(x)), 14) for x in rows]
    heads = [canvas.broken(text.plain(roles.place_on_axis(x)), width) for x in columns]
    upright = any(len(line) > width for head in heads for line in head.split("\n"))
    if upright:
        heads = [text.plain(roles.place_on_axis(x)) for x in columns]
    room = _CHARACTER * max(map(len, heads)) if upright else canvas.LINE * max(map(canvas.lines_of, heads))
    height = canvas.row_height(labels, _ROW)
    figure, (axis,) = canvas.new_figure([_ABOVE + room + height * len(rows)])
    for row, name in enumerate(rows):
        for column, group in enumerate(columns):
            if (name, group) in cells:
                _cell(axis, cells[name, group], column, row, _shade(cells[name, group], cells.values()))
    for row, column in _same(rows, columns):
        if (rows[row], columns[column]) in cells:
            _box(axis, column, row, facecolor="none", edgecolor="#000000", linewidth=2.2, zorder=3)
    _axes(axis, rows, columns, labels)
    axis.set_xticks(range(len(columns)), heads, fontsize=10, rotation=90 if upright else 0)
    figure.supxlabel(_key(released, rows, columns), fontsize=10)
    return figure


def _same(rows: Sequence[str], columns: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the cells of which row and column have the same label."""
    found = {roles.place_on_axis(group): place for place, group in enumerate(columns)}
    return [
        (row, found[roles.place_on_axis(name)])
        for row, name in enumerate(rows)
        if roles.place_on_axis(name) in found
    ]


def _shade(number: Number, cells: object) -> float:
    """How dark a cell is, from 0 to 1: a share as it is, any other value between the least and the most."""
    if number.value is None or number.unit == "share":
        return number.value or 0.0
    known = [n.value for n in cells if n.value is not None]  # type: ignore[attr-defined]
    return (number.value - min(known)) / ((max(known) - min(known)) or 1.0)


def _cell(axis: Axes, number: Number, column: int, row: int, dark: float) -> None:
    if number.value is None:
        _box(axis, column, row, facecolor="white", edgecolor=canvas.GREY, hatch="////", linewidth=0.4)
        axis.text(column, row, "–", ha="center", va="center", fontsize=11, bbox=canvas.CLEAR)
        return
    fill = canvas.shade(dark)
    _box(axis, column, row, facecolor=fill, edgecolor="white", linewidth=1.0)
    words = text.amount(number.value, number.unit)
    if number.clipped:  # in a narrow cell: the key says what it is
        words = f"{'≤' if number.clipped == 'of minder' else '≥'}{words}"
    axis.text(column, row, words, ha="center", va="center", fontsize=10, color=canvas.ink_on(fill))


def _box(axis: Axes, column: int, row: int, **style: object) -> None:
    from matplotlib.patches import Rectangle

    axis.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, **style))


def _axes(axis: Axes, rows: Sequence[str], columns: Sequence[str], labels: Sequence[str]) -> None:
    canvas.row_axis(axis, labels, above=0.5)
    axis.set_xlim(-0.5, len(columns) - 0.5)
    axis.xaxis.tick_top()
    axis.xaxis.set_label_position("top")
    axis.tick_params(axis="both", length=0)
    axis.spines[:].set_visible(False)
    axis.set_xlabel(text.plain(roles.axis_of(columns[0])), labelpad=8)
    axis.set_ylabel(text.plain(roles.axis_of(rows[0])))


def _key(released: Released, rows: Sequence[str], columns: Sequence[str]) -> str:
    """What the hatching and the thick edge mean, where they occur."""
    cells = [n for n in released.numbers if n.group]
    keys = {
        _HIDDEN_KEY: any(n.value is None for n in cells),
        _LIMIT_KEY: any(n.clipped for n in cells),
        _SAME_KEY: bool(_same(rows, columns)),
    }
    return "\n".join(key for key, occurs in keys.items() if occurs)
