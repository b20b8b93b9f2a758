"""Through the years: level and gap, and whether the definitions move in opposite directions."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.definities import COHORT
from kansen_lib.benchmark.views import (
    HIGH,
    LOW,
    by_cohort,
    changes,
    comparable_cohorts,
    followed,
    levels_by_cohort,
)
from kansen_lib.chapters.about import about
from kansen_lib.chapters.definities.referentie import NO_LEVEL
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, dropped, pupils_of
from kansen_lib.stats import decomposition
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

NOT_TWO = "er zijn geen twee cohorten na elkaar onder dezelfde regels"

#: The words of ``stats.decomposition.quadrant`` in a report; the gap at either time stands on other cards.
_QUADRANT = {
    "change of level": "verandering van het niveau",
    "change of gap": "verandering van het verschil",
    "region, long half axis": "gebied, lange halve as",
    "region, short half axis": "gebied, korte halve as",
    "region, angle": "gebied, hoek",
}


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van elke groep in leerjaar 3 in een klas met havo of vwo zit, per cohort.",
    teller="leerlingen in een klas met havo of vwo erin",
    noemer="leerlingen van het cohort van wie leerjaar 3 en de opleiding van de ouders bekend zijn",
    buiten="wie voor leerjaar 3 vertrok",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("niveau",))
def level_and_gap_by_cohort(school: School, benchmark: Benchmark) -> Result:
    """Level of the outer groups and the gap between them, in every cohort: a line a group."""
    pupils = pupils_of(school)
    found = beside(levels_by_cohort(pupils), benchmark, COHORT)
    return Result("", found, dropped=dropped(pupils["opleiding"], pupils["leerjaar3"]))


@about(
    "meso",
    "kwalificatie",
    definitie="Het verschil onder elk van de drie betekenissen van Elffers, per cohort.",
    teller="score, plaats van het advies, leerlingen die op koers zijn",
    noemer="leerlingen van het cohort van wie de gegevens voor die betekenis bekend zijn",
    buiten="een cohort zonder toets telt niet mee bij betekenis 1 en 2",
)
@needs(
    leerlingen=("opleiding_ouders", "toetsscore", "advies_eerste", "advies_definitief", "basisschool"),
    loopbaan=("niveau",),
)
def definitions_by_cohort(school: School, benchmark: Benchmark) -> Result:
    """The gap of each of the three definitions in every cohort; a panel a unit."""
    pupils = pupils_of(school)
    return Result("", beside(by_cohort(pupils), benchmark, COHORT), dropped=dropped(pupils["opleiding"]))


@about(
    "meso",
    "kwalificatie",
    definitie="Of het verschil onder elke betekenis groter of kleiner werd tussen twee cohorten na elkaar.",
    teller="verschil in het laatste cohort min verschil in het cohort ervoor",
    noemer="leerlingen met laag- of hoogopgeleide ouders uit twee cohorten onder dezelfde regels",
    buiten="leerlingen met middelbaar opgeleide ouders; cohorten onder andere regels",
)
@needs(
    leerlingen=("opleiding_ouders", "toetsscore", "advies_eerste", "advies_definitief", "basisschool"),
    loopbaan=("niveau",),
)
def definitions_in_motion(school: School, benchmark: Benchmark) -> Result:
    """Change of the gap under each definition, and how many grew, shrank, or may have done either."""
    pupils = pupils_of(school)
    two = comparable_cohorts(pupils)
    if two is None:
        return Result("", (Estimate.not_computable("verandering", NOT_TWO),))
    moved = changes(pupils, *two)
    return Result("", (*moved, *_tally(moved)), dropped=dropped(pupils["opleiding"]))


def _tally(moved: list[Estimate]) -> list[Estimate]:
    """How many gaps grew or shrank beyond their uncertainty: with both above 0 they move apart."""
    known = [item for item in moved if item.lower is not None and item.upper is not None]
    if not known:
        return []
    smallest = min((item.smallest or 0 for item in known), default=0)
    counts = {
        "duidelijk groter": sum(item.lower > 0 for item in known),
        "duidelijk kleiner": sum(item.upper < 0 for item in known),
        "groter of kleiner, niet te zeggen": sum(item.lower <= 0 <= item.upper for item in known),
    }
    return [
        Estimate("aantal betekenissen", label, float(count), Unit.COUNT, smallest=smallest, method="telling")
        for label, count in counts.items()
    ]


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe het gemiddelde niveau in leerjaar 3 en het verschil samen veranderden tussen twee "
    "cohorten.",
    teller="plaats van de klas in leerjaar 3 op de ladder, in stappen",
    noemer="leerlingen met laag- of hoogopgeleide ouders uit twee cohorten onder dezelfde regels",
    buiten="leerlingen met middelbaar opgeleide ouders; wie voor leerjaar 3 vertrok",
)
@needs(leerlingen=("opleiding_ouders", "toetsscore"), loopbaan=("niveau",))
def level_against_gap(school: School, benchmark: Benchmark) -> Result:
    """Change of the mean level against change of the gap, with their joint region: never one alone."""
    pupils = followed(pupils_of(school))
    two = comparable_cohorts(pupils)
    if two is None:
        return Result("", (Estimate.not_computable("verandering", NOT_TWO),))
    if pupils["niveau3"].isna().all():
        return Result("", (Estimate.not_computable("verandering", NO_LEVEL),))
    found = decomposition.quadrant(
        pupils,
        outcome="niveau3",
        group="opleiding",
        low=LOW,
        high=HIGH,
        time="cohort",
        first=two[0],
        second=two[1],
    )
    return Result("", _told(found.estimates), dropped=found.dropped)


def _told(estimates: tuple[Estimate, ...]) -> tuple[Estimate, ...]:
    """The changes under Dutch names, all held to the smallest cell: together they give each other back."""
    shown = [item for item in estimates if item.name in _QUADRANT]
    cells = [item.smallest for item in shown if item.smallest is not None]
    if not cells:
        return tuple(replace(item, name=_QUADRANT.get(item.name, item.name)) for item in shown)
    return tuple(
        replace(
            item,
            name=_QUADRANT[item.name],
            smallest=min(cells),
            unit=Unit.STEPS if item.unit == Unit.OUTCOME else item.unit,
        )
        for item in shown
    )
