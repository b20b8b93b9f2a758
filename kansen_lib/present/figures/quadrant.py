"""Change of the mean against change of the gap: a gap can close because the top fell.

The result holds the numbers of ``stats.decomposition.quadrant`` under the names of
:data:`kansen_lib.present.roles`; change of level of all has no group. The region's half axes
and angle (degrees from the horizontal axis) are drawn, and left out of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas, dots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A point with its joint 95% region, in four corners that are named and not coloured."""
    found = roles.quadrant_of(released)
    if found is None:
        return dots.draw(released, breaks)
    figure, (axis,) = canvas.new_figure([4.6])
    outline = found.outline()
    _axes(axis, found, outline)
    xs, ys = zip(*[*outline, outline[0]], strict=True)
    axis.fill(xs, ys, facecolor=canvas.PALE, edgecolor=canvas.colour(0), linewidth=1.5, zorder=1)
    axis.plot(found.level.value, found.gap.value, "o", color=canvas.colour(0), markersize=9, zorder=3)
    return figure


def _axes(axis: Axes, found: roles.Quadrant, outline: Sequence[tuple[float, float]]) -> None:
    """Zero in the middle of both axes, the corners named in words, both axes in the same unit."""
    unit = found.level.unit
    x_end, y_end = (1.55 * max(abs(point[i]) for point in outline) for i in (0, 1))
    axis.set_xlim(-x_end, x_end)
    axis.set_ylim(-y_end, y_end)
    axis.axhline(0, color=canvas.GREY, linewidth=1, zorder=0)
    axis.axvline(0, color=canvas.GREY, linewidth=1, zorder=0)
    axis.locator_params(nbins=5)
    for one in (axis.xaxis, axis.yaxis):
        one.set_major_formatter(lambda value, _: text.amount(value, unit))
    words = text.unit_word(found.level)
    axis.set_xlabel(f"gemiddelde: verandering ({words})")
    axis.set_ylabel(f"verschil: verandering ({words})")
    for (up, wider), label in roles.CORNERS.items():
        place = 0.98 if up else 0.02, 0.98 if wider else 0.02
        axis.annotate(
            label.replace(", ", ",\n"),
            place,
            xycoords="axes fraction",
            fontsize=10,
            ha="right" if up else "left",
            va="top" if wider else "bottom",
            color="#444444",
        )
