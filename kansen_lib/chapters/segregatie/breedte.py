"""How broad this school is, how that changed, and whether schools with one level grew in the region."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark import breedte as numbers
from kansen_lib.benchmark import openbaar_selectie as classes
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.regio import latest, over_years
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside_open
from kansen_lib.chapters.segregatie.groepen import NoRegion, of_region
from kansen_lib.chapters.segregatie.regio import NOT_COUNTED, OWN, WHOLE, counted
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Two numbers have no middle half.
FEWEST_VESTIGINGEN = 3
NO_PUPILS = "deze school heeft geen leerlingen vanaf leerjaar 3 met een bekend niveau"
NO_FIRST_YEAR = "geen leerlingen in leerjaar 1 in een klas waarvan het soort bekend is"
#: Levels that sit together in a class of leerjaar 1.
BROAD, TOGETHER = "in een brede brugklas", "niveaus in de brugklas"


@about(
    "meso",
    definitie="Over hoeveel niveaus de leerlingen verdeeld zijn, als die even groot waren (1 is één niveau).",
    teller="leerlingen vanaf leerjaar 3 per niveau",
    noemer="alle leerlingen vanaf leerjaar 3 met een bekend niveau",
    buiten=f"{NOT_COUNTED}. Bij de spreiding: vestigingen met minder dan {numbers.FEWEST_PUPILS} leerlingen",
)
@needs(aantallen=("aantal_lower",))
def breadth_of_school(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Effective number of levels of this school, beside the middle half of vestigingen and the whole region.

    1 for a categorale school, more when broad. No other vestiging is named.
    """
    own = numbers.breadth(_by_level(_own_now(school)), OWN)
    if own.value is None:
        own = replace(own, reason=NO_PUPILS)
    everybody = benchmark.find(numbers.NAME, numbers.EVERYBODY)
    many = benchmark.value(numbers.HOW_MANY)
    found = [own, *_in_region(school, area)]
    if everybody is not None and many is not None:
        found.append(replace(everybody, group=f"alle {many:.0f} vestigingen in deze gegevens"))
    return Result("", tuple(found))


def _own_now(school: School) -> pd.DataFrame:
    return latest(areas.levels(school.store, [school.vestiging]))


def _by_level(rows: pd.DataFrame) -> pd.Series:
    return rows.groupby("niveau")["aantal"].sum()


def _in_region(school: School, area: Area) -> list[Estimate]:
    """The middle half of the vestigingen of the region, and all of them as if they were one school."""
    try:
        rows = latest(counted(school, area))
    except NoRegion as stop:
        return [Estimate.not_computable(numbers.NAME, str(stop), group=WHOLE, unit=numbers.LEVELS)]
    values = numbers.of_vestigingen(rows)
    whole = numbers.breadth(_by_level(rows), f"{WHOLE} samen")
    if len(values) < FEWEST_VESTIGINGEN:
        return [whole]
    return [numbers.middle_half(values, f"{len(values)} vestigingen in dit gebied"), whole]


@about(
    "meso",
    definitie="Over hoeveel niveaus de leerlingen van deze school verdeeld zijn, jaar na jaar.",
    teller="leerlingen vanaf leerjaar 3 per niveau, of kandidaten voor het examen als er maar één jaar is",
    noemer="alle leerlingen (of kandidaten) van de school met een bekend niveau in dat schooljaar",
    buiten="leerlingen in leerjaar 1 en 2. Bij kandidaten ook het praktijkonderwijs, dat geen examen heeft",
)
@needs(aantallen=("aantal_lower",))
def breadth_over_years(school: School) -> Result:
    """Effective number of levels of this school in each school year; with masked counts, between its ends."""
    rows, source = over_years(school.store, [school.vestiging])
    if rows.empty:
        none = Estimate.not_computable(numbers.NAME, NO_PUPILS, group=OWN, unit=numbers.LEVELS)
        return Result("", (none,), sources=(source,))
    years = rows.groupby("schooljaar")
    found = tuple(numbers.breadth_in_year(part, str(year)) for year, part in years)
    return Result("", found, sources=(source,))


@about(
    "meso",
    definitie="Welk deel van de leerlingen in het gebied op een school met één niveau of één richting zit.",
    teller="leerlingen op een vestiging waar minstens 95 van de 100 leerlingen op één niveau zitten, of in "
    "één richting (havo/vwo, of pro en vmbo)",
    noemer="alle leerlingen vanaf leerjaar 3 in het gebied (of kandidaten voor het examen)",
    buiten="leerlingen in leerjaar 1 en 2. Bij kandidaten ook het praktijkonderwijs, dat geen examen heeft",
)
@needs(aantallen=("aantal_lower",))
@of_region
def one_level_over_years(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Share of pupils on a vestiging with one level, and with one direction, by school year."""
    counted(school, area)
    rows, source = over_years(school.store, area.vestigingen)
    found = beside_open(numbers.alone_by_year(rows), benchmark, source)
    return Result("", found, sources=(source,), reference_name="alle scholen in deze gegevens")


@about(
    "meso",
    definitie="Hoeveel leerlingen in leerjaar 1 in een brede brugklas zitten, en hoeveel niveaus daar samen "
    "zitten.",
    teller="leerlingen in een brugklas met twee of meer niveaus; het gemiddelde aantal niveaus",
    noemer="alle leerlingen in leerjaar 1 met een bekend soort brugklas, per schooljaar",
    buiten="klassen waarvan het soort niet bekend is",
)
@needs(aantallen=("brugklastype",))
def brugklas_over_years(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Share of first-year pupils in a broad brugklas, and levels in it: of this school and of the region."""
    places = {OWN: [school.vestiging], **({WHOLE: list(area.vestigingen)} if area.gemeenten else {})}
    found: list[Estimate] = []
    for label, vestigingen in places.items():
        rows = school.store.read("aantallen", where={"vestiging": vestigingen})
        found += _broad(rows[rows["leerjaar"] == 1], label)
    order = {BROAD: 0, TOGETHER: 1}
    return Result("", tuple(sorted(found, key=lambda item: order[item.name.partition(", ")[0]])))


def _broad(first: pd.DataFrame, label: str) -> list[Estimate]:
    """Of each school year, the share in a broad brugklas and the mean number of levels in it."""
    years = [(str(year), part) for year, part in first.groupby("schooljaar")]
    shares = [
        replace(item, name=f"{BROAD}, {label}", group=year)
        for year, part in years
        for item in classes.broad_by_leerjaar(part)
    ]
    if not shares:
        return [Estimate.not_computable(f"{BROAD}, {label}", NO_FIRST_YEAR, unit=Unit.SHARE)]
    return [*shares, *(_together(part, label, year) for year, part in years if _widths(part).size)]


def _widths(first: pd.DataFrame) -> pd.Series:
    """How many levels sit together in the class of each row; rows without a known kind of class are left."""
    number = first["brugklastype"].map(
        {label: len(codes.levels(label)) for label in codes.BRUGKLASTYPE.codes}
    )
    return number[number > 0]


def _together(first: pd.DataFrame, label: str, year: str) -> Estimate:
    """The mean number of levels in the class of a pupil; counts within bounds count as their middle."""
    widths = _widths(first)
    pupils = ((first["aantal_lower"] + first["aantal_upper"]) / 2).reindex(widths.index)
    value = float((widths * pupils).sum() / pupils.sum())
    return Estimate(
        f"{TOGETHER}, {label}", year, value, numbers.LEVELS, n=round(pupils.sum()), method="gemiddelde"
    )
