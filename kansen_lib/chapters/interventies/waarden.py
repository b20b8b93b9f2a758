"""What a gain is worth when the gain of one group weighs more: a choice of values (INVENTORY #114)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, MINUS, WITHOUT
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import Keuze, nothing
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats import welfare
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: How many times the gain of the lowest group counts, beside the highest one: what a reader can choose.
WEIGHTS = (1.0, 1.5, 2.0, 3.0, 5.0)
TURNS = "volgorde draait om bij gewicht"
_NOT_LOWER = "de laagste groep had zonder de aanpak geen lager niveau"


@about(
    "meso",
    definitie="Hoe groot de winst van elke aanpak is, als de winst van de ene groep zwaarder telt.",
    teller="Het gewogen gemiddelde van het effect per groep.",
    noemer="Groepen zo groot als die van de gekozen aanpak, voor elke aanpak dezelfde.",
    buiten="Een aanpak waarvan het effect per groep niet bekend is, of van te weinig scholen.",
)
@needs_of_all(
    interventies=("toewijzing",), deelname=("toegewezen",), toetsen=("score",), leerlingen=("cohort",)
)
def weighed_gain(school: School, benchmark: Benchmark, keuze: Keuze, gewicht: float = 1.0) -> Result:
    """Gain of every intervention with the lowest group counted ``gewicht`` times the highest one.

    Shares and levels are those of the chosen intervention, so that only the effects differ; where two
    interventions change order with the weight, the weight at which they do stands beside it.

    Args:
        school, benchmark, keuze: as of every card.
        gewicht: weight of the lowest group over the highest one, 1 or more.
    """
    frame = _Groups.of(school, benchmark, keuze)
    if isinstance(frame, str):
        return Result("", (nothing("winst", frame),))
    gains = {
        other.interventie: found
        for other in keuze.every(school)
        if (found := _effects(school, benchmark, other, frame)) is not None
    }
    rows = [_gain(name, effects, frame, gewicht) for name, effects in gains.items()]
    turns = [item for pair in itertools.combinations(gains, 2) for item in _turns(pair, gains, frame)]
    return Result("", (*rows, *turns))


class _Groups:
    """Sizes and levels of the groups of the chosen intervention, and what a weight means in epsilon."""

    def __init__(self, sizes: dict[str, Estimate], levels: dict[str, float], low: str, high: str) -> None:
        total = sum(item.n or 0 for item in sizes.values())
        self.shares = {group: (item.n or 0) / total for group, item in sizes.items()}
        self.levels, self.low, self.high, self.total = levels, low, high, total
        self.smallest = min(item.smallest or item.n or 0 for item in sizes.values())

    def epsilon(self, weight: float) -> float:
        """Atkinson's aversion at which the lowest group weighs this many times the highest one."""
        return math.log(weight) / math.log(self.levels[self.high] / self.levels[self.low])

    def weight(self, epsilon: float) -> float:
        """The weight of the lowest group over the highest one at an aversion."""
        return (self.levels[self.high] / self.levels[self.low]) ** epsilon

    @classmethod
    def of(cls, school: School, benchmark: Benchmark, keuze: Keuze) -> _Groups | str:
        """The groups of the chosen intervention, or the reason why there are none."""
        items = keuze.all(school, benchmark, EFFECT)
        gap = next((item.group for item in items if MINUS in item.group), "")
        sizes = {item.group: item for item in items if item.value is not None and _is_group(item)}
        levels = {
            item.group: item.value
            for item in keuze.all(school, benchmark, WITHOUT)
            if item.group in sizes and item.value is not None
        }
        high, _, low = gap.partition(MINUS)
        if not gap or {high, low} - set(levels) or set(sizes) != set(levels):
            return items[0].reason or "het effect per groep is niet bekend"
        return cls(sizes, levels, low, high) if levels[high] > levels[low] > 0 else _NOT_LOWER


def _is_group(item: Estimate) -> bool:
    return item.group != ALL and MINUS not in item.group


def _effects(school: School, benchmark: Benchmark, keuze: Keuze, groups: _Groups) -> dict[str, float] | None:
    found = {
        item.group: item.value
        for item in keuze.all(school, benchmark, EFFECT)
        if _is_group(item) and item.value is not None
    }
    return found if set(found) == set(groups.shares) else None


def _gain(name: str, effects: dict[str, float], groups: _Groups, weight: float) -> Estimate:
    gain = welfare.weighted_gain(
        effects,
        shares=groups.shares,
        levels=groups.levels,
        epsilon=groups.epsilon(weight),
        low=groups.low,
        high=groups.high,
        unit=Unit.SD,
        n=groups.total,
        smallest=groups.smallest,
    ).estimates[0]
    return replace(gain, name="winst", group=name.replace("_", " "))


def _turns(
    pair: tuple[str, str], gains: Mapping[str, dict[str, float]], groups: _Groups
) -> Iterator[Estimate]:
    """The weight from which the other one of a pair gives more, where there is one within reach."""
    first, second = (gains[name] for name in pair)
    highest = groups.epsilon(max(WEIGHTS))
    point = welfare.turning_point(first, second, shares=groups.shares, levels=groups.levels, highest=highest)
    if point.value is not None:
        label = " en ".join(pair).replace("_", " ")
        weight = groups.weight(point.value)
        yield Estimate(TURNS, label, weight, Unit.RATIO, n=groups.total, method=point.method)
