"""The first definition: what pupils bring along, what is added at school, and where they stand among all."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.definities import STEPS, TILES
from kansen_lib.benchmark.trajectories import (
    MOMENTS,
    growth_levels,
    place_among_all,
    steps_of_gap,
)
from kansen_lib.benchmark.vergelijken import OPLEIDING, means_and_gap
from kansen_lib.chapters.about import about
from kansen_lib.chapters.definities.referentie import LOST, SAME, counted
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, pupils_of
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

NO_NETWORK = "hiervoor zijn gegevens van meer scholen nodig"


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van het verschil in leerjaar 3 er bij de start al was, en wat er op school bijkomt.",
    teller="gemiddelde score van leerlingen met hoogopgeleide min die met laagopgeleide ouders",
    noemer=SAME,
    buiten=LOST,
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def problem_of_or_for_the_school(school: School, benchmark: Benchmark) -> Result:
    """The gap at entry, what leerjaar 1 and later years add, and the gap in leerjaar 3, of the same pupils.

    A problem for the school is there at entry; a problem of the school comes while pupils are there.
    """
    known, lost = counted(school)
    return Result("", beside(steps_of_gap(known), benchmark, STEPS), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="De gemiddelde score van elke groep in groep 8, leerjaar 1 en leerjaar 3, bij dezelfde "
    "leerlingen.",
    teller="gemiddelde van de scores voor taal en rekenen",
    noemer=SAME,
    buiten=LOST,
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def levels_over_moments(school: School, benchmark: Benchmark) -> Result:
    """The levels behind :func:`problem_of_or_for_the_school`: mean score of each group at each moment."""
    known, lost = counted(school)
    return Result("", tuple(growth_levels(known)), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Toetsscore en eerste advies naar opleiding van de ouders, zonder correctie: zoals de "
    "Inspectie van het Onderwijs naar gelijke kansen kijkt.",
    teller="gemiddelde toetsscore, en gemiddelde plaats van het eerste advies op de ladder",
    noemer="leerlingen met een toetsscore, een eerste advies en een bekende opleiding van de ouders",
    buiten="cohorten zonder toets en leerlingen met een toets van een oudere soort",
)
@needs(leerlingen=("opleiding_ouders", "toetsscore", "advies_eerste", "basisschool"))
def inspectie_view(school: School, benchmark: Benchmark) -> Result:
    """Raw score and raw first advice by parental education: levels, and gaps in standard deviations."""
    everyone = pupils_of(school)
    known = indicators.comparable_at_score(everyone)
    found = [
        *means_and_gap("toetsscore", known["toetsscore"], known["opleiding"], OPLEIDING, unit=Unit.SCORE),
        *means_and_gap("eerste advies", known["eerste"], known["opleiding"], OPLEIDING, unit=Unit.STEPS),
    ]
    shown = tuple(_with_level(item, benchmark) for item in found)
    return Result("", shown, dropped=(len(everyone) - len(known), len(everyone)))


def _with_level(item: Estimate, benchmark: Benchmark) -> Estimate:
    """Beside all schools, where they have the number in the same unit."""
    found = benchmark.find(item.name, item.group, TILES)
    same = found is not None and found.unit == item.unit and item.value is not None
    return replace(item, reference=found.value) if same and found else item


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel leerlingen groeien (absoluut), en of zij onder alle leerlingen opschuiven (relatief).",
    teller="score in leerjaar 3 min score in groep 8; en plaats onder alle leerlingen van hetzelfde cohort "
    "in leerjaar 3 min die in groep 8, in procentpunten",
    noemer=SAME,
    buiten=LOST,
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def absolute_and_relative(school: School, benchmark: Benchmark) -> Result:
    """Mean growth in points, and mean change of place among all pupils, by group and cohort.

    A place is the part of all pupils of the cohort who score lower: everybody can grow, not everybody
    can rise.
    """
    known, lost = counted(school)
    shift = place_among_all(known, benchmark, MOMENTS[-1]) - place_among_all(known, benchmark, MOMENTS[0])
    known = known.assign(groei=known[MOMENTS[-1]] - known[MOMENTS[0]], plaats=shift)
    found = [
        *_by_cohort(known, "groei", "groei", Unit.SCORE),
        *_by_cohort(known, "plaats", "plaats", Unit.POINTS),
    ]
    return Result("", tuple(found), dropped=lost)


def _by_cohort(known: pd.DataFrame, column: str, name: str, unit: str) -> list[Estimate]:
    if known[column].isna().all():
        return [Estimate.not_computable(name, NO_NETWORK, unit=unit)]
    return [
        gaps.mean(
            rows.loc[rows["opleiding"] == label, column],
            name=f"{name}, {label}",
            group=str(cohort),
            unit=unit,
        )
        for label in codes.OPLEIDING_OUDERS_3.codes
        for cohort, rows in known.groupby("cohort")
    ]
