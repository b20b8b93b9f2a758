"""A panel a name, a point a school year; no line is drawn across a break in the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: More labels of school years than this run into each other in half a figure.
MOST_TICKS = 4


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A panel a name, a point a school year; the line stops where the rules changed (dotted).

    Panels of one unit share their axis; where there are several, the unit stands beside each.
    """
    from matplotlib.figure import Figure

    shown = roles.shown(released)
    years = sorted({number.group for number in released.numbers})
    names = list(dict.fromkeys(number.name for number in shown))
    columns = min(2, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(canvas.WIDTH, 0.7 + 1.7 * rows), layout="constrained")
    several = len({number.unit for number in shown}) > 1
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=not several).ravel()
    first: dict[str, Axes] = {}
    for axis, name in zip(panels, names, strict=False):
        own = [n for n in shown if n.name == name]
        if several and first.setdefault(own[0].unit, axis) is not axis:
            axis.sharey(first[own[0].unit])
        _panel(axis, years, {n.group: n for n in own}, breaks)
        axis.set_title(canvas.wrapped(text.plain(name), 24), fontsize=11)
        axis.yaxis.set_major_formatter(lambda value, _, unit=own[0].unit: text.amount(value, unit))
        if several:
            axis.set_ylabel(text.unit_word(own[0]))
    for axis in panels[len(names) :]:
        axis.set_visible(False)
    if not several:
        figure.supylabel(text.unit_label(shown, released.sources), fontsize=11)
    held = any(number.reference is not None for number in shown)
    key = f"\n◇ = {text.reference_name(released)}" if held else ""
    figure.supxlabel(f"schooljaar{key}", fontsize=11)
    return figure


def _panel(axis: Axes, years: list[str], series: dict[str, Number], breaks: Sequence[str]) -> None:
    previous: tuple[int, Number] | None = None
    colour = canvas.colour(0)
    for place, year in enumerate(years):
        if year in breaks and place > 0:
            axis.axvline(place - 0.5, color=canvas.GREY, linewidth=1.2, linestyle=":", zorder=0)
        number = series.get(year)
        if number is None:
            continue
        if number.lower is not None and number.upper is not None:
            axis.vlines(place, number.lower, number.upper, color=colour, linewidth=2, alpha=0.55)
        if number.reference is not None:  # no line through them: it would cross the breaks
            axis.plot(
                place,
                number.reference,
                "D",
                markerfacecolor="white",
                markeredgecolor=canvas.GREY,
                markersize=5,
            )
        axis.plot(place, number.value, "o", color=colour, markersize=6)
        if previous and previous[0] == place - 1 and year not in breaks:
            axis.plot([place - 1, place], [previous[1].value, number.value], color=colour, linewidth=1.2)
        previous = (place, number)
    shown = range(0, len(years), -(-len(years) // MOST_TICKS))
    axis.set_xticks(list(shown), [text.short_year(years[i]) for i in shown])
    axis.set_xlim(-0.5, len(years) - 0.5)
