"""Wholes that are split in parts that add up: a bar a whole, and a line of words a part.

The name of a number is the whole, its group the part; the number with group
:data:`kansen_lib.present.roles.TOTAL` is what the parts come to. A part below zero, which a corrected part
can be, has no width: its line of words says so.
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

#: Inches: of a bar, of what stands above it, of a line of words, between two wholes, of the axis under them.
_BAR, _ABOVE, _LINE, _BETWEEN, _UNDER = 0.32, 0.36, 0.22, 0.22, 0.75
#: Characters of a line of words over the whole width.
_WORDS = 56
_KEY = "◇ = samen, de lijn is de onzekerheid"
_BELOW_ZERO = " – niet getekend"


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A panel a unit, so that wholes of one unit can be compared; wholes in the order given."""
    shown = [n for n in roles.shown(released) if n.group]
    if not any(n.group != roles.TOTAL for n in shown):
        return dots.draw(released, breaks)
    order = list(dict.fromkeys(n.group for n in released.numbers if n.group not in ("", roles.TOTAL)))
    shades = dict(zip(order, canvas.ramp(len(order)), strict=True))
    panels = [roles.by_name(panel) for panel in canvas.by_unit(shown)]
    words = [[_words(whole) for whole in panel.values()] for panel in panels]
    heights = [sum(map(_height, panel)) for panel in words]
    figure, axes = canvas.new_figure([height + _UNDER for height in heights])
    for axis, panel, lines, height in zip(axes, panels, words, heights, strict=True):
        top = 0.0
        for (name, whole), told in zip(panel.items(), lines, strict=True):
            _whole(axis, name, whole, told, top, shades)
            top += _height(told)
        axis.set_ylim(height, 0)
        _axes(axis, released, [n for whole in panel.values() for n in whole], list(panel.values()))
    if any(n.group == roles.TOTAL for n in shown):
        figure.supxlabel(_KEY, fontsize=10)
    return figure


def _parts(whole: Sequence[Number]) -> list[Number]:
    return [n for n in whole if n.group != roles.TOTAL]


def _words(whole: Sequence[Number]) -> list[str]:
    """What stands beside each part: its name, value and interval."""
    told = []
    for number in _parts(whole):
        below = _BELOW_ZERO if (number.value or 0.0) < 0 else ""
        told.append(
            canvas.wrapped(f"{text.plain(number.group)}: {text.with_interval(number)}{below}", _WORDS)
        )
    return told


def _height(told: Sequence[str]) -> float:
    """Inches of a whole: its name, its bar, and a line or more a part."""
    return _ABOVE + _BAR + _LINE * (0.4 + sum(map(canvas.lines_of, told))) + _BETWEEN


def _whole(
    axis: Axes,
    name: str,
    whole: Sequence[Number],
    told: Sequence[str],
    top: float,
    shades: dict[str, tuple[float, ...]],
) -> None:
    middle, left = top + _ABOVE + _BAR / 2, 0.0
    total = next((n for n in whole if n.group == roles.TOTAL), None)
    head = f"{text.plain(name)}" + (f": samen {text.with_interval(total)}" if total else "")
    across = axis.get_yaxis_transform()
    axis.text(0, top + 0.2, canvas.wrapped(head, _WORDS), transform=across, weight="bold", va="center")
    line = top + _ABOVE + _BAR + 0.6 * _LINE
    for number, words in zip(_parts(whole), told, strict=True):
        width = max(number.value or 0.0, 0.0)
        fill = shades[number.group]
        axis.barh(middle, width, _BAR, left, color=fill, edgecolor=canvas.GREY, linewidth=0.8)
        left += width
        axis.barh(line + 0.08, 0.02, 0.13, color=fill, edgecolor=canvas.GREY, linewidth=0.8, transform=across)
        axis.text(0.035, line, words, transform=across, va="top", fontsize=10)
        line += _LINE * canvas.lines_of(words)
    axis.vlines(0, middle - 0.65 * _BAR, middle + 0.65 * _BAR, color=canvas.GREY, linewidth=1)
    if total is not None:
        _total(axis, total, middle)


def _total(axis: Axes, total: Number, middle: float) -> None:
    """What the parts come to, on the bar; white around it, because the bar may be dark."""
    if total.lower is not None and total.upper is not None:
        for colour, width in (("white", 3.4), ("#1a1a1a", 1.6)):
            axis.hlines(middle, total.lower, total.upper, color=colour, linewidth=width, zorder=3)
    style = {"markerfacecolor": "white", "markeredgecolor": "#1a1a1a", "markersize": 7}
    axis.plot(total.value, middle, "D", zorder=4, **style)


def _axes(
    axis: Axes, released: Released, numbers: Sequence[Number], wholes: Sequence[Sequence[Number]]
) -> None:
    totals = [x for n in numbers if n.group == roles.TOTAL for x in (n.value, n.lower, n.upper)]
    reached = [sum(max(n.value or 0.0, 0.0) for n in _parts(whole)) for whole in wholes]
    label = text.unit_label(numbers, released.sources)
    canvas.axis_from_zero(axis, numbers[0].unit, label, [*totals, *reached])
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
