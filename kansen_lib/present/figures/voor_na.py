"""Scenarios beside today, measure by measure.

The name of a number is the measure, its group the scenario; today is the group
:data:`kansen_lib.present.roles.NOW`. Every measure has a panel and an axis of its own, which starts at 0:
what differs little looks as if it differs little.
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

_KEY = "◇ en stippellijn = nu"


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A panel a measure: a row a scenario, and a line down from today."""
    panels = roles.by_name(roles.shown(released))
    labels = [[canvas.wrapped(text.plain(n.group)) for n in panel] for panel in panels.values()]
    titles = [canvas.wrapped(text.plain(name), 44) for name in panels]
    rows = [canvas.row_height(part, 0.42) for part in labels]
    heights = [
        1.25 + 0.2 * canvas.lines_of(title) + row * len(part)
        for title, row, part in zip(titles, rows, labels, strict=True)
    ]
    figure, axes = canvas.new_figure(heights)
    for axis, panel, part, title in zip(axes, panels.values(), labels, titles, strict=True):
        for row, number in enumerate(panel):
            _row(axis, number, row, len(panel))
        canvas.row_axis(axis, part, above=0.75)
        drawn = [x for n in panel for x in (n.value, n.lower, n.upper)]
        canvas.axis_from_zero(axis, panel[0].unit, text.unit_label(panel, released.sources), drawn)
        axis.set_title(title)
    if any(n.group == roles.NOW for panel in panels.values() for n in panel):
        figure.supxlabel(_KEY, fontsize=10)
    return figure


def _row(axis: Axes, number: Number, row: int, rows: int) -> None:
    """A scenario as a point with its interval; today as a diamond with a line through all rows."""
    is_now, colour = number.group == roles.NOW, canvas.colour(0)
    if number.lower is not None and number.upper is not None:
        axis.hlines(row, number.lower, number.upper, color=colour, linewidth=2.5)
    if is_now:
        axis.vlines(number.value, row, rows - 0.5, color="#444444", linewidth=1, linestyle=":", zorder=0)
    mark, fill, size = ("D", "white", 6.5) if is_now else ("o", colour, 8)
    axis.plot(number.value, row, mark, markerfacecolor=fill, markeredgecolor=colour, markersize=size)
    canvas.value_above(axis, number, row)
