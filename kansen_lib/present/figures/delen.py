"""Wholes that are split in parts that add up: a bar a whole, and a line of words a part.

The name of a number is the whole, its group the part; the number with group
:data:`kansen_lib.present.roles.TOTAL` is what the parts come to. A part below zero, which a corrected part
can be, has no width: its line of words says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas, dots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches: of a bar, of what stands above it, of a line of words, between two wholes, of the axis under them.
_BAR, _ABOVE, _LINE, _BETWEEN, _UNDER = 0.32, 0.36, 0.22, 0.22, 0.75
#: Characters of a line of words over the whole width, and of one in bold.
_WORDS, _HEAD = 56, 53
_KEY = "◇ = samen, de lijn is de onzekerheid"
_BELOW_ZERO = " – niet getekend"


@dataclass(frozen=True)
class _Whole:
    """A whole as it is drawn: its numbers, and the words over its bar and beside each part."""

    parts: list[Number]
    total: Number | None
    head: str
    lines: list[str]

    @classmethod
    def of(cls, name: str, numbers: Sequence[Number]) -> _Whole:
        """The whole that these numbers are about."""
        parts = [n for n in numbers if n.group != roles.TOTAL]
        total = next((n for n in numbers if n.group == roles.TOTAL), None)
        words = f": samen {text.with_interval(total)}" if total else ""
        head = canvas.wrapped(f"{text.plain(name)}{words}", _HEAD)
        return cls(parts, total, head, [canvas.wrapped(_line(n), _WORDS) for n in parts])

    @property
    def above(self) -> float:
        """Inches over the bar."""
        return _ABOVE + _LINE * (canvas.lines_of(self.head) - 1)

    @property
    def height(self) -> float:
        """Inches of all of it."""
        return self.above + _BAR + _LINE * (0.4 + sum(map(canvas.lines_of, self.lines))) + _BETWEEN


def _line(number: Number) -> str:
    """What stands beside a part: its name, value and interval."""
    below = _BELOW_ZERO if text.is_below_zero(number) else ""
    return f"{text.plain(number.group)}: {text.with_interval(number)}{below}"


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A panel a unit, so that wholes of one unit can be compared; wholes in the order given."""
    shown = [n for n in roles.shown(released) if n.group]
    if not any(n.group != roles.TOTAL for n in shown):
        return dots.draw(released, breaks)
    order = list(dict.fromkeys(n.group for n in released.numbers if n.group not in ("", roles.TOTAL)))
    shades = dict(zip(order, canvas.ramp(len(order)), strict=True))
    panels = canvas.by_unit(shown)
    wholes = [[_Whole.of(*each) for each in roles.by_name(panel).items()] for panel in panels]
    heights = [sum(whole.height for whole in panel) for panel in wholes]
    figure, axes = canvas.new_figure([height + _UNDER for height in heights])
    for axis, panel, numbers, height in zip(axes, wholes, panels, heights, strict=True):
        top = 0.0
        for whole in panel:
            _draw_whole(axis, whole, top, shades)
            top += whole.height
        axis.set_ylim(height, 0)
        _axes(axis, panel, numbers[0].unit, text.unit_label(numbers, released.sources))
    if any(whole.total for panel in wholes for whole in panel):
        figure.supxlabel(_KEY, fontsize=10)
    return figure


def _draw_whole(axis: Axes, whole: _Whole, top: float, shades: dict[str, tuple[float, ...]]) -> None:
    """The words over the bar, the parts behind each other, and a line of words with its shade a part."""
    middle, left = top + whole.above + _BAR / 2, 0.0
    edge = {"edgecolor": canvas.GREY, "linewidth": 0.8}
    across = axis.get_yaxis_transform()
    axis.text(0, top + whole.above - 0.06, whole.head, transform=across, weight="bold", va="bottom")
    line = top + whole.above + _BAR + 0.6 * _LINE
    for number, words in zip(whole.parts, whole.lines, strict=True):
        width, fill = max(number.value or 0.0, 0.0), shades[number.group]
        axis.barh(middle, width, _BAR, left, color=fill, **edge)
        left += width
        axis.barh(line + 0.08, 0.02, 0.13, color=fill, transform=across, **edge)
        axis.text(0.035, line, words, transform=across, va="top", fontsize=10)
        line += _LINE * canvas.lines_of(words)
    axis.vlines(0, middle - 0.65 * _BAR, middle + 0.65 * _BAR, color=canvas.GREY, linewidth=1)
    if whole.total is not None:
        _total(axis, whole.total, middle)


def _total(axis: Axes, total: Number, middle: float) -> None:
    """What the parts come to, on the bar; white around it, because the bar may be dark."""
    if total.lower is not None and total.upper is not None:
        for colour, width in (("white", 3.4), ("#1a1a1a", 1.6)):
            axis.hlines(middle, total.lower, total.upper, color=colour, linewidth=width, zorder=3)
    style = {"markerfacecolor": "white", "markeredgecolor": "#1a1a1a", "markersize": 7}
    axis.plot(total.value, middle, "D", zorder=4, **style)


def _axes(axis: Axes, wholes: Sequence[_Whole], unit: str, label: str) -> None:
    totals = [x for w in wholes if w.total for x in (w.total.value, w.total.lower, w.total.upper)]
    reached = [sum(max(n.value or 0.0, 0.0) for n in whole.parts) for whole in wholes]
    canvas.axis_from_zero(axis, unit, label, [*totals, *reached])
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
