"""Change of, or effect on, the mean against the gap: a gap can close because the top fell.

The result holds the numbers of ``stats.decomposition.quadrant``, or of a joint effect, under the names of
:data:`kansen_lib.present.roles`. One point: the mean of all has no group, the gap is a difference. Several
points: the label of each is the group of all its numbers, with :data:`~kansen_lib.present.roles.CHOSEN`
before the one that the card is about. The region's half axes and angle (degrees from the horizontal axis) are
drawn, and left out of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas, dots, names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

_TITLES = {
    roles.CHANGE_OF_LEVEL: "gemiddelde: verandering",
    roles.CHANGE_OF_GAP: "verschil: verandering",
}
_LINES = ("-", "--", ":", "-.")
#: The side of zero where little is, as part of the other one: its corners keep room for their names.
_LEAST = 0.6
#: An axis is never shorter: nothing about a point on zero would be left to see.
_SMALLEST = 0.02
_CHOSEN_KEY = "grijs gebied = de gekozen aanpak"


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """Points with their joint 95% regions, in four corners that are named and not coloured."""
    found = roles.quadrants_of(released)
    if not found:
        return dots.draw(released, breaks)
    figure, (axis,) = canvas.new_figure([4.6])
    corners = _axes(axis, found)
    for place, one in enumerate(found):
        _point(axis, one, place, full=len(found) == 1 or roles.is_chosen(one.group))
    if any(roles.is_chosen(one.group) for one in found):
        figure.supxlabel(_CHOSEN_KEY, fontsize=10)
    if found[0].group:
        points = [
            (text.plain(roles.unmarked(one.group)), one.level.value or 0.0, one.gap.value or 0.0)
            for one in found
        ]
        names.beside(figure, axis, points, corners)
    return figure


def _point(axis: Axes, one: roles.Quadrant, place: int, *, full: bool) -> None:
    """A point with its region: filled for the one that the card is about, else an outline."""
    outline, colour = one.outline(), canvas.colour(place)
    xs, ys = zip(*[*outline, outline[0]], strict=True)
    if full:
        axis.fill(xs, ys, facecolor=canvas.PALE, edgecolor="none", zorder=0.5)
    style = _LINES[place % len(_LINES)]
    axis.plot(xs, ys, color=colour, linestyle=style, linewidth=1.5 if full else 1.1, zorder=1)
    axis.plot(one.level.value, one.gap.value, canvas.marker(place), color=colour, markersize=9, zorder=3)


def _axes(axis: Axes, found: Sequence[roles.Quadrant]) -> list[Annotation]:
    """All four corners in view and named in words, both axes in the same unit."""
    level, gap = found[0].level, found[0].gap
    for place, set_ends in enumerate((axis.set_xlim, axis.set_ylim)):
        set_ends(*_ends([point[place] for one in found for point in one.outline()], alone=len(found) == 1))
    axis.axhline(0, color=canvas.GREY, linewidth=1, zorder=0)
    axis.axvline(0, color=canvas.GREY, linewidth=1, zorder=0)
    axis.locator_params(nbins=5)
    for one in (axis.xaxis, axis.yaxis):
        one.set_major_formatter(lambda value, _: text.amount(value, level.unit))
    words = text.unit_word(level)
    axis.set_xlabel(f"{_TITLES.get(level.name, level.name)} ({words})")
    axis.set_ylabel(f"{_TITLES.get(gap.name, gap.name)} ({words})")
    return [_corner(axis, label, up=up, wider=wider) for (up, wider), label in roles.CORNERS.items()]


def _ends(reached: Sequence[float], *, alone: bool) -> tuple[float, float]:
    """Zero in the middle for one point; several need the room, and leave every corner that of its name."""
    low, high = (max(abs(end), _SMALLEST) for end in (min(reached), max(reached)))
    if alone:
        return -1.55 * max(low, high), 1.55 * max(low, high)
    return -1.3 * max(low, _LEAST * high), 1.3 * max(high, _LEAST * low)


def _corner(axis: Axes, label: str, *, up: bool, wider: bool) -> Annotation:
    """What a corner is called, in that corner."""
    return axis.annotate(
        label.replace(", ", ",\n"),
        (0.98 if up else 0.02, 0.98 if wider else 0.02),
        xycoords="axes fraction",
        fontsize=10,
        ha="right" if up else "left",
        va="top" if wider else "bottom",
        color="#444444",
    )
