"""Names of points and lines: near what they are of, where nothing else stands."""

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


def at_edge(axis: Axes, named: Sequence[tuple[str, float, str]], line: float) -> None:
    """Names (name, height, colour) at the right of an axis, each as near its height as keeps them apart.

    Args:
        axis: where they stand beside.
        named: heights are parts of the axis, from 0 at its foot to 1.
        line: part of the axis that a line of words takes.
    """
    order = sorted(named, key=lambda one: one[1])
    labels = [canvas.wrapped(name, 14) for name, _, _ in order]
    rooms = [line * canvas.lines_of(label) for label in labels]
    places = canvas.apart([height for _, height, _ in order], rooms)
    for label, place, (_, _, colour) in zip(labels, places, order, strict=True):
        axis.annotate(
            label,
            (1.02, place),
            xycoords="axes fraction",
            va="center",
            fontsize=10,
            color=colour,
            annotation_clip=False,
        )


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
    """Put a name at the first free place, or where least is in its way; returns the box that it takes."""
    tried = []
    for place in _PLACES:
        box = _moved(label, place)
        outside = _area(box) - _shared(box, frame)
        tried.append((outside, sum(_shared(box, other) for other in taken), place))
        if tried[-1][:2] == (0.0, 0.0):
            break
    return _moved(label, min(tried, key=lambda one: one[:2])[2])


def _moved(label: Annotation, place: tuple[float, float, str]) -> Box:
    x, y, align = place
    label.set_position((x, y))
    label.set_horizontalalignment(align)
    return _box(label)


def _box(drawn: Artist) -> Box:
    found = drawn.get_window_extent()
    return found.x0 - 1, found.y0 - 1, found.x1 + 1, found.y1 + 1


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared(one: Box, other: Box) -> float:
    """The area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0
