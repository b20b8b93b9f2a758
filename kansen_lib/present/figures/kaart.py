"""A map of points: size is the number of persons, shade is the value; schools are marks of another shape.

Where a point lies is told by two helper numbers of the same group, :data:`kansen_lib.present.roles.EAST` and
:data:`~kansen_lib.present.roles.NORTH`, in km. A group ``"school: <name>"`` or ``"deze school: <name>"``
has a place only. What lies nowhere is not drawn, and without a point there is no map.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches of the map at its highest, and of the legend under it.
_HIGHEST, _LEGEND = 5.6, 0.95
#: Area of the largest point, in square points; a part of the width that the scale bar may take.
_LARGEST, _SCALE = 420.0, 0.3
#: Shades between the lightest and the darkest in the legend.
_STEPS = 5
_POINT = {"edgecolors": "#444444", "linewidths": 0.7, "zorder": 2}
_SCHOOL = {
    "marker": "^",
    "facecolors": "white",
    "edgecolors": "black",
    "s": 50,
    "linewidths": 1.2,
    "zorder": 4,
}
_OWN = {
    "marker": "*",
    "facecolors": "#b3481e",
    "edgecolors": "white",
    "s": 240,
    "linewidths": 1.1,
    "zorder": 5,
}
_HIDDEN = {"marker": "x", "c": canvas.GREY, "s": 26, "linewidths": 1.2, "zorder": 3}


def draw(released: Released, breaks: Sequence[str] = ()) -> Figure | None:
    """The map, north up, with a scale bar; under it what sizes and shades mean. None without a point."""
    places, numbers = roles.places(released), roles.on_map(released)
    shown = [n for n in numbers if n.value is not None]
    if not shown:
        return None
    figure, (axis, legend) = canvas.new_figure([_height(places), _LEGEND])
    most = max((n.n or 0) for n in shown) or 1
    ends = _ends(shown)
    drawn = sorted(shown, key=lambda n: -(n.n or 0))  # the small ones on top
    sizes, fills = [_area(n.n, most) for n in drawn], [_fill(n.value, ends) for n in drawn]
    axis.scatter(*_across(places, [n.group for n in drawn]), sizes, fills, **_POINT)
    _mark(axis, places, [n.group for n in numbers if n.value is None], _HIDDEN)
    for kind, style in ((roles.SCHOOL, _SCHOOL), (roles.OWN_SCHOOL, _OWN)):
        _mark(axis, places, [group for group in places if roles.axis_of(group) == kind], style)
    _frame(axis, places)
    _legend(legend, shown, ends, most, _what(shown, released.sources))
    figure.supxlabel("\n".join(_keys(places, numbers)), fontsize=10)
    return figure


def _across(places: dict[str, tuple[float, float]], groups: Sequence[str]) -> list[tuple[float, ...]]:
    """How far east, and how far north, each of these lies."""
    return list(zip(*(places[group] for group in groups), strict=True))


def _mark(
    axis: Axes, places: dict[str, tuple[float, float]], groups: Sequence[str], style: dict[str, Any]
) -> None:
    if groups:
        axis.scatter(*_across(places, groups), **style)


def _corners(places: dict[str, tuple[float, float]]) -> tuple[float, float, float, float]:
    """West, east, south and north of what is drawn, in km: air around the points, and no side very short."""
    (west, east), (south, north) = ((min(x), max(x)) for x in zip(*places.values(), strict=True))
    longest = max(east - west, north - south, 1.0)
    air = 0.08 * longest
    wide, high = (max(0.0, 0.4 * longest - side) / 2 for side in (east - west, north - south))
    return west - air - wide, east + air + wide, south - 2 * air - high, north + air + high


def _height(places: dict[str, tuple[float, float]]) -> float:
    west, east, south, north = _corners(places)
    return min(canvas.WIDTH * (north - south) / (east - west), _HIGHEST)


def _area(n: float | None, most: int) -> float:
    return max(_LARGEST * (n or 0) / most, 14.0)


def _ends(shown: Sequence[Number]) -> tuple[float, float]:
    values = [n.value or 0.0 for n in shown]
    return min(values), max(values)


def _fill(value: float | None, ends: tuple[float, float]) -> tuple[float, ...]:
    low, high = ends
    return canvas.shade(0.05 + 0.95 * ((value or 0.0) - low) / ((high - low) or 1.0))


def _frame(axis: Axes, places: dict[str, tuple[float, float]]) -> None:
    """Equal kilometres both ways, air around the points, a bar that says how far a kilometre is."""
    west, east, south, north = _corners(places)
    axis.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
    axis.set_aspect("equal")
    axis.spines[:].set_visible(True)
    axis.spines[:].set_color(canvas.PALE)
    length = canvas.round_step(_SCALE * (east - west) / 2)
    left, low = west + 0.04 * (east - west), south + 0.05 * (north - south)
    axis.plot([left, left + length], [low, low], color="black", linewidth=2.5, zorder=6)
    words = f"{text.decimal(length, 0 if length >= 1 else 1)} km"
    axis.annotate(
        words,
        (left + length, low),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        fontsize=10,
        bbox=canvas.CLEAR,
        zorder=6,
    )


def _what(shown: Sequence[Number], sources: Sequence[str]) -> str:
    """What the shades are: a share by its name alone, for it need not be one of the pupils."""
    name, unit = text.plain(shown[0].name), text.unit_label(shown, sources)
    return name if shown[0].unit == "share" else f"{name} ({unit})"


def _legend(legend: Axes, shown: Sequence[Number], ends: tuple[float, float], most: int, label: str) -> None:
    """Shades from the lowest to the highest value at the left, the largest and a small point at the right."""
    low, high = ends
    values = [low + (high - low) * i / (_STEPS - 1) for i in range(_STEPS)] if high > low else [low]
    for i, value in enumerate(values):
        legend.barh(
            0, 0.1, 0.42, 0.02 + 0.1 * i, color=_fill(value, ends), edgecolor="#444444", linewidth=0.7
        )
    for i in dict.fromkeys((0, len(values) - 1)):
        words = text.amount(values[i], shown[0].unit)
        legend.text(0.07 + 0.1 * i, -0.35, words, ha="center", va="bottom", fontsize=10)
    legend.text(0.02, 0.35, canvas.wrapped(label, 32), va="top", fontsize=10)
    sizes = [canvas.round_step(most / 5), most] if most > 1 else []
    for i, size in enumerate(sizes):
        legend.scatter(0.7 + 0.18 * i, 0, _area(size, most), "white", **_POINT)
        words = text.decimal(size, 0)
        legend.text(0.7 + 0.18 * i, -0.35, words, ha="center", va="bottom", fontsize=10)
    if sizes:
        legend.text(0.79, 0.35, "leerlingen", ha="center", va="top", fontsize=10)
    legend.set_xlim(0, 1)
    legend.set_ylim(1.1, -0.75)
    legend.set_axis_off()


def _keys(places: dict[str, tuple[float, float]], numbers: Sequence[Number]) -> list[str]:
    """What the marks are, of those that are there."""
    kinds = {roles.axis_of(group) for group in places}
    keys = {
        "★ = deze school": roles.OWN_SCHOOL in kinds,
        "△ = andere school": roles.SCHOOL in kinds,
        "× = niet getoond": any(n.value is None for n in numbers),
    }
    there = [key for key, occurs in keys.items() if occurs]
    return ["    ".join(there)] if there else []
