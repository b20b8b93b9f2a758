"""A row a group: point, interval, value in words; the reference is a diamond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure | None:
    """A panel a unit, a row a group; a panel about one of several names is titled with it."""
    shown = [number for number in roles.shown(released) if not roles.is_helper(number)]
    if not shown:
        return None
    panels = canvas.by_unit(shown)
    names = list(dict.fromkeys(number.name for number in shown))
    labels = [[canvas.wrapped(label) for label in _labels(panel, shown)] for panel in panels]
    titles = [_title(panel, shown) for panel in panels]
    rows = [canvas.row_height(part) for part in labels]
    heights = [1.3 + r * len(p) + 0.25 * bool(t) for r, p, t in zip(rows, panels, titles, strict=True)]
    figure, axes = canvas.new_figure(heights)
    for axis, panel, part, title in zip(axes, panels, labels, titles, strict=True):
        for row, number in enumerate(panel):
            _point(axis, number, row, names.index(number.name))
        canvas.row_axis(axis, part)
        canvas.value_axis(axis, panel, _axis_label(released, panel))
        axis.set_title(title)
    return figure


def _same_group(shown: Sequence[Number]) -> bool:
    return len({n.group for n in shown}) == 1 < len({n.name for n in shown})


def _labels(panel: Sequence[Number], shown: Sequence[Number]) -> list[str]:
    return [text.plain(n.name) for n in panel] if _same_group(shown) else text.row_labels(panel)


def _title(panel: Sequence[Number], shown: Sequence[Number]) -> str:
    """The name of a panel about one quantity, when the figure is about more than one."""
    (name, *others) = dict.fromkeys(number.name for number in panel)
    alone = others or len({number.name for number in shown}) == 1 or _same_group(shown)
    return "" if alone or not panel[0].group else canvas.wrapped(text.plain(name), 42)


def _point(axis: Axes, number: Number, row: int, place: int) -> None:
    colour = canvas.colour(place)
    if number.lower is not None and number.upper is not None:
        axis.hlines(row, number.lower, number.upper, color=colour, linewidth=2.5)
    axis.plot(number.value, row, canvas.marker(place), color=colour, markersize=8)
    canvas.value_above(axis, number, row)
    if number.reference is not None:
        axis.plot(
            number.reference, row, "D", markerfacecolor="white", markeredgecolor="#444444", markersize=7
        )


def _axis_label(released: Released, panel: Sequence[Number]) -> str:
    label = text.unit_label(panel, released.sources)
    if all(number.reference is None for number in panel):
        return label
    # The layout keeps no room for an axis label that is wider than its axis.
    return f"{label}\n{canvas.wrapped(f'◇ = {text.reference_name(released)}', 34)}"
