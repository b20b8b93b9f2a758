"""A funnel: a point a small unit, and where most of them lie by chance alone.

Points have one name, and the unit as their group; ``n`` is how many pupils a unit has. The limits are
numbers named :data:`kansen_lib.present.roles.LIMIT_LOW` and :data:`~kansen_lib.present.roles.LIMIT_HIGH`,
with a number of pupils as their group; the mean of all units is named
:data:`kansen_lib.present.roles.MEAN_OF_ALL`. No point is better or worse than another: they have one colour,
and no order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas, dots, names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: With more units than this no point has its name beside it.
MOST_NAMED = 8
_KEY = "grijs = waar 95 van de 100 punten liggen door toeval alleen"
_KEY_OF_MEAN = "lijn = gemiddelde van alle"


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """x = number of pupils, y = value, the limits as a grey area."""
    shown = roles.shown(released)
    points = roles.units(released)
    if not points:
        return dots.draw(released, breaks)
    figure, (axis,) = canvas.new_figure([4.4])
    low, high = (roles.limits(released, name) for name in (roles.LIMIT_LOW, roles.LIMIT_HIGH))
    sizes = [size for size in low if size in high]
    if sizes:
        ends = [low[size] for size in sizes], [high[size] for size in sizes]
        axis.fill_between(sizes, *ends, color=canvas.PALE, linewidth=0, zorder=0)
        for end in ends:
            axis.plot(sizes, end, color=canvas.GREY, linewidth=0.8, zorder=0)
    mean = next((n for n in shown if n.name == roles.MEAN_OF_ALL), None)
    if mean is not None:
        axis.axhline(mean.value, color="#444444", linewidth=1.2, zorder=1)
    axis.plot([n.n for n in points], [n.value for n in points], "o", zorder=3, **_POINT)
    _axes(axis, shown, points, sizes)
    axis.set_ylabel(canvas.wrapped(text.unit_label(points, released.sources), 24))
    keys = [_KEY] * bool(sizes) + [_KEY_OF_MEAN] * (mean is not None)
    figure.supxlabel("\n".join(keys), fontsize=10)
    if len(points) <= MOST_NAMED:
        names.beside(figure, axis, [(text.plain(n.group), n.n or 0, n.value or 0.0) for n in points])
    return figure


#: Hollow: two units on one place can be told apart.
_POINT = {
    "markerfacecolor": "none",
    "markeredgecolor": canvas.COLOURS[0],
    "markeredgewidth": 1.6,
    "markersize": 8,
}


def _axes(axis: Axes, shown: Sequence[Number], points: Sequence[Number], sizes: Sequence[float]) -> None:
    unit = points[0].unit
    axis.set_ylim(*canvas.ends([n for n in shown if n.unit == unit]))
    most = max([*(n.n or 0 for n in points), *sizes])
    axis.set_xlim(0, 1.06 * most)
    axis.locator_params(nbins=5)
    axis.yaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    axis.xaxis.set_major_formatter(lambda value, _: text.decimal(value, 0))
    axis.set_xlabel("aantal leerlingen")
