"""Lines over an order of groups (scores, cohorts, numbers of risks), all names in one panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas
from kansen_lib.present.figures.names import at_edge

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Most labels under the axis: more would run into each other on a phone.
_MOST_LABELS = 7
#: Letters that fit under the axis, without and with names of lines beside it.
_ROOM, _ROOM_BESIDE_NAMES = 46, 32
#: Inches of the first panel and of those under it, and of a line of a name beside the last point.
_HEIGHT, _LOWER, _APART = 3.4, 2.4, 0.255


#: Letters of the words beside the axis that fit an inch of its panel.
_LETTERS = 7


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """x = group in the order given, a line a name, its name beside its last point; whiskers are intervals.

    A line stops at a group without a number and at a break, which is dotted. Numbers of another unit
    than the first one have a panel of their own, under it.
    """
    panels = canvas.by_unit(roles.shown(released))
    heights = [_HEIGHT if i == 0 else _LOWER for i in range(len(panels))]
    figure, axes = canvas.new_figure(heights)
    for axis, panel, height in zip(axes, panels, heights, strict=True):
        several = len({n.name for n in released.numbers if n.unit == panel[0].unit}) > 1
        _panel(axis, panel, _groups(released, panel), breaks, _APART / height if several else None)
        axis.set_ylabel(canvas.wrapped(text.unit_label(panel, released.sources), int(height * _LETTERS)))
    return figure


def _groups(released: Released, panel: Sequence[Number]) -> list[str]:
    """The groups of the lines in a panel, in order; one without a number keeps its place."""
    names = {number.name for number in panel}
    return list(dict.fromkeys(n.group for n in released.numbers if n.name in names))


def _panel(
    axis: Axes, panel: Sequence[Number], groups: list[str], breaks: Sequence[str], line: float | None
) -> None:
    """The lines of one unit; ``line`` is the room that a line of a name takes, None for no names."""
    names = list(dict.fromkeys(number.name for number in panel))
    for place, group in enumerate(groups):
        if group in breaks and place > 0:
            axis.axvline(place - 0.5, color=canvas.GREY, linewidth=1.2, linestyle=":", zorder=0)
    for place, name in enumerate(names):
        _line(axis, {n.group: n for n in panel if n.name == name}, groups, breaks, place, len(names))
    unit = panel[0].unit
    low, high = canvas.ends(panel)
    axis.set_ylim(low, high)
    axis.set_xlim(-0.4, len(groups) - 0.6)
    axis.yaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    if unit in canvas.NEUTRAL:
        axis.axhline(canvas.NEUTRAL[unit], color=canvas.GREY, linewidth=1, zorder=0)
    _label_groups(axis, groups, named=line is not None)
    if line is not None:
        _label_lines(axis, panel, names, groups, (low, high), line)


def _line(
    axis: Axes, series: dict[str, Number], groups: list[str], breaks: Sequence[str], place: int, many: int
) -> None:
    """One line with its whiskers, a hair aside of the others so that whiskers do not hide each other."""
    colour, marker = canvas.colour(place), canvas.marker(place)
    aside = 0.06 * (place - (many - 1) / 2)
    previous: tuple[int, Number] | None = None
    for x, group in enumerate(groups):
        number = series.get(group)
        if number is None:
            continue
        if number.lower is not None and number.upper is not None:
            axis.vlines(x + aside, number.lower, number.upper, color=colour, linewidth=1.2)
        axis.plot(x + aside, number.value, marker, color=colour, markersize=6)
        if previous and previous[0] == x - 1 and group not in breaks:
            ends = [previous[0] + aside, x + aside], [previous[1].value, number.value]
            axis.plot(*ends, color=colour, linewidth=1.8)
        previous = (x, number)


def _label_groups(axis: Axes, groups: list[str], *, named: bool) -> None:
    """Groups under the axis, as many as fit; a word that all begin with ("leerjaar") stands under them."""
    first, rest = _split(groups)
    labels = [text.short_year(label) for label in rest]
    longest = max(len(word) for label in labels for word in label.split())
    room = _ROOM_BESIDE_NAMES if named else _ROOM
    step = max(-(-len(labels) // _MOST_LABELS), -(-len(labels) * (longest + 1) // room))
    axis.set_xlabel(first)
    if step > 1 and len(labels) <= _MOST_LABELS and not any(label[:1].isdigit() for label in labels):
        # Between scores and years the reader knows what is left out; between moments nobody does.
        slant = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
        axis.set_xticks(range(len(labels)), [canvas.wrapped(label, 14) for label in labels], **slant)
        return
    places = range(0, len(labels), step)
    width = max(longest, room // len(places) - 1)
    axis.set_xticks(list(places), [canvas.wrapped(labels[i], width) for i in places])


def _split(groups: list[str]) -> tuple[str, list[str]]:
    """The word that all groups begin with, and the groups without it."""
    first = groups[0].partition(" ")[0]
    if len(groups) > 1 and all(group.startswith(f"{first} ") for group in groups):
        return first, [group.removeprefix(f"{first} ") for group in groups]
    return "", groups


def _label_lines(
    axis: Axes,
    panel: Sequence[Number],
    names: list[str],
    groups: list[str],
    ends: tuple[float, float],
    line: float,
) -> None:
    """Each name beside the last point of its line, pushed apart where they would overlap."""
    last = {
        name: max((n for n in panel if n.name == name), key=lambda n: groups.index(n.group)) for name in names
    }
    low, high = ends
    named = [
        (text.plain(name), ((last[name].value or 0.0) - low) / (high - low), canvas.colour(place))
        for place, name in enumerate(names)
    ]
    at_edge(axis, named, line)
