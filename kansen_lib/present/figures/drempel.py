"""Both sides of a cut-off: what happens just below it and just above it.

The group of a number is its distance to the cut-off as text (``"-3"``, ``"0"``, ``"+2"``), its name is the
side ("onder de drempel", "boven de drempel"). A name that ends in :data:`kansen_lib.present.roles.FITTED` is
a line through the points of that side. A number with group :data:`kansen_lib.present.roles.JUMP` is the step
between the lines: the sentence tells it, it is not drawn.
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


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """x = distance to the cut-off; a side a colour and marker; the cut-off itself is dotted."""
    shown = [n for n in roles.shown(released) if roles.distance(n.group) is not None]
    sides = list(dict.fromkeys(n.name.removesuffix(roles.FITTED) for n in shown))
    if not shown:
        return dots.draw(released, breaks)
    unit = shown[0].unit
    shown = [n for n in shown if n.unit == unit]
    figure, (axis,) = canvas.new_figure([3.8])
    for place, side in enumerate(sides):
        _points(axis, [n for n in shown if n.name == side], place)
        _line(axis, [n for n in shown if n.name == side + roles.FITTED], place)
    axis.axvline(0, color=canvas.GREY, linewidth=1.4, linestyle=":", zorder=0)
    low, high = canvas.ends(shown)
    room = 0.1 * (high - low)
    axis.set_ylim(low, high + room)
    places = [roles.distance(n.group) or 0.0 for n in shown]
    margin = 0.06 * ((max(places) - min(places)) or 1.0)
    axis.set_xlim(min(places) - margin, max(places) + margin)
    axis.locator_params(axis="x", nbins=7)
    axis.xaxis.set_major_formatter(lambda value, _: _signed(value))
    axis.yaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    axis.set_xlabel("afstand tot de drempel")
    axis.set_ylabel(canvas.wrapped(text.unit_label(shown, released.sources), 24))
    _label(axis, shown, sides)
    return figure


def _points(axis: Axes, numbers: Sequence[Number], place: int) -> None:
    colour = canvas.colour(place)
    for number in numbers:
        x = roles.distance(number.group)
        if number.lower is not None and number.upper is not None:
            axis.vlines(x, number.lower, number.upper, color=colour, linewidth=1.2, alpha=0.6)
        axis.plot(x, number.value, canvas.marker(place), color=colour, markersize=6)


def _line(axis: Axes, numbers: Sequence[Number], place: int) -> None:
    """The fitted line of a side."""
    known = sorted((roles.distance(n.group) or 0.0, n.value or 0.0) for n in numbers)
    axis.plot([x for x, _ in known], [y for _, y in known], color=canvas.colour(place), linewidth=2)


def _label(axis: Axes, shown: Sequence[Number], sides: Sequence[str]) -> None:
    """The name of each side above it, on the left or on the right of the cut-off."""
    for place, side in enumerate(sides):
        own = [roles.distance(n.group) or 0.0 for n in shown if n.name.startswith(side)]
        left = sum(own) < 0
        axis.annotate(
            canvas.wrapped(text.plain(side), 20),
            (0, 1),
            xycoords=axis.get_xaxis_transform(),
            xytext=(-6 if left else 6, -2),
            textcoords="offset points",
            ha="right" if left else "left",
            va="top",
            fontsize=10,
            color=canvas.colour(place),
        )


def _signed(value: float) -> str:
    """A distance with its sign: ``"+2"``, ``"−0,5"``, ``"0"``."""
    words = text.decimal(value, 0 if float(value).is_integer() else 1)
    return f"+{words}" if value > 0 else words
