"""What all figures share: size, colours, axes of a unit, wrapped labels, and the SVG itself.

matplotlib is imported when a figure is drawn, not before. The picture is an SVG without date or
random ids: the same numbers give the same bytes.
"""

from __future__ import annotations

import base64
import io
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kansen_lib.disclosure import Number
from kansen_lib.present import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

#: Dark enough for 3:1 contrast on white; told apart by marker too.
COLOURS = ("#1b3a5c", "#b3481e", "#2e6b45", "#6a3d7c", "#7a5c00", "#444444")
MARKERS = ("o", "s", "^", "D", "v", "P", "<", ">")
#: The same in words, filled and hollow.
SIGNS = ("●○", "■□", "▲△", "◆◇", "▼▽", "✚✚", "◀◁", "▶▷")
#: Of what is not the school itself: a reference, the rule between two eras, the word "gesimuleerd".
GREY, PALE = "#767676", "#dcdfe3"
#: Inches: narrow, so that the words in a figure can still be read on a phone.
WIDTH = 5.4
#: Characters of a label beside a row before it goes on in a next line.
LABEL = 22
#: Fewest letters of a word that goes on after a hyphen.
_TAIL = 4
LINE = 0.19
#: Behind words over what is drawn: it stops at them. A halo would write out each letter: 600 kB a figure.
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
#: Hatched: what is not shown.
HATCHED = {"facecolor": "white", "edgecolor": GREY, "hatch": "/////", "linewidth": 0.5}
#: From the lightest to the darkest shade.
_LIGHT, _DARK = (0.955, 0.965, 0.975), (0.106, 0.227, 0.361)
#: Of a background: on a lighter one black words stand out more, on a darker one white words.
_MIDDLE_LUMINANCE = 0.179
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "svg.hashsalt": "kansen",
    "svg.fonttype": "path",
}
_FROM_0_TO_1 = ("share", "share of the variance", "index", "reliability")
#: Counted from 0: an axis that begins elsewhere makes a small difference look large.
_COUNTS = ("persons", "rows", "levels", "count", "aantal", "vestigingen", "money", "euro per 0,1 sd")
#: Where "no difference" lies on the axis of a unit that compares.
NEUTRAL = {
    **dict.fromkeys(("percentage points", "steps", "sd", "punten", "months of progress", "correlation"), 0.0),
    "punten verschil in antwoord": 0.0,
    "ratio": 1.0,
}


def colour(place: int) -> str:
    """The colour of the line or name at this place."""
    return COLOURS[place % len(COLOURS)]


def marker(place: int) -> str:
    """The marker of the line or name at this place: told apart in grey too."""
    return MARKERS[place % len(MARKERS)]


def luminance(colour: Sequence[float]) -> float:
    """How light a colour of red, green and blue between 0 and 1 is to the eye (WCAG)."""
    parts = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def shade(dark: float) -> tuple[float, ...]:
    """A colour between the lightest (0) and the darkest (1) of one ramp, told apart in grey too."""
    part = min(max(dark, 0.0), 1.0)
    return tuple(low + part * (high - low) for low, high in zip(_LIGHT, _DARK, strict=True))


def ramp(count: int) -> list[tuple[float, ...]]:
    """So many shades from light to dark, as far apart as they can be."""
    return [shade(0.06 + 0.94 * i / max(count - 1, 1)) for i in range(count)]


def ink_on(fill: Sequence[float]) -> str:
    """The colour of words that stand out on a background."""
    return "black" if luminance(fill) > _MIDDLE_LUMINANCE else "white"


def wrapped(label: str, width: int = LABEL, most: int | None = None) -> str:
    """A label in lines of ``width`` characters; a longer word stays whole, after ``most`` lines it is cut."""
    whole = {"break_long_words": False, "break_on_hyphens": False}
    return "\n".join(textwrap.wrap(label, width, max_lines=most, placeholder="…", **whole)) or label


def broken(label: str, width: int) -> str:
    """A label in lines of about ``width`` characters, broken after ``/`` and ``-`` too."""
    lines = [""]
    for part in re.split(r"(?<=[-/ ])", label):
        if lines[-1] and len(lines[-1] + part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.strip() for line in lines)


def hyphened(label: str, width: int) -> str:
    """A label in lines of ``width`` characters, its line ends kept; a longer word goes on after a hyphen."""
    lines = []
    for line in label.split("\n"):
        parts = []
        for word in line.split(" "):
            while len(word) > width:
                cut = min(width - 1, max(1, len(word) - _TAIL))
                parts.append(f"{word[:cut]}-")
                word = word[cut:]
            parts.append(word)
        lines.append(wrapped(" ".join(parts), width))
    return "\n".join(lines)


def lines_of(label: str) -> int:
    """How many lines a label takes."""
    return label.count("\n") + 1


def row_height(labels: Iterable[str], least: float = 0.38) -> float:
    """Inches of a row in which the longest of these wrapped labels fits."""
    return max([least, *(LINE * lines_of(label) + 0.1 for label in labels)])


def new_figure(heights: Sequence[float]) -> tuple[Figure, Any]:
    """A figure of fixed width with a panel of each height (in inches) under the other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    panels = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)
    return figure, panels[:, 0]


def by_unit(numbers: Sequence[Number]) -> list[list[Number]]:
    """The numbers in a list a unit, units in order of appearance."""
    units = dict.fromkeys(number.unit for number in numbers)
    return [[number for number in numbers if number.unit == unit] for unit in units]


def ends(numbers: Sequence[Number], more: Iterable[float] = ()) -> tuple[float, float]:
    """Ends of an axis: all of 0 to 1 for a share, the neutral value in view for a comparison."""
    unit = numbers[0].unit
    if unit in _FROM_0_TO_1:
        return -0.03, 1.04
    drawn = [x for n in numbers for x in (n.value, n.lower, n.upper, n.reference) if x is not None]
    drawn += list(more)
    if unit in _COUNTS:
        drawn.append(0.0)
    if unit in NEUTRAL:
        drawn.append(NEUTRAL[unit])
    low, high = min(drawn), max(drawn)
    margin = 0.12 * (high - low or max(abs(high), 1.0))  # room for the words above the outermost point
    return low - margin, high + margin


def value_axis(axis: Axes, numbers: Sequence[Number], label: str, more: Iterable[float] = ()) -> None:
    """The horizontal axis as one of values: its ends, ticks in Dutch, neutral line and label."""
    unit = numbers[0].unit
    axis.set_xlim(*ends(numbers, more))
    if unit in _FROM_0_TO_1:
        axis.set_xticks([0, 0.25, 0.5, 0.75, 1])
    else:
        axis.locator_params(axis="x", nbins=5, integer=text.precision(unit) >= 1)  # no "2" at 2.5 months
    if unit in NEUTRAL:
        axis.axvline(NEUTRAL[unit], color=GREY, linewidth=1, zorder=0)
    axis.xaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    axis.set_xlabel(label)


def axis_from_zero(axis: Axes, unit: str, label: str, drawn: Iterable[float | None]) -> None:
    """The horizontal axis of values from 0 on, as far as they reach: a small change looks small."""
    from matplotlib.ticker import MultipleLocator

    reached = [0.0, *(x for x in drawn if x is not None)]
    low, high = min(reached), max(reached)
    span = high - low or 1.0
    axis.set_xlim(low - 0.04 * span, high + 0.12 * span)
    axis.xaxis.set_major_locator(MultipleLocator(max(round_step(span / 5), text.precision(unit))))
    axis.xaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    axis.set_xlabel(label)


def round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is at least so large."""
    power = 10 ** math.floor(math.log10(least))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= least * (1 - 1e-9))


def row_axis(axis: Axes, labels: Sequence[str], above: float = 0.8) -> None:
    """The vertical axis as one of rows, the first at the top, with ``above`` rows of air over it."""
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.5, -above)
    axis.tick_params(axis="y", length=0)


#: Mark of a value in words above its point, and how far above it stands, in points.
_VALUE, _ABOVE = "value", 7


def value_above(axis: Axes, number: Number, row: float) -> None:
    """The value in words above its point: beside it, it would seem to belong to the reference."""
    words = axis.annotate(
        text.value_text(number),
        (number.value, row),
        xytext=(0, _ABOVE),
        textcoords="offset points",
        ha="center",
        fontsize=10,
        bbox=CLEAR,
    )
    words.set_label(_VALUE)


def apart(heights: Sequence[float], rooms: Sequence[float]) -> list[float]:
    """The heights (rising, parts of the axis), moved as little as keeps texts that take such room apart.

    Texts that would overlap become one pile about the middle of their points.
    """
    piles: list[list[int]] = []
    for i in range(len(heights)):
        piles.append([i])
        while len(piles) > 1 and _bottom(piles[-1], heights, rooms) < _top(piles[-2], heights, rooms):
            last = piles.pop()
            piles[-1] += last
    found = []
    for pile in piles:
        bottom = _bottom(pile, heights, rooms)
        for i in pile:
            found.append(bottom + rooms[i] / 2)
            bottom += rooms[i]
    return found


def _bottom(pile: Sequence[int], heights: Sequence[float], rooms: Sequence[float]) -> float:
    """Where a pile begins: it lies about the mean of its points, within the axis."""
    size = sum(rooms[i] for i in pile)
    middle = sum(heights[i] for i in pile) / len(pile)
    return min(max(middle - size / 2, 0.0), 1.0 - size)


def _top(pile: Sequence[int], heights: Sequence[float], rooms: Sequence[float]) -> float:
    return _bottom(pile, heights, rooms) + sum(rooms[i] for i in pile)


def _settle(figure: Figure) -> None:
    """Lay the figure out and round where things stand: the solver's last digits differ from run to run."""
    figure.set_dpi(72)  # that of an SVG: words take the room that they will take
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axis in figure.axes:
        axis.set_position([round(x, 4) for x in axis.get_position().bounds])
        for words in axis.texts:
            if words.get_label() == _VALUE:
                _keep_inside(words, axis)
    for words in figure.texts:
        words.set_position([round(x, 4) for x in words.get_position()])


def _keep_inside(words: Annotation, axis: Axes) -> None:
    """Words above a point at the edge stand inside the axis: names of rows are beside it."""
    room, frame = words.get_window_extent(), axis.get_window_extent()
    aside = max(frame.x0 - room.x0, 0.0) - max(room.x1 - frame.x1, 0.0)
    words.set_position((round(aside, 1), _ABOVE))


def svg(figure: Figure) -> str:
    """The figure as base64 of an SVG."""
    _settle(figure)
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return base64.b64encode(out.getvalue()).decode("ascii")
