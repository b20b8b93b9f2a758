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
_UNIT_LABEL = {
    "aandeel": "aandeel van de leerlingen",
    "procentpunt": "verschil in procentpunt",
    "stappen": "verschil in stappen (1 stap = 1 schoolniveau)",
    "sd": "verschil in standaarddeviaties",
    "leerlingen": "aantal leerlingen",
    "index": "index (0 = gelijk verdeeld, 1 = volledig gescheiden)",
    "regels": "aantal regels in de gegevens",
    "niveaus": "aantal niveaus",
    "score": "score",
}


def draw(released: Released, kind: str, title: str, simulated: bool, breaks: Sequence[str] = ()) -> str:
    """The figure as HTML with its text alternative; empty when there is no number to draw.

    Args:
        released: the result.
        kind: ``"dots"`` (a row a group) or ``"years"`` (a column a school year, a line a name).
        title: what the figure shows, in Dutch.
        simulated: whether to mark the figure as made up.
        breaks: school years at which the rules changed: no line is drawn into them.

    Raises:
        ValueError: unknown kind.
    """
    shown = [number for number in released.numbers if number.value is not None]
    if not shown:
        return ""
    import matplotlib as mpl

    with mpl.rc_context(_STYLE):
        if kind == "dots":
            figure = _dots(shown)
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
    return f"Figuur: {title}{made_up} {listed}."


def _new_figure(width: float, height: float, columns: int = 1, **kwargs: Any) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, columns, squeeze=False, **kwargs)[0]


def _dots(shown: Sequence[Number]) -> Figure:
    """A panel a unit, a row a group: point, interval, value in words, reference as a diamond."""
    units = list(dict.fromkeys(number.unit for number in shown))
    panels = [[number for number in shown if number.unit == unit] for unit in units]
    height = 1.5 + 0.42 * max(len(panel) for panel in panels)
    figure, axes = _new_figure(7.4, height, len(panels))
    same_group = len({number.group for number in shown}) == 1
    for axis, panel in zip(axes, panels, strict=True):
        labels = [number.name if same_group or not number.group else number.group for number in panel]
        _dot_panel(axis, panel, [label.replace("_", " ") for label in labels])
    return figure


def _dot_panel(axis: Axes, panel: Sequence[Number], labels: Sequence[str]) -> None:
    names = list(dict.fromkeys(number.name for number in panel))
    for row, number in enumerate(panel):
        colour, marker = COLOURS[names.index(number.name) % 6], MARKERS[names.index(number.name) % 6]
        if number.lower is not None and number.upper is not None:
            axis.hlines(row, number.lower, number.upper, color=colour, linewidth=2.5)
        axis.plot(number.value, row, marker, color=colour, markersize=8)
        edge = number.value if number.upper is None else max(number.value, number.upper)
        axis.annotate(
            text.value_text(number),
            (edge, row),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=10,
        )
        if number.reference is not None:
            axis.plot(
                number.reference, row, "D", markerfacecolor="white", markeredgecolor="#444444", markersize=7
            )
    _dot_axis(axis, panel, labels)


def _dot_axis(axis: Axes, panel: Sequence[Number], labels: Sequence[str]) -> None:
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.4, -0.6)
    unit = panel[0].unit
    low, high = axis.get_xlim()
    if unit in ("aandeel", "index"):
        low, high = 0.0, 1.0
    elif unit in ("procentpunt", "stappen", "sd"):
        axis.axvline(0, color="#999999", linewidth=1, zorder=0)
        low, high = min(low, 0), max(high, 0)
    elif unit in ("leerlingen", "regels", "niveaus"):
        low = 0.0
    axis.set_xlim(low, high + 0.3 * (high - low))  # room for the value in words
    if unit in ("aandeel", "index"):
        axis.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axis.xaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    label = _UNIT_LABEL.get(unit, unit)
    references = any(number.reference is not None for number in panel)
    axis.set_xlabel(f"{label}\n◇ = alle scholen samen" if references else label)


def _years(shown: Sequence[Number], breaks: Sequence[str]) -> Figure:
    """A column a school year, a line a name; the line stops where the rules changed."""
    figure, (axis,) = _new_figure(7.4, 3.8)
    years = sorted({number.group for number in shown})
    names = list(dict.fromkeys(number.name for number in shown))
    for i, name in enumerate(names):
        series = {number.group: number for number in shown if number.name == name}
        _year_series(axis, years, series, breaks, i, (i - (len(names) - 1) / 2) * 0.12)
    axis.set_xticks(range(len(years)), [f"{year[2:4]}/{year[7:9]}" for year in years])
    axis.set_xlim(-0.5, len(years) + 0.9)
    unit = shown[0].unit
    axis.yaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    axis.set_ylabel(_UNIT_LABEL.get(unit, unit))
    axis.set_xlabel("schooljaar")
    for year in breaks:
        if year in years:
            axis.axvspan(years.index(year) - 0.5, years.index(year) + 0.5, color="#eeeeee", zorder=0)
    return figure


def _year_series(
    axis: Axes, years: list[str], series: dict[str, Number], breaks: Sequence[str], i: int, shift: float
) -> None:
    colour, marker = COLOURS[i % 6], MARKERS[i % 6]
    for place, year in enumerate(years):
        number = series.get(year)
        if number is None:
            continue
        if number.lower is not None and number.upper is not None:
            axis.vlines(place + shift, number.lower, number.upper, color=colour, linewidth=1.5, alpha=0.6)
        axis.plot(place + shift, number.value, marker, color=colour, markersize=6)
        before = series.get(years[place - 1]) if place else None
        if before is not None and not {year, years[place - 1]} & set(breaks):
            axis.plot(
                [place - 1 + shift, place + shift], [before.value, number.value], color=colour, linewidth=1.2
            )
    last = max(series, default="")
    if last:
        axis.annotate(
            series[last].name, (years.index(last) + shift, series[last].value), xytext=(9, 0),
            textcoords="offset points", va="center", color=colour, fontsize=10,
        )  # fmt: skip


def _svg(figure: Figure) -> str:
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return base64.b64encode(out.getvalue()).decode("ascii")
