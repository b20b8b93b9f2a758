"""Effect and cost together: what a measure costs a pupil against what it does.

The result holds for every label an effect and a cost (:data:`kansen_lib.present.roles.EFFECT` and
:data:`~kansen_lib.present.roles.COST`), the label as group. With :data:`~kansen_lib.present.roles.CHOSEN`
before it the card is about it, with :data:`~kansen_lib.present.roles.ELSEWHERE` others published it. Any
other number stands in table and sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas, dots, names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Lines of equal cost are drawn for so much effect, and at most so many of them.
_PART, _MOST_LINES = 0.1, 3
#: Part of a side of the figure between the words of two lines.
_WORDS_APART = 0.08
#: Part of the height that a line of a name takes.
_NAME = 0.058


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure:
    """x = effect with its interval, y = cost of a pupil; on a line every 0.1 sd costs the same."""
    found = roles.costs_and_effects(released)
    if not found:
        return dots.draw(released, breaks)
    figure, (axis,) = canvas.new_figure([5.0])
    pairs = list(found.values())
    _axes(axis, pairs, released)
    lines = _apart(axis, _round_costs(pairs))
    for each in lines:
        _line(axis, each)
    for place, (label, (effect, cost)) in enumerate(found.items()):
        _point(axis, effect, cost, place, label)
    figure.supxlabel("\n".join(_keys(list(found), some_lines=bool(lines))), fontsize=10)
    _, top = axis.get_ylim()
    named = [
        (_named(label, place), (cost.value or 0.0) / top, _colour(label, place))
        for place, (label, (_, cost)) in enumerate(found.items())
    ]
    names.at_edge(axis, named, _NAME)
    return figure


def _named(label: str, place: int) -> str:
    """The name of a point after its marker, as it stands beside the figure."""
    full, hollow = canvas.SIGNS[place % len(canvas.SIGNS)]
    sign = hollow if roles.is_elsewhere(label) else full
    return f"{sign}\N{NO-BREAK SPACE}{text.plain(roles.unmarked(label))}"


def _colour(label: str, place: int) -> str:
    return canvas.GREY if roles.is_elsewhere(label) else canvas.colour(place)


def _point(axis: Axes, effect: Number, cost: Number, place: int, label: str) -> None:
    """A point with its whiskers: open when others found it, larger when the card is about it."""
    chosen, colour = roles.is_chosen(label), _colour(label, place)
    width = 2.5 if chosen else 1.5
    if effect.lower is not None and effect.upper is not None:
        axis.hlines(cost.value, effect.lower, effect.upper, color=colour, linewidth=width)
    if cost.lower is not None and cost.upper is not None:
        axis.vlines(effect.value, cost.lower, cost.upper, color=colour, linewidth=width)
    axis.plot(
        effect.value,
        cost.value,
        canvas.marker(place),
        markerfacecolor="white" if roles.is_elsewhere(label) else colour,
        markeredgecolor=colour,
        markeredgewidth=1.5,
        markersize=10 if chosen else 7.5,
        zorder=3,
    )


def _axes(axis: Axes, pairs: Sequence[tuple[Number, Number]], released: Released) -> None:
    effects, costs = zip(*pairs, strict=True)
    low, high = canvas.ends(effects, [0.0])
    axis.set_xlim(low, high + 0.1 * (high - low))
    axis.set_ylim(0, 1.3 * _highest(costs))
    axis.axvline(0, color=canvas.GREY, linewidth=1, zorder=0)
    axis.locator_params(nbins=5)
    axis.xaxis.set_major_formatter(lambda value, _: text.amount(value, effects[0].unit))
    axis.yaxis.set_major_formatter(lambda value, _: text.amount(value, costs[0].unit))
    axis.set_xlabel(f"effect in {text.unit_label(effects, released.sources)}")
    axis.set_ylabel("kosten per leerling (euro)")


def _highest(costs: Sequence[Number]) -> float:
    return max([1.0, *(x for n in costs for x in (n.value, n.upper) if x is not None)])


def _round_costs(pairs: Sequence[tuple[Number, Number]]) -> list[float]:
    """Round amounts that 0.1 sd may cost, about what it costs here: a line below every point, and beyond."""
    known = [
        _PART * (cost.value or 0.0) / effect.value for effect, cost in pairs if (effect.value or 0.0) > 0
    ]
    known = [each for each in known if each > 0]
    if not known:
        return []
    lines = [canvas.round_step(min(known) / 2)]
    while lines[-1] < max(known) and len(lines) < _MOST_LINES:
        lines.append(canvas.round_step(lines[-1] * 2.01))
    return lines


def _apart(axis: Axes, costs: Sequence[float]) -> list[float]:
    """Those of the amounts whose lines leave the figure far enough from each other for their words."""
    kept: list[float] = []
    places: list[float] = []
    for each in costs:
        x, y = _end(axis, each)
        place = (
            y / axis.get_ylim()[1] + 1 - x / axis.get_xlim()[1]
        )  # along the right edge, then along the top
        if not places or place - places[-1] > _WORDS_APART:
            kept.append(each)
            places.append(place)
    return kept


def _end(axis: Axes, each: float) -> tuple[float, float]:
    """Where the line on which 0.1 sd costs so much leaves the figure."""
    (_, right), (_, top) = axis.get_xlim(), axis.get_ylim()
    x = min(right, _PART * top / each)
    return x, x * each / _PART


def _line(axis: Axes, each: float) -> None:
    """The line on which 0.1 sd costs so much, with the amount at its end."""
    x, y = _end(axis, each)
    axis.plot([0, x], [0, y], color=canvas.GREY, linewidth=1, linestyle="--", zorder=0)
    up = y >= 0.999 * axis.get_ylim()[1]
    axis.annotate(
        text.amount(each, "money"),
        (x, y),
        xytext=(0, 3) if up else (-2, 3),
        textcoords="offset points",
        ha="center" if up else "right",
        va="bottom",
        fontsize=10,
        color="#444444",
        annotation_clip=False,
    )


def _keys(labels: Sequence[str], *, some_lines: bool) -> list[str]:
    """What the marks and lines are, of those that are there."""
    keys = {
        "streepjeslijn = zoveel euro per 0,1 sd": some_lines,
        "groot = de gekozen aanpak": any(roles.is_chosen(x) for x in labels),
        "open = elders gevonden": any(roles.is_elsewhere(x) for x in labels),
    }
    return [key for key, occurs in keys.items() if occurs]
