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
from kansen_lib.present.figures import canvas, dots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

#: With more units than this no point has its name beside it.
MOST_NAMED = 8
_KEY = "grijs = waar 95 van de 100 punten liggen door toeval alleen"
_KEY_OF_MEAN = "lijn = gemiddelde van alle"
#: A name that stands farther from its point than this is joined to it by a line.
_FAR = 14
#: Where a name may stand, in points from its unit, and how it is aligned: the first that is free.
_PLACES = [
    (x, y, align)
    for y in (0, *(sign * 12 * i for i in range(1, 9) for sign in (1, -1)))
    for x, align in ((8, "left"), (-8, "right"), (0, "center"))
    if (x, y) != (0, 0) and (align != "center" or y)
]


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
        _name(figure, axis, points)
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


def _name(figure: Figure, axis: Axes, points: Sequence[Number]) -> None:
    """The name of each unit beside its point, where no other point or name is."""
    figure.set_dpi(72)
    figure.draw_without_rendering()
    taken = []
    for n in points:
        x, y = axis.transData.transform((n.n, n.value))
        taken.append((x - 5, y - 5, x + 5, y + 5))
    frame = axis.get_window_extent()
    for number in points:
        label = axis.annotate(
            canvas.wrapped(text.plain(number.group), 16),
            (number.n, number.value),
            xytext=(0, 0),
            textcoords="offset points",
            fontsize=10,
            va="center",
            bbox=canvas.CLEAR,
            zorder=4,
            annotation_clip=False,
        )
        label.set_in_layout(False)
        taken.append(_placed(label, taken, (frame.x0, frame.y0, frame.x1, frame.y1)))
        if abs(label.get_position()[1]) > _FAR:
            _lead(axis, number, label.get_position())


def _lead(axis: Axes, number: Number, place: tuple[float, float]) -> None:
    """A thin line from a point to its name, which stands some way off."""
    x, y = place
    axis.annotate(
        "",
        (number.n, number.value),
        xytext=(x, y - 6 if y > 0 else y + 6),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": canvas.GREY, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 4},
    ).set_in_layout(False)


def _placed(label: Annotation, taken: Sequence[tuple], frame: tuple) -> tuple[float, float, float, float]:
    """Put a name at the first free place; returns the box that it takes."""
    for x, y, align in _PLACES:
        label.set_position((x, y))
        label.set_horizontalalignment(align)
        found = label.get_window_extent()
        box = (found.x0 - 1, found.y0 - 1, found.x1 + 1, found.y1 + 1)
        within = box[0] >= frame[0] and box[2] <= frame[2] and box[1] >= frame[1] and box[3] <= frame[3]
        if within and not any(_overlap(box, other) for other in taken):
            break
    return box


def _overlap(one: tuple, other: tuple) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
