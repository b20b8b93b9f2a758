"""Names of points, each at the first place near its point where nothing else stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

Box = tuple[float, float, float, float]
#: A name that stands farther from its point than this is joined to it by a line.
_FAR = 14
#: Where a name may stand, in points from its own, and how it is aligned: the first that is free.
_PLACES = [
    (x, y, align)
    for y in (0, *(sign * 12 * i for i in range(1, 9) for sign in (1, -1)))
    for x, align in ((8, "left"), (-8, "right"), (0, "center"))
    if (x, y) != (0, 0) and (align != "center" or y)
]


def beside(
    figure: Figure, axis: Axes, points: Sequence[tuple[str, float, float]], around: Sequence[Artist] = ()
) -> None:
    """The name of each point (name, x, y) beside it, where no point or name is, nor what is ``around``."""
    figure.set_dpi(72)
    figure.draw_without_rendering()
    taken = [_box(drawn) for drawn in around]
    for _, *place in points:
        x, y = axis.transData.transform(place)
        taken.append((x - 5, y - 5, x + 5, y + 5))
    frame = axis.get_window_extent()
    for name, *place in points:
        label = axis.annotate(
            canvas.wrapped(name, 16),
            place,
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
            _lead(axis, place, label.get_position())


def _lead(axis: Axes, point: Sequence[float], place: tuple[float, float]) -> None:
    """A thin line from a point to its name, which stands some way off."""
    x, y = place
    axis.annotate(
        "",
        point,
        xytext=(x, y - 6 if y > 0 else y + 6),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": canvas.GREY, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 4},
    ).set_in_layout(False)


def _placed(label: Annotation, taken: Sequence[Box], frame: Box) -> Box:
    """Put a name at the first free place; returns the box that it takes."""
    for x, y, align in _PLACES:
        label.set_position((x, y))
        label.set_horizontalalignment(align)
        box = _box(label)
        within = box[0] >= frame[0] and box[2] <= frame[2] and box[1] >= frame[1] and box[3] <= frame[3]
        if within and not any(_overlap(box, other) for other in taken):
            break
    return box


def _box(drawn: Artist) -> Box:
    found = drawn.get_window_extent()
    return found.x0 - 1, found.y0 - 1, found.x1 + 1, found.y1 + 1


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
