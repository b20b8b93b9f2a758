"""Figures of released results: static, readable in grey, with a text alternative.

matplotlib is imported when a figure is drawn, not before. The picture is an SVG without date or
random ids: the same numbers give the same bytes.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Dark enough for 3:1 contrast on white; told apart by marker too.
COLOURS = ("#1b3a5c", "#b3481e", "#2e6b45", "#6a3d7c", "#7a5c00", "#444444")
MARKERS = ("o", "s", "^", "D", "v", "P")
#: Inches: narrow, so that the words in a figure can still be read on a phone.
WIDTH = 5.4
_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "svg.hashsalt": "kansen",
    "svg.fonttype": "path",
}
_DIFFERENCES = ("percentage points", "steps", "sd")
_FROM_0_TO_1 = ("share", "share of the variance", "index")
_UNIT_LABEL = {
    "share": "aandeel van de leerlingen",
    "share of the variance": "aandeel van alle verschillen in score",
    "percentage points": "verschil in procentpunt",
    "steps": "verschil in stappen (1 stap = 1 niveau)",
    "sd": "verschil in standaarddeviaties",
    "persons": "aantal leerlingen",
    "index": "0 = gelijk verdeeld, 1 = volledig gescheiden",
    "rows": "aantal regels in de gegevens",
    "levels": "aantal niveaus",
    "score": "score",
}


def draw(released: Released, kind: str, title: str, simulated: bool, breaks: Sequence[str] = ()) -> str:
    """The figure as HTML with its text alternative; empty when there is no number to draw.

    Args:
        released: the result.
        kind: ``"dots"`` (a row a group) or ``"years"`` (a column a school year, a line a name).
        title: what the figure shows, in Dutch.
        simulated: whether to mark the figure as made up.
        breaks: school years in which other rules began: no line is drawn into them.

    Raises:
        ValueError: unknown kind.
    """
    shown = [number for number in released.numbers if number.value is not None]
    if not shown:
        return ""
    import matplotlib as mpl

    with mpl.rc_context(_STYLE):
        if kind == "dots":
            figure = _dots(shown, text.reference_name(released))
        elif kind == "years":
            figure = _years(shown, breaks)
        else:
            raise ValueError(f"unknown figure '{kind}'; there are dots, years")
        if simulated:
            figure.text(0.995, 0.995, "gesimuleerd", ha="right", va="top", color="#767676", fontsize=9)
        source = _svg(figure)
    alt = html.escape(_alt(shown, title, simulated))
    return f'<img class="figuur" src="data:image/svg+xml;base64,{source}" alt="{alt}">'


def _alt(shown: Sequence[Number], title: str, simulated: bool) -> str:
    """The same numbers as the figure, in words."""
    made_up = " Gesimuleerde gegevens." if simulated else ""
    listed = "; ".join(
        f"{n.group or n.name} {text.value_text(n)}"
        + (f" ({text.interval_text(n)})" if n.lower is not None else "")
        for n in shown
    )
    return f"Figuur: {title}.{made_up} {listed}."


def _new_figure(heights: Sequence[float]) -> tuple[Figure, Any]:
    """A figure of fixed width with a panel of each height (in inches) under the other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    panels = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)
    return figure, panels[:, 0]


def _dots(shown: Sequence[Number], reference_name: str) -> Figure:
    """A panel a unit, a row a group: point, interval, value in words, reference as a diamond."""
    units = list(dict.fromkeys(number.unit for number in shown))
    panels = [[number for number in shown if number.unit == unit] for unit in units]
    figure, axes = _new_figure([1.3 + 0.38 * len(panel) for panel in panels])
    names = {number.name for number in shown}
    same_group = len({number.group for number in shown}) == 1 < len(names)
    for axis, panel in zip(axes, panels, strict=True):
        labels = [number.name if same_group or not number.group else number.group for number in panel]
        _dot_panel(axis, panel, [label.replace("_", " ") for label in labels], reference_name)
    return figure


def _dot_panel(axis: Axes, panel: Sequence[Number], labels: Sequence[str], reference_name: str) -> None:
    names = list(dict.fromkeys(number.name for number in panel))
    for row, number in enumerate(panel):
        colour, marker = COLOURS[names.index(number.name) % 6], MARKERS[names.index(number.name) % 6]
        if number.lower is not None and number.upper is not None:
            axis.hlines(row, number.lower, number.upper, color=colour, linewidth=2.5)
        axis.plot(number.value, row, marker, color=colour, markersize=8)
        axis.annotate(
            text.value_text(number),
            (number.value, row),
            xytext=(0, 7),  # above the point: beside it, it would seem to belong to the diamond
            textcoords="offset points",
            ha="center",
            fontsize=10,
        )
        if number.reference is not None:
            axis.plot(
                number.reference, row, "D", markerfacecolor="white", markeredgecolor="#444444", markersize=7
            )
    _dot_axis(axis, panel, labels, reference_name)


def _dot_axis(axis: Axes, panel: Sequence[Number], labels: Sequence[str], reference_name: str) -> None:
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.5, -0.8)
    unit = panel[0].unit
    low, high = _limits(panel, unit)
    axis.set_xlim(low, high)
    if unit in _FROM_0_TO_1:
        axis.set_xticks([0, 0.25, 0.5, 0.75, 1])
    else:
        axis.locator_params(axis="x", nbins=6)
    if unit in _DIFFERENCES:
        axis.axvline(0, color="#999999", linewidth=1, zorder=0)
    axis.xaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    label = _UNIT_LABEL.get(unit, unit)
    references = any(number.reference is not None for number in panel)
    axis.set_xlabel(f"{label}\n◇ = {reference_name}" if references else label)


def _limits(panel: Sequence[Number], unit: str) -> tuple[float, float]:
    """Ends of the axis: all of 0 to 1 for a share, 0 in view for a difference or a count."""
    if unit in _FROM_0_TO_1:
        return -0.03, 1.04
    drawn = [x for n in panel for x in (n.value, n.lower, n.upper, n.reference) if x is not None]
    low, high = min(drawn), max(drawn)
    if unit in _DIFFERENCES or unit in ("persons", "rows", "levels"):
        low, high = min(low, 0.0), max(high, 0.0)
    margin = 0.12 * (high - low or 1.0)  # room for the words above the outermost point
    return low - margin, high + margin


def _years(shown: Sequence[Number], breaks: Sequence[str]) -> Figure:
    """A panel a name, a point a school year; the line stops where the rules changed (dotted)."""
    from matplotlib.figure import Figure

    years = sorted({number.group for number in shown})
    names = list(dict.fromkeys(number.name for number in shown))
    columns = min(2, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(WIDTH, 0.7 + 1.7 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axis, name in zip(panels, names, strict=False):
        _year_panel(axis, years, {n.group: n for n in shown if n.name == name}, breaks)
        axis.set_title(name.replace("_", " "), fontsize=11)
    for axis in panels[len(names) :]:
        axis.set_visible(False)
    unit = shown[0].unit
    panels[0].yaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    figure.supylabel(_UNIT_LABEL.get(unit, unit), fontsize=11)
    figure.supxlabel("schooljaar", fontsize=11)
    return figure


def _year_panel(axis: Axes, years: list[str], series: dict[str, Number], breaks: Sequence[str]) -> None:
    previous: tuple[int, Number] | None = None
    for place, year in enumerate(years):
        if year in breaks and place > 0:
            axis.axvline(place - 0.5, color="#767676", linewidth=1.2, linestyle=":", zorder=0)
        number = series.get(year)
        if number is None:
            continue
        if number.lower is not None and number.upper is not None:
            axis.vlines(place, number.lower, number.upper, color=COLOURS[0], linewidth=2, alpha=0.55)
        axis.plot(place, number.value, "o", color=COLOURS[0], markersize=6)
        if previous and previous[0] == place - 1 and year not in breaks:
            axis.plot([place - 1, place], [previous[1].value, number.value], color=COLOURS[0], linewidth=1.2)
        previous = (place, number)
    shown = range(0, len(years), 2) if len(years) > 6 else range(len(years))
    axis.set_xticks(list(shown), [f"{years[i][2:4]}/{years[i][7:9]}" for i in shown])
    axis.set_xlim(-0.5, len(years) - 0.5)


def _svg(figure: Figure) -> str:
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return base64.b64encode(out.getvalue()).decode("ascii")
