"""The school's own number against the band in which most schools lie: no other school is a point.

The result holds for each row the school's own number, and a number with the same group of which the
name holds :data:`kansen_lib.present.roles.BETWEEN`: its value is the mean of schools, its ``lower`` and
``upper`` are the ends of the band in which 95% of the schools lie, or, about the median, the middle half
of them (:data:`kansen_lib.present.roles.MIDDLE_HALF`, as its ``interval`` says). It rests on no persons.
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

_HALF = 0.3
_KEY = "● = deze school    grijs = 95% van de scholen\n│ = gemiddelde van de scholen"
_KEY_OF_HALVES = f"● = deze school    grijs = {roles.MIDDLE_HALF}\n│ = de middelste school"


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A panel a unit, a row a group: grey band, the mean of schools as a line, the own number on it."""
    panels = [roles.blocks(panel) for panel in canvas.by_unit(roles.shown(released))]
    labels = [[canvas.wrapped(x) for x in text.row_labels([block[0] for block in panel])] for panel in panels]
    heights = [1.5 + canvas.row_height(part, 0.62) * len(part) for part in labels]
    figure, axes = canvas.new_figure(heights)
    for axis, panel, part in zip(axes, panels, labels, strict=True):
        for row, block in enumerate(panel):
            for number in block:
                (_band if roles.role(number) == roles.BETWEEN else _own)(axis, number, row)
        canvas.row_axis(axis, part, above=0.7)
        numbers = [number for block in panel for number in block]
        canvas.value_axis(axis, numbers, text.unit_label(numbers, released.sources))
    halves = any(number.interval == roles.MIDDLE_HALF for number in released.numbers)
    figure.supxlabel(_KEY_OF_HALVES if halves else _KEY, fontsize=10)
    return figure


def _band(axis: Axes, number: Number, row: int) -> None:
    if number.lower is not None and number.upper is not None:
        axis.barh(
            row,
            number.upper - number.lower,
            left=number.lower,
            height=2 * _HALF,
            color=canvas.PALE,
            edgecolor=canvas.GREY,
            linewidth=0.8,
            zorder=0,
        )
    axis.vlines(number.value, row - _HALF, row + _HALF, color="#444444", linewidth=1.5, zorder=1)


def _own(axis: Axes, number: Number, row: int) -> None:
    colour = canvas.colour(0)
    if number.lower is not None and number.upper is not None:
        axis.hlines(row, number.lower, number.upper, color=colour, linewidth=2.5, zorder=2)
    axis.plot(number.value, row, "o", color=colour, markersize=8, zorder=3)
    axis.annotate(
        text.value_text(number),
        (number.value, row - _HALF),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=10,
    )
