"""From an opening number through its changes to a closing one: how a gap comes about, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import text
from kansen_lib.present.figures import canvas, dots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HALF = 0.27


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """First row: opening bar from 0. Last row: closing bar from 0. Rows between: changes, in order.

    All rows have one unit, and their names say what they are. Where a row could not be given, the rows
    after it would hang in the air: the numbers are drawn as dots then.
    """
    numbers = released.numbers
    if len(numbers) < 3 or any(n.value is None for n in numbers) or len({n.unit for n in numbers}) > 1:
        return dots.draw(released, breaks)
    labels = [canvas.wrapped(label) for label in text.row_labels(numbers)]
    height = canvas.row_height(labels, 0.5)
    figure, (axis,) = canvas.new_figure([1.2 + height * len(labels)])
    starts = _starts(numbers)
    for row, (number, start) in enumerate(zip(numbers, starts, strict=True)):
        _bar(axis, number, start, row, is_total=row in (0, len(numbers) - 1))
        if row:
            axis.vlines(
                start if row < len(numbers) - 1 else start + number.value,
                row - 1 + _HALF,
                row - _HALF,
                color=canvas.GREY,
                linewidth=1,
            )
    canvas.row_axis(axis, labels, above=0.75)
    reached = [
        start + x
        for number, start in zip(numbers, starts, strict=True)
        for x in (number.value, number.lower, number.upper)
        if x is not None
    ]
    canvas.value_axis(axis, [numbers[0]], text.unit_label(numbers, released.sources), [0.0, *reached])
    axis.axvline(0, color=canvas.GREY, linewidth=1, zorder=0)
    return figure


def _starts(numbers: Sequence[Number]) -> list[float]:
    """Where each bar begins: totals at 0, a change where the one before it ended."""
    starts, reached = [0.0], numbers[0].value or 0.0
    for number in numbers[1:-1]:
        starts.append(reached)
        reached += number.value or 0.0
    return [*starts, 0.0]


def _bar(axis: Axes, number: Number, start: float, row: int, *, is_total: bool) -> None:
    """A bar with its interval as a whisker at its end: totals are dark, changes are pale with an edge."""
    fill = canvas.colour(0) if is_total else "#c3ccd6"
    axis.barh(
        row, number.value, left=start, height=2 * _HALF, color=fill, edgecolor=canvas.colour(0), linewidth=1
    )
    if number.lower is not None and number.upper is not None:
        # White around the line: it lies on a dark bar, too.
        for colour, width in (("white", 4.0), ("#1a1a1a", 1.8)):
            axis.hlines(row, start + number.lower, start + number.upper, color=colour, linewidth=width)
    words = text.value_text(number) if is_total else text.change_text(number)
    middle = start + number.value / 2 if number.value is not None else start
    axis.annotate(
        words,
        (middle, row - _HALF),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=10,
        bbox=canvas.CLEAR,
    )
