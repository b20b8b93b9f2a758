"""What there is, by row and column: the names of measures in their cell, and cells with nothing.

The result holds a number for every measure: its name is the row (``"thema: taal"``), its group the column
and what stands in the cell (``"meso: Taalklas"``). A cell without any has the column alone as its group, and
value 0; any other value there is written as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas, dots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches: of the labels of rows, of what stands above the cells, of a row.
_LABELS, _ABOVE, _ROW = 1.2, 0.9, 0.5
#: Inches that a character takes, and characters of the label of a row.
_CHARACTER, _LABEL = 0.09, 14
_NOTHING, _HIDDEN = "niets", "–"


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A row a name, a column a level; in each cell a block a measure."""
    cells = roles.cells(released)
    if not cells:
        return dots.draw(released, breaks)
    rows, columns = (list(dict.fromkeys(cell[i] for cell in cells)) for i in (0, 1))
    width = int((canvas.WIDTH - _LABELS) / len(columns) / _CHARACTER)
    labels = [canvas.hyphened(text.plain(roles.place_on_axis(x)), _LABEL) for x in rows]
    blocks = {cell: [canvas.hyphened(x, width) for x in _blocks(n)] for cell, n in cells.items()}
    heights = [
        max(canvas.row_height([label], _ROW), *(_height(blocks[name, column]) for column in columns))
        for name, label in zip(rows, labels, strict=True)
    ]
    figure, (axis,) = canvas.new_figure([_ABOVE + sum(heights)])
    edges = [sum(heights[:i]) for i in range(len(heights) + 1)]
    for (name, column), words in blocks.items():
        row = rows.index(name)
        _cell(axis, words, columns.index(column), edges[row], edges[row + 1])
    _axes(axis, rows, columns, labels, edges)
    return figure


def _blocks(numbers: Sequence[Number]) -> list[str]:
    """What stands in the blocks of a cell: the name of each measure, or how many there are."""
    if any(n.value is None for n in numbers):
        return [_HIDDEN]
    named = [text.plain(roles.place_on_axis(n.group)) for n in numbers if n.value and roles.axis_of(n.group)]
    count = sum(n.value or 0.0 for n in numbers)
    return named or [text.amount(count, numbers[0].unit) if count else _NOTHING]


def _height(words: Sequence[str]) -> float:
    """Inches that the blocks of a cell take."""
    return sum(canvas.row_height([x], 0.0) for x in words) + 0.06


def _cell(axis: Axes, words: Sequence[str], column: int, top: float, bottom: float) -> None:
    """The blocks of a cell under each other, as high as their words ask."""
    from matplotlib.patches import Rectangle

    room = [canvas.lines_of(x) + 0.5 for x in words]
    edges = [top + (bottom - top) * x / sum(room) for x in accumulate(room, initial=0.0)]
    for block, (low, high) in zip(words, pairwise(edges), strict=True):
        empty, hidden = block == _NOTHING, block == _HIDDEN
        fill = (1.0, 1.0, 1.0) if empty else canvas.shade(0.25)
        style = canvas.HATCHED if hidden else {"facecolor": fill, "edgecolor": canvas.GREY, "linewidth": 0.7}
        axis.add_patch(Rectangle((column - 0.5, low), 1, high - low, **style))
        words_style = {"bbox": canvas.CLEAR} if hidden else {"color": canvas.GREY if empty else "black"}
        middle = column, (low + high) / 2
        axis.text(*middle, block, ha="center", va="center", fontsize=10, **words_style)


def _axes(
    axis: Axes, rows: Sequence[str], columns: Sequence[str], labels: Sequence[str], edges: Sequence[float]
) -> None:
    axis.set_yticks([(low + high) / 2 for low, high in pairwise(edges)], labels)
    axis.set_ylim(edges[-1] + 0.01, -0.01)
    axis.set_xlim(-0.51, len(columns) - 0.49)
    axis.xaxis.tick_top()
    axis.xaxis.set_label_position("top")
    axis.set_xticks(range(len(columns)), [text.plain(x) for x in columns])
    axis.tick_params(axis="both", length=0)
    axis.spines[:].set_visible(False)
    axis.set_ylabel(text.plain(roles.axis_of(rows[0])))
