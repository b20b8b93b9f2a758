"""Which part a number plays in its result: as counted, in context of others, or one that only draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kansen_lib.disclosure import MINUS, Number, Released

#: In the name of a number: pulled towards the mean of schools, as far as small numbers ask for it.
SHRUNKEN = "met minder toeval"
#: In the name of a number: what schools with the same kind of pupils have on average.
EXPECTED = "verwacht bij deze leerlingen"
#: In the name of a number: mean of schools, and the ends between which 95% of them lie.
BETWEEN = "tussen scholen"
#: The interval of such a number that runs from quartile to quartile, about the median.
MIDDLE_HALF = "de middelste helft van de scholen"
#: Names of the numbers of a quadrant, of mean and gap: over time, an effect, beside others who began alike.
CHANGE_OF_LEVEL, CHANGE_OF_GAP = "verandering van het niveau", "verandering van het verschil"
EFFECT_ON_LEVEL, EFFECT_ON_GAP = "effect op het gemiddelde", "effect op het verschil"
ALIKE_LEVEL, ALIKE_GAP = "gemiddelde bij gelijke start", "verschil bij gelijke start"
_LEVEL_BY_GAP = {
    CHANGE_OF_GAP: CHANGE_OF_LEVEL,
    EFFECT_ON_GAP: EFFECT_ON_LEVEL,
    ALIKE_GAP: ALIKE_LEVEL,
}
#: Names of the half axes and the angle of its joint region.
LONG, SHORT, ANGLE = "gebied, lange halve as", "gebied, korte halve as", "gebied, hoek"
#: Numbers that are drawn but say nothing to a reader start with this.
_HELPER = "gebied, "
#: Of a funnel: between which values small units lie by chance, and the mean of all of them.
LIMIT_LOW, LIMIT_HIGH, MEAN_OF_ALL = "grens onder", "grens boven", "gemiddelde van alle"
#: After the name of points: the line that was fitted through them.
FITTED = ", lijn"
#: Group of the step at a cut-off.
JUMP = "sprong"
#: Of a flow: who is on one level through all stages.
STAYED = "steeds hetzelfde niveau"
#: Before the name of the school that a report is about, and of another one that is drawn on a map.
OWN_SCHOOL, SCHOOL = "deze school", "school"
#: The row of all schools together; the number that parts add up to; the scenario of today.
WHOLE_AREA, TOTAL, NOW = "hele gebied", "samen", "nu"
#: Where a point lies on a map, in km.
EAST, NORTH = "plaats, km oost", "plaats, km noord"
#: Before the label of what a card is about, and before one that was found elsewhere and published.
CHOSEN, ELSEWHERE = "gekozen", "elders"
#: Before the choices of the main one of several specifications, and between its choices.
MAIN, CHOICES = "hoofdanalyse", " | "
#: Effect and cost of what stands in a plane of both.
EFFECT, COST = "effect", "kosten per leerling"
#: In the name of a state that is no level.
_NO_LEVEL = ("bekend", "van school", "weg")
#: Where the change of the mean is above zero, where that of the gap is: what the corner is called.
CORNERS = {
    (True, True): "gemiddelde omhoog, verschil groter",
    (True, False): "gemiddelde omhoog, verschil kleiner",
    (False, True): "gemiddelde omlaag, verschil groter",
    (False, False): "gemiddelde omlaag, verschil kleiner",
}


def shown(released: Released) -> list[Number]:
    """The numbers that have a value, in reading order."""
    return [number for number in released.numbers if number.value is not None]


def is_difference(number: Number) -> bool:
    """Whether the number is one group minus another; anything else is a level."""
    return MINUS in number.group


def is_helper(number: Number) -> bool:
    """Whether the number is only there to be drawn."""
    drawn = number.name in (LIMIT_LOW, LIMIT_HIGH, EAST, NORTH) or number.name.endswith(FITTED)
    return drawn or number.name.startswith(_HELPER)


def axis_of(label: str) -> str:
    """Of ``"eerste advies: havo"`` the axis or stage, ``"eerste advies"``; empty when there is none."""
    before, colon, _ = label.partition(": ")
    return before if colon else ""


def place_on_axis(label: str) -> str:
    """Of ``"eerste advies: havo"`` the row, column or state, ``"havo"``."""
    return label.partition(": ")[2] or label


def stages(released: Released) -> dict[str, list[str]]:
    """The stages of a flow, each with the labels of its states: as names first, then as groups."""
    found: dict[str, dict[str, None]] = {}
    for number in released.numbers:
        for label in (number.name, number.group):
            if axis_of(label):
                found.setdefault(axis_of(label), {})[label] = None
    return {stage: list(labels) for stage, labels in found.items()}


def changes_level(flow: Number, of: dict[str, list[str]]) -> bool:
    """Whether a flow goes to another level; who is in a class of more levels than one stays on each of them.

    Between two stages with the same states ("gt/havo" in both) any other state is another level. Who left, or
    is not known, goes to no level.
    """
    start, end = place_on_axis(flow.name), place_on_axis(flow.group)
    if start == end or any(word in label for word in _NO_LEVEL for label in (start, end)):
        return False
    one, other = ({place_on_axis(x) for x in of[axis_of(label)]} for label in (flow.name, flow.group))
    return {start, end} <= one & other or not _levels(start) & _levels(end)


def _levels(state: str) -> set[str]:
    return {level.removeprefix("vmbo-") for level in state.split("/")}


def distance(group: str) -> float | None:
    """A distance to a cut-off that was written as text (``"−0,5"``, ``"+2"``); None for other words."""
    try:
        return float(group.replace("−", "-").replace(",", "."))
    except ValueError:
        return None


def role(number: Number) -> str:
    """What the name says of a number beside the one counted; empty for the one counted."""
    return next((word for word in (SHRUNKEN, EXPECTED, BETWEEN) if word in number.name), "")


def blocks(numbers: Sequence[Number]) -> list[list[Number]]:
    """The numbers that are about the same, together: a unit, a group, and a name but for its role."""
    found: dict[tuple[str, str, str], list[Number]] = {}
    named = len({number.name for number in numbers if not role(number)}) > 1
    for number in numbers:
        name = counted(number) if named else ""
        found.setdefault((number.unit, number.group, name), []).append(number)
    return [sorted(block, key=lambda number: bool(role(number))) for block in found.values()]


def counted(number: Number) -> str:
    """The name of what is counted, without the role of the number."""
    name = number.name
    for word in (SHRUNKEN, EXPECTED, BETWEEN):
        name = name.replace(word, "")
    return name.strip(" ,:")


@dataclass(frozen=True)
class Quadrant:
    """Level and gap of one thing together: change over time, or effect, with their joint region.

    Attributes:
        group: the label of the point, ``"gekozen: ..."`` for the one that a card is about; empty when alone.
        level: of the mean of all.
        gap: of the difference between two groups.
        long, short: half axes of the region, an ellipse.
        angle: of the long one, in degrees from the axis of the level.
    """

    group: str
    level: Number
    gap: Number
    long: float
    short: float
    angle: float

    def outline(self, points: int = 360) -> list[tuple[float, float]]:
        """The edge of the region, as points (level, gap)."""
        turn = math.radians(self.angle)
        found = []
        for i in range(points):
            along = self.long * math.cos(2 * math.pi * i / points)
            across = self.short * math.sin(2 * math.pi * i / points)
            x = (self.level.value or 0.0) + along * math.cos(turn) - across * math.sin(turn)
            y = (self.gap.value or 0.0) + along * math.sin(turn) + across * math.cos(turn)
            found.append((x, y))
        return found

    def corners(self) -> list[str]:
        """The corners that the region reaches, the one of the point first."""
        here = self.level.value > 0, self.gap.value > 0  # type: ignore[operator]
        reached = dict.fromkeys([here, *((x > 0, y > 0) for x, y in self.outline())])
        return [CORNERS[corner] for corner in reached]


def quadrants_of(released: Released) -> list[Quadrant]:
    """The quadrants in a result that have all their numbers and the unit of the first one.

    The groups of the gaps are their labels; a gap between two groups ("hoog minus laag") is of one that
    stands alone and has no label. A level of any other group says how that group did, and is not drawn.
    """
    numbers = shown(released)
    of = {(n.name, n.group): n for n in reversed(numbers)}
    found = []
    for gap in (n for n in numbers if n.name in _LEVEL_BY_GAP):
        group = "" if is_difference(gap) else gap.group
        level, *region = (of.get((name, group)) for name in (_LEVEL_BY_GAP[gap.name], LONG, SHORT, ANGLE))
        if level is not None and None not in region:
            found.append(Quadrant(group, level, gap, *(n.value for n in region)))  # type: ignore[union-attr, arg-type]
    return [one for one in found if one.level.unit == found[0].level.unit]


def is_level_of_quadrant(number: Number) -> bool:
    """Whether the number is the change, or the effect, of a level."""
    return number.name in _LEVEL_BY_GAP.values()


def is_chosen(label: str) -> bool:
    """Whether a label is of what the card is about."""
    return axis_of(label) in (CHOSEN, MAIN)


def is_elsewhere(label: str) -> bool:
    """Whether a label is of something that others found and published."""
    return axis_of(label) == ELSEWHERE


def unmarked(label: str) -> str:
    """A label without the mark that says which part it plays."""
    marked = is_chosen(label) or is_elsewhere(label)
    return place_on_axis(label) if marked else label


def specifications(released: Released) -> list[Number]:
    """The specifications of one effect, lowest first: the numbers whose group holds choices."""
    found = [n for n in shown(released) if CHOICES in n.group]
    return sorted((n for n in found if n.name == found[0].name), key=lambda n: n.value or 0.0)


def choices(specification: Number) -> list[str]:
    """The choices of a specification, in order: each as it stands, ``"voortoets: ja"``."""
    return unmarked(specification.group).split(CHOICES)


def series_of_years(released: Released) -> dict[str, dict[int, Number]]:
    """The numbers by years since a start, of each name: before the start a year is below zero."""
    found: dict[str, dict[int, Number]] = {}
    for number in shown(released):
        year = distance(number.group)
        if year is not None and year == int(year):
            found.setdefault(number.name, {})[int(year)] = number
    return {name: dict(sorted(series.items())) for name, series in found.items()}


def costs_and_effects(released: Released) -> dict[str, tuple[Number, Number]]:
    """Effect and cost of each label that has both, in reading order."""
    numbers = shown(released)
    effects, costs = ({n.group: n for n in numbers if n.name == name} for name in (EFFECT, COST))
    return {label: (effect, costs[label]) for label, effect in effects.items() if label in costs}


def units(released: Released) -> list[Number]:
    """The points of a funnel: numbers of units, with a number of pupils."""
    other = (LIMIT_LOW, LIMIT_HIGH, MEAN_OF_ALL)
    return [n for n in shown(released) if n.name not in other and n.group and n.n is not None]


def limits(released: Released, name: str) -> dict[float, float]:
    """One of the limits of a funnel, by number of pupils, in rising order."""
    known = [(distance(n.group), n.value) for n in shown(released) if n.name == name]
    return dict(sorted((size, value) for size, value in known if size is not None and value is not None))


def places(released: Released) -> dict[str, tuple[float, float]]:
    """Where points lie, in km east and north, by group; one of which half is known has no place."""
    numbers = shown(released)
    east, north = ({n.group: n.value for n in numbers if n.name == name} for name in (EAST, NORTH))
    return {group: (east[group], north[group]) for group in east if group in north}  # type: ignore[misc]


def on_map(released: Released) -> list[Number]:
    """The numbers that a map shades: those with a place."""
    known = places(released)
    return [n for n in released.numbers if not is_helper(n) and n.group in known]


def by_name(numbers: Sequence[Number]) -> dict[str, list[Number]]:
    """The numbers of each name, in reading order."""
    return {name: [n for n in numbers if n.name == name] for name in dict.fromkeys(n.name for n in numbers)}


def cells(released: Released) -> dict[tuple[str, str], list[Number]]:
    """The numbers in each cell of a table of names by levels: ``"meso: Taalklas"`` is in column ``"meso"``.

    Rows and columns stand in order of first appearance.
    """
    numbers = [n for n in released.numbers if n.group]
    columns = dict.fromkeys(axis_of(n.group) or n.group for n in numbers)
    found: dict[tuple[str, str], list[Number]] = {
        (name, column): [] for name in dict.fromkeys(n.name for n in numbers) for column in columns
    }
    for number in numbers:
        found[number.name, axis_of(number.group) or number.group].append(number)
    return found
