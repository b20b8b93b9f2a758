"""Bijstellen before and since 2023-24, and the year without a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kansen_lib.benchmark import Benchmark, na_bijstelling
from kansen_lib.benchmark import bijstelling as numbers
from kansen_lib.benchmark.doorstroom import groep_8
from kansen_lib.benchmark.vergelijken import OPLEIDING
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

FEW = "van te weinig scholen zijn deze gegevens bekend"
CLASSES = ("laag", "midden", "hoog")
WHO = (*CLASSES, OPLEIDING.gap)
ENDS = (OPLEIDING.low, OPLEIDING.high, OPLEIDING.gap)
ADVICES = ("advies_eerste", "advies_definitief", "toetsadvies")
TESTED = (
    "Leerlingen met die toets, een eerste en een definitief advies, en een bekende opleiding van de ouders."
)
NO_TEST = (
    "Cohorten met een andere toets of zonder toets, en leerlingen van wie een van deze gegevens ontbreekt."
)
ALL_SCHOOLS = "Leerlingen van alle scholen samen"


def of_all_schools(
    benchmark: Benchmark, wanted: Iterable[tuple[str, str]], *, unit: str, eenheid: str = ""
) -> tuple[Estimate, ...]:
    """These numbers of all schools, by name and group; one reason where there are none.

    Args:
        benchmark: keeps them.
        wanted: name and group of each.
        unit: unit of the reason.
        eenheid: under which they stand.
    """
    pairs = list(wanted)
    found = [benchmark.find(name, group, eenheid) for name, group in pairs]
    known = tuple(item for item in found if item is not None)
    return known or (Estimate.not_computable(pairs[0][0], FEW, unit=unit),)


# --- the funnel of one school -------------------------------------------------------------------------


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak de eindtoets hoger was dan het eerste advies, en hoe vaak het advies dan omhoogging.",
    teller="Leerlingen met een hogere toets; leerlingen van wie het advies omhoogging.",
    noemer=TESTED,
    buiten=NO_TEST,
)
@needs(leerlingen=("opleiding_ouders", *ADVICES))
def reconsidered_eindtoets(school: School, benchmark: Benchmark) -> Result:
    """Eligible, raised of these and raised of all by parental education, while the eindtoets was there."""
    return _reconsidered(school, benchmark, numbers.EINDTOETS)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak de doorstroomtoets hoger was dan het eerste advies, en hoe vaak het advies dan "
    "omhoogging.",
    teller="Leerlingen met een hogere toets; leerlingen van wie het advies omhoogging.",
    noemer=TESTED,
    buiten=NO_TEST,
)
@needs(leerlingen=("opleiding_ouders", *ADVICES))
def reconsidered_doorstroomtoets(school: School, benchmark: Benchmark) -> Result:
    """The same since the doorstroomtoets: a school of one cohort often has too few for the groups."""
    return _reconsidered(school, benchmark, numbers.DOORSTROOMTOETS)


def _reconsidered(school: School, benchmark: Benchmark, kind: str) -> Result:
    pupils = pupils_of(school)
    known = numbers.tested(pupils, kind)
    own = beside([*numbers.funnel_of_all(known, kind), *numbers.funnel(known, OPLEIDING, kind)], benchmark)
    found = tuple(replace(item, name=item.name.removesuffix(f", {kind}")) for item in own)
    of = int((pupils["regime"] == kind).sum())
    return Result("", found, dropped=(of - len(known.dropna(subset=["opleiding"])), of))


# --- of all schools, before and since -----------------------------------------------------------------


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak de toets hoger was dan het eerste advies, en hoe vaak het advies dan omhoogging: met "
    "de eindtoets, en sinds de doorstroomtoets.",
    teller="Leerlingen met een hogere toets; leerlingen van wie het advies omhoogging.",
    noemer=f"{ALL_SCHOOLS}, per soort toets en opleiding van de ouders.",
    buiten=NO_TEST,
)
@needs(leerlingen=("opleiding_ouders", *ADVICES))
def reconsidered_before_and_since(school: School, benchmark: Benchmark) -> Result:
    """Eligible and raised of these by parental education, for each kind of test, over all schools."""
    return Result("", of_all_schools(benchmark, _of_both_tests(), unit=Unit.SHARE))


def _of_both_tests() -> list[tuple[str, str]]:
    stages = (numbers.HIGHER, numbers.RAISED)
    return [
        (numbers.named(stage, kind), group) for stage in stages for kind in numbers.KINDS for group in WHO
    ]


# --- alike, and what it does to the gap ---------------------------------------------------------------


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak een advies gelijk bleef na een hogere toets, ook bij hetzelfde advies en dezelfde "
    "toets.",
    teller="Leerlingen van wie het advies niet omhoogging.",
    noemer=f"{ALL_SCHOOLS} met een hogere toets, per soort toets en opleiding van de ouders.",
    buiten=NO_TEST,
)
@needs(leerlingen=("opleiding_ouders", "basisschool", *ADVICES))
def exception_used_alike(school: School, benchmark: Benchmark) -> Result:
    """Not raised after a higher test: levels, gap, and the gap at the same first advies and toetsadvies."""
    wanted = [
        pair
        for kind in numbers.KINDS
        for pair in (
            *((numbers.named(numbers.LEFT, kind), group) for group in WHO),
            (numbers.named(numbers.LEFT_ALIKE, kind), OPLEIDING.gap),
        )
    ]
    return Result("", of_all_schools(benchmark, wanted, unit=Unit.SHARE))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe hoog het eerste en het definitieve advies zijn, en of het verschil kleiner werd.",
    teller="De plaats van het advies op de ladder, in stappen (1 stap is 1 niveau).",
    noemer=f"{ALL_SCHOOLS} met een toets, per soort toets en opleiding van de ouders.",
    buiten=NO_TEST,
)
@needs(leerlingen=("opleiding_ouders", "basisschool", *ADVICES))
def gap_before_and_after_raising(school: School, benchmark: Benchmark) -> Result:
    """Level and gap in first and definitive advies, what raising adds to the gap, and that of both tests."""
    wanted = [
        pair
        for kind in numbers.KINDS
        for pair in (
            *((numbers.named(name, kind), group) for name in (numbers.FIRST, numbers.LAST) for group in ENDS),
            (numbers.named(numbers.ADDED, kind), OPLEIDING.gap),
        )
    ]
    wanted.append((numbers.ADDED_MORE, OPLEIDING.gap))
    return Result("", of_all_schools(benchmark, wanted, unit=Unit.STEPS))


# --- the year without a test --------------------------------------------------------------------------


@about(
    "macro",
    "kwalificatie",
    definitie="Hoeveel groter of kleiner het verschil in advies was dan in 2018-2019, per schooljaar van "
    "groep 8.",
    teller="Het verschil tussen hoog en laag in dat jaar, min dat in 2018-2019.",
    noemer=f"{ALL_SCHOOLS} met hoog- en laagopgeleide ouders, een advies en een bekende basisschool.",
    buiten="Leerlingen met middelbaar opgeleide ouders, of zonder een van deze gegevens.",
)
@needs(leerlingen=("opleiding_ouders", "advies_eerste", "advies_definitief", "basisschool"))
def advice_gap_by_year(school: School, benchmark: Benchmark) -> Result:
    """Event plot of the gap in the first and the definitive advies, with the levels of the definitive one."""
    cohorts = sorted(school.store.read("leerlingen", ["cohort"])["cohort"].dropna().unique())
    years = [groep_8(cohort) for cohort in cohorts]
    pairs = [(name, year) for name in (*numbers.LEVELS, *numbers.EVENTS) for year in years]
    return Result("", of_all_schools(benchmark, pairs, unit=Unit.STEPS))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoeveel groter het verschil in advies was in het jaar zonder toets dan in de jaren ernaast.",
    teller="Het verschil tussen hoog en laag in 2019-2020, min dat in 2018-2019 en 2020-2021 samen.",
    noemer=f"{ALL_SCHOOLS} met hoog- en laagopgeleide ouders en beide adviezen.",
    buiten="Andere schooljaren. Leerlingen met middelbaar opgeleide ouders of zonder een van de adviezen.",
)
@needs(leerlingen=("opleiding_ouders", "advies_eerste", "advies_definitief", "basisschool"))
def year_without_test_checked(school: School, benchmark: Benchmark) -> Result:
    """Difference in differences of the year without a test, its placebo, and what is left beside that."""
    wanted = [(name, OPLEIDING.gap) for name in numbers.DESIGNS]
    return Result("", of_all_schools(benchmark, wanted, unit=Unit.STEPS))


# --- later --------------------------------------------------------------------------------------------


@about(
    "macro",
    "kwalificatie",
    definitie="Waar leerlingen met een hogere toets in leerjaar 3 zitten: onder, op of boven hun definitieve "
    "advies.",
    teller="Leerlingen onder, op of boven het definitieve advies, met de regel van OCW.",
    noemer=f"{ALL_SCHOOLS} met een hogere eindtoets en een bekend leerjaar 3, op welke school ook.",
    buiten=NO_TEST,
)
@needs(leerlingen=("basisschool", *ADVICES), loopbaan=("niveau",))
def raised_in_leerjaar3(school: School, benchmark: Benchmark) -> Result:
    """Raised beside not raised in leerjaar 3, also at an equal first advies and toetsadvies."""
    theme = na_bijstelling
    groups = (theme.RAISED.low, theme.RAISED.high, theme.RAISED.gap)
    wanted = [
        *((name, group) for name in theme.PLACES.values() for group in groups),
        (theme.BELOW_ALIKE, theme.RAISED.gap),
        (theme.LEVEL_ALIKE, theme.RAISED.gap),
        *((theme.BELOW_BY_GROUP, group) for group in WHO),
    ]
    return Result("", of_all_schools(benchmark, wanted, unit=Unit.SHARE, eenheid=theme.UNIT))
