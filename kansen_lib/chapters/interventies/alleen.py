"""A school on its own, with nothing to compare with: what it can learn, and a design for next year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark, evaluatie, vergelijken
from kansen_lib.benchmark.evaluatie import vooraf as numbers
from kansen_lib.benchmark.evaluatie.names import ALL
from kansen_lib.benchmark.evaluatie.register import LEVEL
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import Keuze
from kansen_lib.chapters.interventies.vooraf import (
    FEWEST,
    OUTCOME,
    PUBLISHED,
    Spread,
    cutoff_of_pupils,
    detectable,
    first_years,
    lottery_of_pupils,
    lottery_of_schools,
)
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: The own change, and the band in which changes lie by themselves.
CHANGE, BY_ITSELF = "verandering", "verandering vanzelf, tussen scholen"
_BAND = "waar 95 van de 100 veranderingen vanzelf liggen"
#: Designs for next year: how many of leerjaar 1 take part in the lottery, and with how many schools.
WITHIN = {
    "loting onder alle leerlingen van leerjaar 1": (1.0, 1),
    "loting onder de doelgroep (een derde)": (1 / 3, 1),
    "wachtlijst (een op de vijf meldt zich)": (1 / 5, 1),
    "wachtlijst, samen met vier scholen": (1 / 5, 5),
}
#: All of leerjaar 1 have a score, and the lowest third gets a place.
AT_CUTOFF, LOWEST = "grens: het laagste derde krijgt een plek", 1 / 3
#: A lottery of schools, with so many schools as large as this one.
OF_SCHOOLS, SCHOOLS = "loting van tien scholen", 10
SMALLEST = "kleinste effect dat je kunt zien"


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel de uitkomst van deze school veranderde van het ene op het andere cohort, naast "
    "hoeveel zij vanzelf beweegt.",
    teller="Het gemiddelde van het laatste cohort min dat van het cohort ervoor. En "
    "hetzelfde voor het verschil.",
    noemer="Leerlingen van twee cohorten na elkaar met een uitkomst. De band komt van alle scholen.",
    buiten="Voor de band: cohorten waarin iemand meedeed aan een aanpak voor deze uitkomst. Groepen van "
    "minder dan tien leerlingen.",
)
@needs(leerlingen=("leerling",), toetsen=("score",))
def noise_between_cohorts(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The last change of level and gap of this school, beside how far it moves while nothing changes.

    Args:
        school: the school of the report.
        benchmark: how far whole cohorts of all schools move.
        keuze: its outcome is the one that is looked at.
    """
    uitkomst = keuze.uitkomst or OUTCOME
    scale = benchmark.value(numbers.SCALE, "", uitkomst)
    if scale is None:
        return Result(
            "", (_nothing(f"te weinig scholen met de uitkomst '{uitkomst}' om mee te vergelijken"),)
        )
    frame = vergelijken.background(pupils_of(school)).assign(uitkomst=_outcome(school, uitkomst) / scale)
    known = frame.dropna(subset=["uitkomst"])
    between = evaluatie.background(known)
    rows = [
        item
        for group in (ALL, between.low, between.high, between.gap)
        for item in _beside_noise(numbers.changes(known, between, group), group, uitkomst, benchmark)
    ]
    return Result("", tuple(rows) or (_nothing("te weinig leerlingen in twee cohorten na elkaar"),))


def _beside_noise(
    changes: pd.DataFrame, group: str, uitkomst: str, benchmark: Benchmark
) -> Iterator[Estimate]:
    """The last change, and the band around no change in which it lies by itself."""
    moves = benchmark.value(numbers.OF_COHORTS, group, uitkomst)
    if changes.empty or moves is None:
        return
    last = changes.sort_values("cohort").iloc[-1]
    persons, least = int(last["n"]), int(last["kleinste"])
    yield Estimate(CHANGE, group, float(last["verandering"]), Unit.SD, n=persons, smallest=least)
    width = numbers.by_itself(moves, float(last["toeval"]))
    yield Estimate(BY_ITSELF, group, 0.0, Unit.SD, -width, width, _BAND, smallest=least)


def _outcome(school: School, uitkomst: str) -> pd.Series:
    """The outcome of each pupil of the school, in the order of its pupils."""
    pupils = pupils_of(school)
    if uitkomst == LEVEL:
        return pupils["niveau3"]
    domain, _, moment = uitkomst.partition(" ")
    tests = school.table("toetsen").sort_values("schooljaar", kind="stable")
    mine = tests[(tests["domein"] == domain) & (tests["moment"] == moment)].drop_duplicates("leerling")
    return pupils["leerling"].map(mine.set_index("leerling")["score"]).astype(float)


@about(
    "meso",
    definitie="Het kleinste effect dat deze school volgend jaar kan laten zien, met zes manieren om te "
    "kiezen wie meedoet.",
    teller="Een berekening vooraf, geen meting: kans van 80% om zo'n effect te zien, met een beginmeting. De "
    "helft krijgt een plek, en bij een grens een derde.",
    noemer="Leerlingen in leerjaar 1 op 1 oktober. Andere scholen zijn even groot als deze.",
    buiten="Niets. Wie uitvalt of niet meedoet, maakt het kleinste aantoonbare effect groter.",
)
@needs(aantallen=("aantal_lower",))
def design_for_next_year(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The smallest effect that each design would show next year, beside one that was found elsewhere.

    Args:
        school: the school; its open counts are enough.
        benchmark: where the outcome differs over all schools; assumed where it does not say.
        keuze: its outcome is the one that is planned for.
    """
    n, spread = first_years(school), Spread.of(benchmark, keuze.uitkomst or OUTCOME)
    found = [
        detectable(lottery_of_pupils(int(share * n), schools, spread), SMALLEST, label, spread)
        for label, (share, schools) in WITHIN.items()
        if share * n >= FEWEST
    ]
    if not found:
        return Result("", (_nothing("te weinig leerlingen in leerjaar 1"),), sources=("aantallen",))
    found.append(detectable(cutoff_of_pupils(n, 1, spread, LOWEST), SMALLEST, AT_CUTOFF, spread))
    found.append(detectable(lottery_of_schools(n, SCHOOLS, spread), SMALLEST, OF_SCHOOLS, spread))
    shown = tuple(replace(item, reference=PUBLISHED) for item in found)
    return Result("", shown, sources=("aantallen",), reference_name="bijles op drie basisscholen (2023)")


def _nothing(reason: str) -> Estimate:
    return Estimate.not_computable(CHANGE, reason, unit=Unit.SD)
