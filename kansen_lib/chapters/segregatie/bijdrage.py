"""This school among the schools of its region: who sits here, and how far that is from the whole.

Of other schools only what they have together is shown. That a school is unlike its region is no fault of it:
it offers some levels, stands somewhere, and is chosen.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import SEED, Benchmark
from kansen_lib.benchmark import achtergrond as numbers
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.numbers import as_table, corrected
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, dropped, pupils_of, with_reference
from kansen_lib.chapters.segregatie.groepen import (
    FEW_SCHOOLS,
    NoRegion,
    beside_chance,
    enough_schools,
    hides_the_rest,
    known,
    lost,
    of_region,
    of_several,
    own,
    pupils_in,
)
from kansen_lib.stats import gaps, segregation
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

HERE, ELSEWHERE = "deze school", "andere scholen samen"
REGION = "alle scholen in het gebied"
PUPILS = "leerlingen"
NO_SEPARATION = "in dit gebied is geen scheiding gevonden die groter is dan toeval"
MIXED, APART = "aantal even grote groepen", "afstand tot andere scholen"
#: Unit of an effective number of groups.
NUMBER_OF_GROUPS = "aantal groepen als alle even groot waren"
BESIDE = "het gebied (boven), loten (onder)"
DRAWS = 500
BACKGROUNDS = {"opleiding van de ouders": "opleiding", "herkomst": "herkomst"}


@about(
    "meso",
    definitie="Wie er op deze school zitten: opleiding van de ouders, herkomst en geslacht.",
    teller="leerlingen per groep",
    noemer="leerlingen van wie dit bekend is, van alle gekozen cohorten",
    buiten="leerlingen van wie dit onbekend is",
)
@needs(leerlingen=("opleiding_ouders",))
def composition(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Shares of the groups at this school beside those of the region."""
    pupils = pupils_of(school)
    mine = numbers.composition(pupils.assign(aantal=1))
    found = _beside(mine, _region(school, benchmark, area))
    return Result("", found, dropped=dropped(pupils["opleiding"]), reference_name=REGION)


@about(
    "meso",
    definitie="Wie er in het gebied naar school gaan: opleiding van de ouders, herkomst en geslacht.",
    teller="leerlingen per groep",
    noemer="leerlingen van de scholen in het gebied van wie dit bekend is",
    buiten="leerlingen van wie dit onbekend is, en scholen zonder gegevens van leerlingen",
)
@needs(leerlingen=("opleiding_ouders",))
@of_region
def composition_of_region(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Shares of the groups over all schools of the region together, beside those of all schools.

    Not beside those where all schools less the region are few of them.
    """
    counts = pupils_in(school, benchmark, area)
    outside = [code for code in school.store.vestigingen.index if code not in area.vestigingen]
    rest = benchmark.counts("leerlingen", outside).groupby("vestiging")["aantal"].sum()
    found = tuple(numbers.composition(counts))
    if hides_the_rest(rest):
        found = beside(found, benchmark)
    return Result("", found, dropped=lost(counts, "opleiding"))


def _beside(items: list[Estimate], region: Benchmark) -> tuple[Estimate, ...]:
    """Shares beside those of the region; where one stays away its whole family does: they add up to one."""
    found = beside(items, region)
    without = {item.name for item in found if item.reference is None}
    return tuple(with_reference(item, None) if item.name in without else item for item in found)


def _region(school: School, benchmark: Benchmark, area: Area) -> Benchmark:
    """The composition of the region as reference values; none where there is no region."""
    try:
        shares = numbers.composition(pupils_in(school, benchmark, area))
    except NoRegion:
        shares = []
    return Benchmark(as_table(("", item, None) for item in shares))


@about(
    "meso",
    definitie="Wie er op deze school zitten, naast wat leerlingen met dezelfde adviezen in het gebied laten "
    "verwachten.",
    teller="leerlingen per groep",
    noemer="leerlingen van deze school met een bekend definitief advies en een bekende achtergrond",
    buiten="wie een van beide niet heeft",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"))
@of_region
def composition_at_equal_advies(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Shares of the groups beside those of the pupils of the region with the same definitive advies."""
    counts = pupils_in(school, benchmark, area)
    with_advies = known(counts, "advies")
    if not enough_schools(with_advies, school.vestiging):
        raise NoRegion(FEW_SCHOOLS)
    mine = own(school, with_advies)
    found = beside_expected(numbers.composition(mine), mine, counts, ["advies"])
    name = "leerlingen met dezelfde adviezen in het gebied"
    return Result("", found, dropped=lost(own(school, counts), "advies"), reference_name=name)


def beside_expected(
    items: list[Estimate], mine: pd.DataFrame, counts: pd.DataFrame, strata: list[str]
) -> tuple[Estimate, ...]:
    """Shares of this school, each beside that of all these pupils in the same strata.

    Without it where the share of all of them beside the own one would tell of the few elsewhere, or where
    those elsewhere are mostly of one school.
    """
    everyone = Benchmark(as_table(("", item, None) for item in numbers.composition(known(counts, *strata))))
    found = []
    for item in _beside(items, everyone):
        column = numbers.PARTS[item.name][0]
        expected = numbers.expected(mine, counts, column, strata)
        shown = item.reference is not None and of_several(_alike_elsewhere(mine, counts, [column, *strata]))
        found.append(with_reference(item, expected.get(item.group) if shown else None))
    return tuple(found)


def _alike_elsewhere(mine: pd.DataFrame, counts: pd.DataFrame, columns: list[str]) -> pd.Series:
    """How many pupils of each other school stand for these; of the first column and of the strata."""
    wanted, everyone = (
        known(rows, *columns).groupby(["vestiging", *columns[1:]])["aantal"].sum() for rows in (mine, counts)
    )
    whole, here = (rows.groupby(columns[1:]).sum() for rows in (everyone, wanted))
    coming = everyone.drop(index=mine["vestiging"].unique(), level="vestiging") * (here / whole)
    return coming.groupby("vestiging").sum()


@about(
    "meso",
    definitie="Welk deel van de scheiding tussen de scholen van het gebied bij deze school ligt, naast haar "
    "deel van de leerlingen.",
    teller="haar deel van de leerlingen, maal haar afwijking van het hele gebied (lokale M)",
    noemer="dezelfde som over alle scholen van het gebied",
    buiten="leerlingen met een onbekende achtergrond; de marge neemt de hele som als bekend",
)
@needs(leerlingen=("opleiding_ouders",))
@of_region
def share_in_separation(school: School, benchmark: Benchmark, area: Area) -> Result:
    """This school's part of the pupils, and of M by parental education and by herkomst, without bias."""
    counts = pupils_in(school, benchmark, area)
    mine = own(school, counts)
    size = gaps.share(int(mine["aantal"].sum()), int(counts["aantal"].sum()), name=PUPILS, group=HERE)
    size = replace(size, lower=None, upper=None, interval="", count=None, n=None)  # of all: no draw
    parts = [size, replace(size, group=ELSEWHERE, value=1 - size.value)]
    for label, column in BACKGROUNDS.items():
        if known(counts, column).empty:
            parts.append(Estimate.not_computable(label, FEW_SCHOOLS, group=HERE, unit=Unit.SHARE))
            continue
        parts += _parts_of(label, known(counts, column), column, school)
    return Result("", tuple(parts), dropped=lost(counts, "opleiding"))


def _parts_of(label: str, counts: pd.DataFrame, column: str, school: School) -> list[Estimate]:
    """The part of M that lies at this school, and what is left; a reason where there is hardly any M."""
    rows = counts.assign(**{column: counts[column].astype(str)})
    facts = (rows, column, "vestiging", "aantal")
    whole = corrected(segregation.with_chance(*facts, index="mutual_information", seed=SEED))
    local = segregation.local(*facts, draws=DRAWS, seed=SEED).estimates
    asked = ("contribution corrected", school.vestiging)
    here = next((item for item in local if (item.name, item.group) == asked), None)
    if here is None or here.value is None or whole.value is None or not (whole.lower or 0) > 0:
        return [Estimate.not_computable(label, NO_SEPARATION, group=HERE, unit=Unit.SHARE)]
    ends = {end: getattr(here, end) for end in ("value", "lower", "upper")}
    ends = {end: None if x is None else x / whole.value for end, x in ends.items()}
    cells = {"n": None, "smallest": _fewest(own(school, counts), column), "standard_error": None}
    part = replace(here, name=label, group=HERE, unit=Unit.SHARE, **cells, **ends)
    left = {"value": 1 - part.value, "lower": None, "upper": None, "interval": ""}
    return [part, replace(part, group=ELSEWHERE, **left)]


def _fewest(counts: pd.DataFrame, column: str) -> int:
    """The smallest group, nobody included: what is counted over all groups would tell it."""
    return int(counts.groupby(column, observed=False)["aantal"].sum().min())


@about(
    "meso",
    "socialisatie",
    definitie="Hoe gemengd deze school is, en hoe ver zij van de andere scholen in het gebied af ligt. Dat "
    "zijn twee dingen.",
    teller="het aantal groepen als alle even groot waren; en het deel van de leerlingen dat een andere "
    "achtergrond zou moeten hebben om gelijk te zijn aan de andere scholen samen",
    noemer="leerlingen van deze school met een bekende achtergrond",
    buiten="wie een onbekende achtergrond heeft; een school waar een van de groepen heel klein is",
)
@needs(leerlingen=("opleiding_ouders",))
@of_region
def diverse_and_apart(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Effective number of groups beside the region, and distance to the other schools beside chance."""
    counts = pupils_in(school, benchmark, area)
    mixed, apart = [], []
    for label, column in BACKGROUNDS.items():
        rows = known(counts, column)
        if rows.empty:
            mixed.append(Estimate.not_computable(f"{MIXED}, {label}", FEW_SCHOOLS, unit=NUMBER_OF_GROUPS))
            continue
        mine = own(school, rows)
        cells = {"n": int(mine["aantal"].sum()), "smallest": _fewest(mine, column)}
        mixed.append(replace(_mixed(mine, rows, column), name=f"{MIXED}, {label}", **cells))
        apart.append(replace(_distance(school, rows, column), name=f"{APART}, {label}", **cells))
    missing = lost(own(school, counts), *BACKGROUNDS.values())
    return Result("", (*mixed, *apart), dropped=missing, reference_name=BESIDE)


def _mixed(mine: pd.DataFrame, counts: pd.DataFrame, column: str) -> Estimate:
    """The effective number of groups of this school, beside that of the region."""
    sizes = [rows.groupby(column, observed=False)["aantal"].sum() for rows in (mine, counts)]
    here, region = (segregation.breadth(part.to_numpy(float))["breadth", "corrected"] for part in sizes)
    return with_reference(replace(here, group="", unit=NUMBER_OF_GROUPS), region.value)


def _distance(school: School, counts: pd.DataFrame, column: str) -> Estimate:
    """D of this school and the others over the groups: the part that would have to be of another group.

    Beside what chance gives a school of this size.
    """
    here = (counts["vestiging"] == school.vestiging).map({True: HERE, False: ELSEWHERE})
    rows = counts.assign(school=here, **{column: counts[column].astype(str)})
    index = segregation.with_chance(rows, "school", column, "aantal", index="dissimilarity", seed=SEED)
    return replace(beside_chance(index), group="")
