"""An event study: a number a year since the start, years before it open, years from it on filled.

The group of a number is its year since the start as text (``"-2"``, ``"0"``, ``"1"``), its name the
estimator.
Numbers with any other group stand in table and sentence only.
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

#: Where the start lies between two years, and the least width of one side of it as part of the other.
_START, _SIDE = -0.5, 0.4
#: Beside each other where two estimators have a number for the same year.
_ASIDE = 0.14
#: More years than this do not all have their number under them.
_MOST_YEARS = 12


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """x = years since the start, a dotted line at the start, a marker an estimator."""
    found = roles.series_of_years(released)
    if not found:
        return dots.draw(released, breaks)
    figure, (axis,) = canvas.new_figure([3.8])
    numbers = [n for series in found.values() for n in series.values()]
    for place, series in enumerate(found.values()):
        aside = _ASIDE * (place - (len(found) - 1) / 2)
        for year, number in series.items():
            _point(axis, number, year + aside, place, is_before=year < 0)
    _axes(axis, numbers, _years(released), released)
    figure.supxlabel(_key(list(found)), fontsize=10)
    return figure


def _years(released: Released) -> list[int]:
    """The years in order; one that is withheld keeps its place."""
    known = {roles.distance(n.group) for n in released.numbers}
    return sorted(int(year) for year in known if year is not None)


def _point(axis: Axes, number: Number, x: float, place: int, *, is_before: bool) -> None:
    colour = canvas.colour(place)
    if number.lower is not None and number.upper is not None:
        axis.vlines(x, number.lower, number.upper, color=colour, linewidth=1.8)
    axis.plot(
        x,
        number.value,
        canvas.marker(place),
        markerfacecolor="white" if is_before else colour,
        markeredgecolor=colour,
        markeredgewidth=1.6,
        markersize=7,
        zorder=3,
    )


def _axes(axis: Axes, numbers: Sequence[Number], years: Sequence[int], released: Released) -> None:
    unit = numbers[0].unit
    low, high = canvas.ends(numbers, [0.0])
    axis.set_ylim(low, high + 0.1 * (high - low))  # room for the word at the start
    before, after = min(years) - 0.6, max(years) + 0.6
    is_between = min(years) < 0 <= max(years)
    if is_between:
        # either side of the start is wide enough for what it is called
        before, after = min(before, _START - _SIDE * after), max(after, _START - _SIDE * before)
    axis.set_xlim(before, after)
    step = 1 + (max(years) - min(years)) // _MOST_YEARS
    axis.set_xticks([year for year in range(min(years), max(years) + 1) if year % step == 0])
    axis.xaxis.set_major_formatter(lambda value, _: _signed(value))
    axis.yaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    axis.axhline(0, color=canvas.GREY, linewidth=1, zorder=0)
    axis.set_xlabel("schooljaren sinds de start")
    axis.set_ylabel(canvas.wrapped(text.unit_label(numbers, released.sources), 26))
    if is_between:
        _start(axis)


def _start(axis: Axes) -> None:
    """A dotted line between the last year before the start and the first one after it."""
    axis.axvline(_START, color=canvas.GREY, linewidth=1.4, linestyle=":", zorder=0)
    for words, aside, align in (("voor de start", -6, "right"), ("vanaf de start", 6, "left")):
        axis.annotate(
            words,
            (_START, 1),
            xycoords=axis.get_xaxis_transform(),
            xytext=(aside, -2),
            textcoords="offset points",
            ha=align,
            va="top",
            fontsize=10,
            color="#444444",
        )


def _key(names: Sequence[str]) -> str:
    """What the markers are: open before the start; which estimator where there are several."""
    if len(names) == 1:
        return "○ = voor de start    ● = vanaf de start"
    signs = [
        f"{hollow} {full} = {text.plain(name)}"
        for (full, hollow), name in zip(canvas.SIGNS, names, strict=False)
    ]
    return "\n".join(signs)


def _signed(value: float) -> str:
    words = text.decimal(value, 0)
    return f"+{words}" if value > 0 else words
