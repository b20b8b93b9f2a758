"""The same comparison under several definitions: who stands higher under each, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas, dots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A panel a unit, a row a definition (the name), the conclusion in words at the right.

    Only differences between groups ("hoog minus laag") are drawn; the levels stand in the table.
    """
    shown = [number for number in roles.shown(released) if roles.is_difference(number)]
    if not shown:
        return dots.draw(released, breaks)
    panels = canvas.by_unit(shown)
    labels = [[canvas.wrapped(x, 19) for x in _labels(panel, shown)] for panel in panels]
    heights = [1.0 + canvas.row_height(part, 0.55) * len(part) for part in labels]
    figure, axes = canvas.new_figure(heights)
    for axis, panel, part in zip(axes, panels, labels, strict=True):
        for row, number in enumerate(panel):
            _row(axis, number, row)
        canvas.row_axis(axis, part, above=0.75)
        canvas.value_axis(axis, panel, text.unit_label(panel, released.sources))
    return figure


def _labels(panel: Sequence[Number], shown: Sequence[Number]) -> list[str]:
    """The definition; with the groups too where a definition compares more than two of them."""
    names = [number.name for number in shown]
    return [
        text.plain(n.name) if names.count(n.name) == 1 else f"{text.plain(n.name)}, {n.group}" for n in panel
    ]


def _row(axis: Axes, number: Number, row: int) -> None:
    colour = canvas.colour(0)
    if number.lower is not None and number.upper is not None:
        axis.hlines(row, number.lower, number.upper, color=colour, linewidth=2.5)
    axis.plot(number.value, row, "o", color=colour, markersize=8)
    canvas.value_above(axis, number, row)
    conclusion = canvas.wrapped(text.conclusion(number), 14)
    axis.annotate(
        conclusion,
        (1.02, row),
        xycoords=axis.get_yaxis_transform(),
        va="center",
        fontsize=10,
        annotation_clip=False,
    )
