"""This school beside the neighbourhoods its pupils live in: who lives there, and who of them comes here.

Who lives there is seen through the schools of the region: pupils who go elsewhere are not counted.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import achtergrond as numbers
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.benchmark.vergelijken import OPLEIDING
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.segregatie.bijdrage import beside_expected
from kansen_lib.chapters.segregatie.groepen import (
    FEW_LEFT,
    NoRegion,
    enough_schools,
    hides_the_rest,
    known,
    lost,
    of_region,
    own,
    pupils_in,
)
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason, Unit
from kansen_lib.store import School

#: The catchment: the fewest PC4 in which this part of the pupils lives.
CATCHMENT = 0.8
AT_HOME, AT_ADVIES = "naast dezelfde buurten", "naast dezelfde buurten en adviezen"
ALL_HERE, POSSIBLE = "alle leerlingen die er wonen", "met een advies dat hier voorkomt"
TOGETHER = "samen"
FEW_SCHOOLS = "uit de buurten van deze leerlingen kennen we van te weinig andere scholen leerlingen"


def _homes(school: School, benchmark: Benchmark, area: Area) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of the own pupils by home, and of all pupils of the region who live in the same PC4.

    Raises:
        NoRegion: pupils from there are of too few schools.
    """
    counts = known(pupils_in(school, benchmark, area, "woonplaats"), "pc4", "opleiding", "advies")
    mine = own(school, counts)
    around = counts[counts["pc4"].isin(mine["pc4"])]
    if not enough_schools(around, school.vestiging):
        raise NoRegion(FEW_SCHOOLS)
    return mine, around


def _lost(school: School, benchmark: Benchmark, area: Area) -> tuple[int, int]:
    everyone = own(school, pupils_in(school, benchmark, area, "woonplaats"))
    return lost(everyone, "pc4", "opleiding", "advies")


@about(
    "meso",
    "socialisatie",
    definitie="Wie er op deze school zitten, naast alle leerlingen van het gebied die in dezelfde buurten "
    "wonen.",
    teller="leerlingen van deze school per groep",
    noemer="leerlingen van deze school met een bekende postcode, achtergrond en advies",
    buiten="wie een van deze niet heeft; wie er woont en buiten het gebied naar school gaat",
)
@needs(leerlingen=("opleiding_ouders", "pc4", "advies_definitief"))
@of_region
def composition_against_homes(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Parental education beside that of the pupils of the same PC4, and of the same PC4 and advies."""
    mine, around = _homes(school, benchmark, area)
    found = []
    for name, strata in {AT_HOME: ["pc4"], AT_ADVIES: ["pc4", "advies"]}.items():
        shares = beside_expected(numbers.composition(mine), mine, around, strata)
        found += [replace(item, name=name) for item in shares]
    beside = "wie in dezelfde buurten woont"
    return Result("", tuple(found), dropped=_lost(school, benchmark, area), reference_name=beside)


@about(
    "meso",
    definitie="Welk deel van de leerlingen uit de buurten rond deze school hier naar school gaat.",
    teller="leerlingen die op deze school zitten",
    noemer="leerlingen van het gebied die wonen in de kleinste groep postcodes met 80% van onze leerlingen",
    buiten="wie een onbekende postcode, achtergrond of advies heeft, of buiten het gebied naar school gaat",
)
@needs(leerlingen=("opleiding_ouders", "pc4", "advies_definitief"))
@of_region
def share_of_the_catchment(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Of the pupils who live in the catchment, which share comes here: all, and by parental education.

    Then the same of who has an advies that enough pupils of this school have: a school without vwo cannot
    get who has the advies vwo.
    """
    mine, around = _homes(school, benchmark, area)
    sizes = mine.groupby("pc4")["aantal"].sum().sort_values(ascending=False, kind="stable")
    before = sizes.cumsum() - sizes
    catchment = around[around["pc4"].isin(sizes.index[before < CATCHMENT * sizes.sum()])]
    here = mine.groupby("advies")["aantal"].sum()
    possible = catchment[catchment["advies"].isin(here.index[here >= FEWEST_PUPILS])]
    everyone = known(pupils_in(school, benchmark, area, "woonplaats"), "opleiding")
    found = []
    for name, rows, of in ((ALL_HERE, catchment, everyone), (POSSIBLE, possible, catchment)):
        rest = of.loc[of.index.difference(rows.index)]
        left = rest[rest["vestiging"] != school.vestiging].groupby("vestiging")["aantal"].sum()
        enough = enough_schools(rows, school.vestiging)
        if not enough or not hides_the_rest(left):
            why = FEW_LEFT if enough else FEW_SCHOOLS
            found.append(Estimate.not_computable(name, why, group=TOGETHER, unit=Unit.SHARE))
            continue
        found += _comes_here(name, rows, school)
    return Result("", tuple(found), dropped=_lost(school, benchmark, area))


def _comes_here(name: str, rows: pd.DataFrame, school: School) -> list[Estimate]:
    """The share that comes here, of each group, of all, and the gap."""
    here = rows["vestiging"] == school.vestiging
    by = [part.groupby("opleiding", observed=False)["aantal"].sum() for part in (rows[here], rows)]
    cells = {label: (int(by[0][label]), int(by[1][label])) for label in by[1].index}
    levels = [gaps.share(*cell, name=name, group=label) for label, cell in cells.items()]
    whole = gaps.share(int(by[0].sum()), int(by[1].sum()), name=name, group=TOGETHER)
    ends = cells[OPLEIDING.low], cells[OPLEIDING.high]
    if min(n for _, n in ends) == 0:
        facts = {"group": OPLEIDING.gap, "unit": Unit.POINTS}
        return [*levels, whole, Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts)]
    gap = gaps.share_difference(*zip(*ends, strict=True), name=name, group=OPLEIDING.gap)
    return [*levels, whole, replace(gap, unit=Unit.POINTS)]
