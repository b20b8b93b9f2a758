"""A plan beside what was done: a row an agreement, in words; full where as planned, open where otherwise.

The result holds a number for every agreement. One in words has the unit "zoals gepland", value 1 with what
was agreed as its group, or 0 with "gepland: ...; gedaan: ...". Any other number stands beside that of the
plan, its reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import plans_in_words, roles, text
from kansen_lib.present.figures import canvas, dots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Characters of what stands behind a row, and of its name.
_WORDS, _NAME = 34, 20


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A row an agreement that can be compared; those that cannot are in the table."""
    shown = roles.shown(released)
    if not any(plans_in_words.in_words(number) for number in shown):
        return dots.draw(released, breaks)
    names = [canvas.wrapped(text.plain(number.name), _NAME) for number in shown]
    told = ["\n".join(canvas.wrapped(line, _WORDS) for line in _lines(number)) for number in shown]
    heights = [canvas.row_height(pair, 0.32) for pair in zip(names, told, strict=True)]
    figure, (axis,) = canvas.new_figure([sum(heights) + 0.55])
    edge = 0.0
    for number, name, words, height in zip(shown, names, told, heights, strict=True):
        _row(axis, number, (name, words), edge + height / 2)
        edge += height
    _axes(axis, edge)
    return figure


def _lines(number: Number) -> list[str]:
    """What stands behind a row: what was agreed, and on a next line what was done where that differs."""
    pair = plans_in_words.planned_and_done(number)
    if pair is None:
        return [number.group]
    planned, done = pair
    return [f"gepland: {planned}", f"gedaan: {done}"]


def _row(axis: Axes, number: Number, words: tuple[str, str], height: float) -> None:
    """The name, a mark and the words of a row; a number has neither kept nor broken anything: no mark."""
    name, told = words
    axis.text(0.0, height, name, va="center", fontsize=10)
    axis.text(0.43, height, told, va="center", fontsize=10)
    if plans_in_words.in_words(number):
        fill = canvas.colour(0) if number.value else "white"
        axis.plot(0.395, height, "o", color=canvas.colour(0), markerfacecolor=fill, markersize=8)


def _axes(axis: Axes, height: float) -> None:
    """No axis but rows, and what the marks mean under them."""
    axis.plot(0.395, height + 0.25, "o", color=canvas.colour(0), markersize=8)
    axis.text(0.43, height + 0.25, "zoals gepland", va="center", fontsize=10)
    axis.plot(0.70, height + 0.25, "o", color=canvas.colour(0), markerfacecolor="white", markersize=8)
    axis.text(0.735, height + 0.25, "anders", va="center", fontsize=10)
    axis.axhline(height, color=canvas.GREY, linewidth=0.7)
    axis.set_xlim(0, 1)
    axis.set_ylim(height + 0.5, -0.05)
    axis.set_axis_off()
