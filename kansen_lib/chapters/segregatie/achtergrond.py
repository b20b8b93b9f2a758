"""Background of pupils over the schools of a region: how apart groups sit, and whom they meet."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import SEED, Benchmark
from kansen_lib.benchmark import achtergrond as numbers
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.numbers import corrected
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import with_reference
from kansen_lib.chapters.segregatie.groepen import (
    CORRECTED,
    FEW_SCHOOLS,
    GROUPS,
    NOW,
    NoRegion,
    enough_schools,
    in_words,
    known,
    lost,
    of_region,
    pupils_in,
)
from kansen_lib.stats import gaps, segregation
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

EVERYBODY, SAME_ADVIES = "alle leerlingen", "leerlingen met hetzelfde advies"
NOT_THERE = "hiervoor zijn in deze gegevens te weinig scholen of leerlingen"
THEIR_SCHOOLS = "leerlingen van de scholen in dit gebied, van alle cohorten samen"


@about(
    "meso",
    definitie="Hoe gescheiden twee groepen leerlingen over de scholen van het gebied zitten (D).",
    teller="leerlingen van beide groepen per school, geteld bij binnenkomst",
    noemer=THEIR_SCHOOLS,
    buiten="de groepen ertussen, en wie een onbekende achtergrond heeft. Bij de gemiddelde gemeente: "
    "gemeenten waar D te dicht bij toeval ligt",
)
@needs(leerlingen=("opleiding_ouders",))
@of_region
def background_over_schools(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D by parental education and by herkomst: as counted, by chance, and without bias.

    Beside the last one the mean over all gemeenten of the store, when the region is one gemeente.
    """
    counts = pupils_in(school, benchmark, area)
    found = []
    for label, between in numbers.ENDS.items():
        if not enough_schools(known(counts, between.column), school.vestiging):
            found.append(_without(label))
            continue
        mean = benchmark.value(numbers.MEAN.format(label)) if len(area.gemeenten) == 1 else None
        for item in in_words(numbers.apart(counts, between, "aantal", name=label)):
            found.append(with_reference(item, mean) if item.group == CORRECTED else item)
    name = "de gemiddelde gemeente"
    return Result("", tuple(found), dropped=lost(counts, "opleiding"), reference_name=name)


def _without(label: str) -> Estimate:
    return Estimate.not_computable(label, FEW_SCHOOLS, group=NOW, unit=Unit.INDEX)


@about(
    "meso",
    definitie="Hoe ver de scholen van het gebied van elkaar afwijken, met alle groepen tegelijk (H).",
    teller="de afwijking van elke school van het hele gebied, gewogen naar leerlingen",
    noemer=THEIR_SCHOOLS,
    buiten="wie een onbekende achtergrond heeft",
)
@needs(leerlingen=("opleiding_ouders",))
@of_region
def all_groups_over_schools(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H over three groups of parental education, and of herkomst."""
    counts = pupils_in(school, benchmark, area)
    found = []
    for label in ("opleiding van de ouders", "herkomst"):
        column = numbers.ENDS[label].column
        if not enough_schools(known(counts, column), school.vestiging):
            found.append(_without(label))
            continue
        settings = {"index": "theil", "seed": SEED, "name": label}
        index = segregation.with_chance(_text(counts, column), column, "vestiging", "aantal", **settings)
        found += list(in_words(index))
    return Result("", tuple(found), dropped=lost(counts, "opleiding"))


def _text(counts: pd.DataFrame, column: str) -> pd.DataFrame:
    """The counts with known labels of a column as text, which the statistics keep apart."""
    rows = known(counts, column)
    return rows.assign(**{column: rows[column].astype(str)})


@about(
    "meso",
    definitie="Hoe ver scholen van elkaar afwijken in achtergrond, onder alle leerlingen en onder leerlingen "
    "met hetzelfde advies (H, zonder vertekening).",
    teller="de afwijking van elke school van het hele gebied, of van wie daar hetzelfde advies heeft",
    noemer=THEIR_SCHOOLS,
    buiten="wie geen bekend advies of bekende achtergrond heeft",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"))
@of_region
def separation_at_equal_advies(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H over schools of all pupils, and what of it is left among pupils with the same definitive advies."""
    counts = known(pupils_in(school, benchmark, area), "advies")
    found = []
    for label in ("opleiding van de ouders", "herkomst"):
        column = numbers.ENDS[label].column
        rows, facts = _text(counts, column), (column, "vestiging", "aantal")
        if not enough_schools(rows, school.vestiging):
            found.append(_without(label))
            continue
        whole = segregation.with_chance(rows, *facts, index="theil", seed=SEED, name=label)
        parts = segregation.decompose(rows, *facts, within=["advies"], draws=500, seed=SEED)
        found.append(_one(whole, "corrected", label, EVERYBODY))
        left = Result("", tuple(item for item in parts.estimates if item.name == "H corrected"))
        found.append(_one(left, "vestiging", label, SAME_ADVIES))
    missing = lost(pupils_in(school, benchmark, area), "opleiding", "advies")
    return Result("", tuple(found), dropped=missing)


def _one(found: Result, group: str, name: str, label: str) -> Estimate:
    """The number of a group under another name; a reason where there is none."""
    item = next((one for one in found.estimates if one.group == group), None)
    if item is None:
        return Estimate.not_computable(name, NOT_THERE, group=label, unit=Unit.INDEX)
    return replace(item, name=name, group=label)


# --- whom pupils meet -----------------------------------------------------------------------------------


def _meetings(school: School, benchmark: Benchmark, area: Area, column: str) -> Result:
    """The share of each group in the school of the average pupil of each group; last, in the region."""
    counts = pupils_in(school, benchmark, area)
    rows = _text(counts, column)
    if rows.empty:
        raise NoRegion(FEW_SCHOOLS)
    sizes = rows.groupby(column)["aantal"].sum()
    labels = [one for one in GROUPS[column].codes if one in sizes.index]
    found = [_met(rows, column, of, to, sizes) for of in labels for to in labels]
    whole = [
        gaps.share(int(sizes[to]), int(sizes.sum()), name=f"leerling: {EVERYBODY}", group=f"op school: {to}")
        for to in labels
    ]
    return Result("", (*found, *whole), dropped=lost(counts, column))


def _met(rows: pd.DataFrame, column: str, of: str, to: str, sizes: pd.Series) -> Estimate:
    """The share of one group in the school of the average pupil of another, without bias."""
    index, other = ("isolation", {}) if of == to else ("exposure", {"to": to})
    name, settings = f"leerling: {of}", {"index": index, "of": of, "seed": SEED, **other}
    item = corrected(segregation.with_chance(rows, column, "vestiging", "aantal", name=name, **settings))
    cells = {"n": int(sizes[of]), "smallest": int(sizes.min())}
    return replace(item, group=f"op school: {to}", unit=Unit.SHARE, **cells)


@about(
    "meso",
    "socialisatie",
    definitie="Welk deel van de schoolgenoten van een gemiddelde leerling laag-, midden- of hoogopgeleide "
    "ouders heeft.",
    teller="het aandeel van een groep op de eigen school, gemiddeld over leerlingen van een groep",
    noemer=THEIR_SCHOOLS,
    buiten="wie geen bekende opleiding van de ouders heeft; wie elkaar in de klas ziet, telt hier niet",
)
@needs(leerlingen=("opleiding_ouders",))
@of_region
def meetings_by_education(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Isolation and exposure by parental education over the schools of the region."""
    return _meetings(school, benchmark, area, "opleiding")


@about(
    "meso",
    "socialisatie",
    definitie="Welk deel van de schoolgenoten van een gemiddelde leerling welke herkomst heeft.",
    teller="het aandeel van een groep op de eigen school, gemiddeld over leerlingen van een groep",
    noemer=THEIR_SCHOOLS,
    buiten="wie geen bekende herkomst heeft; wie elkaar in de klas ziet, telt hier niet",
)
@needs(leerlingen=("herkomst",))
@of_region
def meetings_by_origin(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Isolation and exposure by herkomst over the schools of the region."""
    return _meetings(school, benchmark, area, "herkomst")


# --- over all schools -----------------------------------------------------------------------------------


@about(
    "macro",
    definitie="Welk deel van alle verschillen tussen leerlingen tussen scholen ligt: in wie er zit, en "
    "in wat zij bereiken.",
    teller="de spreiding tussen scholen",
    noemer="alle spreiding tussen leerlingen, van alle scholen in deze gegevens samen",
    buiten="leerlingen zonder dat gegeven; scholen zonder deze leerlingen",
)
@needs(leerlingen=("opleiding_ouders",))
def differences_between_schools(school: School, benchmark: Benchmark) -> Result:
    """Share of the variance that lies between schools: of composition at entry, and of outcomes."""
    facts = {"unit": Unit.VARIANCE_SHARE}
    return Result("", tuple(_of_all(benchmark, numbers.BETWEEN, one, **facts) for one in numbers.MEASURES))


@about(
    "macro",
    definitie="Of scholen met meer leerlingen met hoogopgeleide ouders ook hogere uitkomsten hebben.",
    teller="de samenhang tussen het aandeel hoogopgeleide ouders en de gemiddelde uitkomst van een school",
    noemer="scholen in deze gegevens met ten minste 20 leerlingen; of gemeenten",
    buiten="kleinere scholen, en leerlingen zonder dat gegeven",
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def composition_and_outcome(school: School, benchmark: Benchmark) -> Result:
    """Correlation over schools of composition and outcome, raw and at an equal start; and over gemeenten."""
    facts = {"unit": Unit.CORRELATION}
    over_schools = [_of_all(benchmark, numbers.TOGETHER, one, **facts) for one in numbers.PAIRS]
    places = _of_all(benchmark, numbers.OVER_GEMEENTEN, numbers.SCORE, **facts)
    return Result("", (*over_schools, replace(places, group="verschillen tussen scholen, per gemeente")))


def _of_all(benchmark: Benchmark, name: str, group: str, unit: str) -> Estimate:
    found = benchmark.find(name, group, numbers.UNIT)
    return found or Estimate.not_computable(name, NOT_THERE, group=group, unit=unit)
