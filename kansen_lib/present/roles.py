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
#: Names of the numbers of a quadrant, and of the half axes and angle of its joint region.
CHANGE_OF_LEVEL, CHANGE_OF_GAP = "verandering van het niveau", "verandering van het verschil"
LONG, SHORT, ANGLE = "gebied, lange halve as", "gebied, korte halve as", "gebied, hoek"
#: Numbers that are drawn but say nothing to a reader start with this.
_HELPER = "gebied, "
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
    return number.name.startswith(_HELPER)


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
    """Change of level and change of gap with their joint region.

    Attributes:
        level: change of the mean of all.
        gap: change of the difference between two groups.
        long, short: half axes of the region, an ellipse.
        angle: of the long one, in degrees from the axis of the level.
    """

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


def quadrant_of(released: Released) -> Quadrant | None:
    """The quadrant in a result, None when one of its numbers is not there."""
    numbers = shown(released)
    found = {number.name: number for number in reversed(numbers)}
    found |= {n.name: n for n in numbers if n.name == CHANGE_OF_LEVEL and not n.group}
    parts = [found.get(name) for name in (CHANGE_OF_LEVEL, CHANGE_OF_GAP, LONG, SHORT, ANGLE)]
    if any(part is None for part in parts) or parts[0].group:  # type: ignore[union-attr]
        return None
    level, gap, *region = parts
    return Quadrant(level, gap, *(part.value for part in region))  # type: ignore[union-attr, arg-type]
