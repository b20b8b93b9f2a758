"""Schools as bars of levels: a bar as thick as the school is large, so that its area is its pupils.

Numbers are shares of the pupils of a school: the name is the school, the group the level, ``n`` the pupils of
the school. Schools stand in the order given, levels from low to high. The own school is named
``"deze school: <name>"``; the row named :data:`kansen_lib.present.roles.WHOLE_AREA` has a thickness of its
own.
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

#: Inches: of the thickest and thinnest bar, of that of the whole area, of all together, between two rows.
_THICKEST, _THINNEST, _WHOLE, _ALL, _BETWEEN = 0.62, 0.025, 0.4, 7.5, 0.09
#: Inches between the bar of the own school and the edge around it.
_AROUND = 0.03
#: Inches of the strip that names the levels, and of what stands under the bars.
_STRIP, _UNDER = 0.62, 0.75
#: From which part of the bar, and how thick a bar, a number fits in.
_WIDE, _THICK = 0.115, 0.17
#: Characters and lines of the name of a school (the table has all of it), characters of the names of levels.
_SCHOOL, _LINES, _LEVELS = 21, 3, 40
_MARK = "▶ "
_KEYS = ("dikte van een balk = aantal leerlingen", "▶ = deze school", "gearceerd = niet getoond")


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """A strip that names the levels; under it a bar a school, the whole area last."""
    rows = roles.by_name([n for n in released.numbers if n.group])
    rows = {name: row for name, row in rows.items() if any(n.value is not None for n in row)}
    if not rows:
        return dots.draw(released, breaks)
    levels = list(dict.fromkeys(n.group for n in released.numbers if n.group))
    shades = dict(zip(levels, canvas.ramp(len(levels)), strict=True))
    thick = _thickness(rows)
    labels = {name: _label(name) for name in rows}
    rooms = [max(thick[name], canvas.LINE * canvas.lines_of(labels[name])) + _BETWEEN for name in rows]
    figure, (strip, axis) = canvas.new_figure([_STRIP, sum(rooms) + _UNDER])
    _name_levels(strip, shades)
    middles = [sum(rooms[:i]) + room / 2 for i, room in enumerate(rooms)]
    for (name, row), middle in zip(rows.items(), middles, strict=True):
        _bar(axis, row, middle, thick[name], shades)
    axis.set_yticks(middles, labels.values(), fontsize=10)
    _axes(axis, sum(rooms), released, rows)
    for tick, name in zip(axis.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("bold" if _is_own(name) or name == roles.WHOLE_AREA else "normal")
    figure.supxlabel("\n".join(_keys(rows)), fontsize=10)
    return figure


def _is_own(name: str) -> bool:
    return roles.axis_of(name) == roles.OWN_SCHOOL


def _label(name: str) -> str:
    own = _is_own(name)
    words = roles.place_on_axis(name) if own else name
    return canvas.wrapped(f"{_MARK if own else ''}{text.plain(words)}", _SCHOOL, _LINES)


def _thickness(rows: dict[str, list[Number]]) -> dict[str, float]:
    """Inches of each bar, in proportion to pupils; a bar of which they are not known is thin."""
    sizes = {name: max((n.n or 0 for n in row), default=0) for name, row in rows.items()}
    schools = [size for name, size in sizes.items() if name != roles.WHOLE_AREA] or [0]
    scale = min(_THICKEST / max(1, *schools), _ALL / max(1, sum(schools)))
    return {
        name: _WHOLE if name == roles.WHOLE_AREA else max(scale * n, _THINNEST) for name, n in sizes.items()
    }


def _bar(
    axis: Axes, row: Sequence[Number], middle: float, thick: float, shades: dict[str, tuple[float, ...]]
) -> None:
    """The levels of a school beside each other; what is not shown of them is hatched."""
    left, style = 0.0, {"edgecolor": "white", "linewidth": 0.8}
    for number in (n for n in row if n.value):
        axis.barh(middle, number.value, thick, left, color=shades[number.group], **style)
        if number.value >= _WIDE and thick >= _THICK:
            words, ink = text.amount(number.value, number.unit), canvas.ink_on(shades[number.group])
            axis.text(
                left + number.value / 2, middle, words, ha="center", va="center", fontsize=10, color=ink
            )
        left += number.value
    if any(n.value is None for n in row) and left < 1:
        axis.barh(middle, 1 - left, thick, left, **canvas.HATCHED)
    axis.barh(middle, max(left, 1.0), thick, facecolor="none", edgecolor=canvas.GREY, linewidth=0.7)
    if _is_own(row[0].name):  # around the bar: a small school would lie under its edge
        around = thick + 2 * _AROUND
        axis.barh(middle, max(left, 1.0), around, facecolor="none", edgecolor="black", linewidth=2.2)


def _name_levels(strip: Axes, shades: dict[str, tuple[float, ...]]) -> None:
    """The shades beside each other, each with its level above it."""
    for place, (level, fill) in enumerate(shades.items()):
        strip.barh(0, 0.9, 0.5, place + 0.05, color=fill, edgecolor=canvas.GREY, linewidth=0.7)
        words = canvas.broken(text.plain(level), _LEVELS // len(shades))
        strip.text(place + 0.5, -0.4, words, ha="center", va="bottom", fontsize=10)
    strip.set_xlim(0, len(shades))
    strip.set_ylim(0.3, -1.6)
    strip.set_axis_off()


def _axes(axis: Axes, height: float, released: Released, rows: dict[str, list[Number]]) -> None:
    axis.set_ylim(height, 0)
    axis.set_xlim(0, 1)
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axis.xaxis.set_major_formatter(lambda value, _: text.amount(value, "share"))
    axis.set_xlabel(text.unit_label(next(iter(rows.values())), released.sources))
    axis.tick_params(axis="y", length=0)
    axis.spines[:].set_visible(False)


def _keys(rows: dict[str, list[Number]]) -> list[str]:
    """What thickness, mark and hatching mean, where they occur."""
    size, own, hidden = _KEYS
    but = " (niet bij hele gebied)" if roles.WHOLE_AREA in rows else ""
    there = {
        f"{size}{but}": True,
        own: any(map(_is_own, rows)),
        hidden: any(n.value is None for row in rows.values() for n in row),
    }
    return [key for key, occurs in there.items() if occurs]
