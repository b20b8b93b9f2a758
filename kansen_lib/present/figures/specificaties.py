"""A specification curve: one effect counted in many ways, in order of size, above the choices of each.

All specifications have one name; the group holds their choices, ``"voortoets: ja | leerlingen: alle"``, in
one order: what stands before a colon is the question, written once above its answers. The main one has
:data:`kansen_lib.present.roles.MAIN` before its choices. Any other number stands in table and sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import effects_in_words, roles, text
from kansen_lib.present.figures import canvas, dots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches: of the curve, and of a row of the grid.
_CURVE, _ROW = 3.0, 0.27
_KEY = "◆ in de grijze strook = hoofdanalyse\nstippellijn = de middelste"


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """Estimates with intervals, lowest first; under each a mark at every choice that it made."""
    found = roles.specifications(released)
    if len(found) < effects_in_words.FEWEST_SPECIFICATIONS:
        return dots.draw(released, breaks)
    rows = _rows([n for n in released.numbers if n in found])
    figure, (curve, grid) = canvas.new_figure([_CURVE, 0.3 + _ROW * len(rows)])
    main = next((place for place, n in enumerate(found) if roles.is_chosen(n.group)), None)
    for axis in (curve, grid):
        axis.set_xlim(-0.7, len(found) - 0.3)
        axis.set_xticks([])
        if main is not None:
            axis.axvspan(main - 0.45, main + 0.45, color=canvas.PALE, linewidth=0, zorder=-2)
    for place, number in enumerate(found):
        _estimate(curve, number, place, is_main=place == main)
    _values(curve, found, released)
    _grid(grid, found, rows)
    figure.supxlabel(_KEY if main is not None else _KEY.split("\n")[1], fontsize=10)
    return figure


def _estimate(axis: Axes, number: Number, place: int, *, is_main: bool) -> None:
    colour = canvas.colour(0)
    if number.lower is not None and number.upper is not None:
        axis.vlines(place, number.lower, number.upper, color=colour, linewidth=2.6 if is_main else 1.3)
    mark, size = ("D", 8) if is_main else ("o", 5)
    axis.plot(place, number.value, mark, color=colour, markersize=size, zorder=3)


def _values(axis: Axes, found: Sequence[Number], released: Released) -> None:
    """The vertical axis, with the middle of all and the line of no effect."""
    unit = found[0].unit
    axis.set_ylim(*canvas.ends(found))
    axis.locator_params(axis="y", nbins=6)
    axis.yaxis.set_major_formatter(lambda value, _: text.amount(value, unit))
    axis.set_ylabel(canvas.wrapped(text.unit_label(found, released.sources), 24))
    if unit in canvas.NEUTRAL:
        axis.axhline(canvas.NEUTRAL[unit], color=canvas.GREY, linewidth=1, zorder=-1)
    middle = median(n.value or 0.0 for n in found)
    axis.axhline(middle, color="#444444", linewidth=1.2, linestyle=":", zorder=-1)


def _rows(numbers: Sequence[Number]) -> list[tuple[str, str]]:
    """The rows of the grid: a question (with an empty answer) above its answers, in order of appearance.

    Answers to a question that is not named stand together, in the place that they have among the choices.
    """
    places: dict[int, dict[str, None]] = {}
    for number in numbers:
        for place, choice in enumerate(roles.choices(number)):
            places.setdefault(place, {})[choice] = None
    rows: list[tuple[str, str]] = []
    for answers in places.values():
        heads = dict.fromkeys(roles.axis_of(choice) for choice in answers)
        for head in heads:
            rows += [(head, "")] if head else []
            rows += [(head, choice) for choice in answers if roles.axis_of(choice) == head]
    return rows


def _grid(axis: Axes, found: Sequence[Number], rows: Sequence[tuple[str, str]]) -> None:
    """A row an answer: a dark mark under each specification that gave it, a pale one under the others."""
    for row, (_, choice) in enumerate(rows):
        if not choice:
            continue
        given = [place for place, n in enumerate(found) if choice in roles.choices(n)]
        other = [place for place in range(len(found)) if place not in given]
        axis.plot(other, [row] * len(other), "s", color="#c9ced4", markersize=2.5, zorder=0)
        axis.plot(given, [row] * len(given), "s", color=canvas.colour(0), markersize=5.5, zorder=1)
    canvas.row_axis(axis, [text.plain(roles.place_on_axis(c)) if c else text.plain(h) for h, c in rows], 0.6)
    for label, (_, choice) in zip(axis.get_yticklabels(), rows, strict=True):
        label.set(fontsize=10, fontweight="normal" if choice else "bold")
    axis.spines[:].set_visible(False)
