"""Cohort by cohort: the year without a test, and the levels of taal and rekenen that are reached."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark, doorstroom
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS, learners_of
from kansen_lib.chapters.pupils import dropped
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

GAP = doorstroom.GAP


@about(
    "macro",
    "kwalificatie",
    definitie="Het deel van de leerlingen met definitief advies havo of hoger, per schooljaar van groep 8.",
    teller="Leerlingen met definitief advies havo, havo/vwo of vwo.",
    noemer="Leerlingen in een groep met een bekend advies.",
    buiten="Leerlingen zonder advies of van wie de opleiding van de ouders niet bekend is.",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"))
def advies_without_test(school: School, benchmark: Benchmark) -> Result:
    """Level of each group and the gap, a school year each: in 2019-2020 there was no end test.

    Cohorts beside each other, of this school. No design: more changed in 2020 than the test.
    """
    data = learners_of(school)
    return Result(
        "", tuple(doorstroom.advies_by_cohort(data)), dropped=dropped(data["definitief"], data["opleiding"])
    )


@about(
    "macro",
    "kwalificatie",
    definitie="Hoeveel groter het verschil in advies was in het jaar zonder toets dan in de jaren ernaast.",
    teller="Het verschil tussen hoog en laag in 2019-2020, min dat in 2018-2019 en 2020-2021 samen.",
    noemer="Leerlingen met hoog- en laagopgeleide ouders, met een bekend advies.",
    buiten="Andere schooljaren. Leerlingen zonder advies of met middelbaar opgeleide ouders.",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"))
def year_without_test(school: School, benchmark: Benchmark) -> Result:
    """The gap in the year without a test beside the years before and after, over all schools and here."""
    data = learners_of(school)
    own = doorstroom.without_test(data)[0]
    everywhere = benchmark.find(own.name, GAP)
    name = f"{own.name}, alle scholen"
    none = Estimate.not_computable(name, FEW_SCHOOLS, group=GAP, unit=Unit.POINTS)
    whole = none if everywhere is None else replace(everywhere, name=name)
    found = _levels(benchmark), (whole, replace(own, name=f"{own.name}, deze school"))
    return Result("", tuple(item for part in found for item in part), dropped=dropped(data["definitief"]))


def _levels(benchmark: Benchmark) -> tuple[Estimate, ...]:
    """Levels of all schools in the three years, low and high: what the difference rests on."""
    years = [doorstroom.groep_8(cohort) for cohort in sorted((doorstroom.NO_TEST, *doorstroom.BESIDE))]
    known = [benchmark.find(label, year) for label in ("laag", "hoog") for year in years]
    return tuple(
        replace(item, name=f"alle scholen samen, {item.group}", group=item.name)
        for item in known
        if item is not None
    )


@about(
    "macro",
    "kwalificatie",
    definitie="Het deel van de nieuwe leerlingen dat in groep 8 het streefniveau haalde: 2F voor taal, 1S "
    "voor rekenen.",
    teller="Leerlingen die het streefniveau haalden.",
    noemer="Leerlingen van deze school, naar het schooljaar waarin zij in groep 8 zaten.",
    buiten="Leerlingen van wie het niveau niet bekend is. In 2019-2020 was er geen toets.",
)
@needs(toetsen=("referentieniveau",))
def aims_by_cohort(school: School, benchmark: Benchmark) -> Result:
    """Share of each cohort that reached the streefniveau in groep 8, beside all schools: a line each."""
    own = doorstroom.aims_by_cohort(learners_of(school))
    found = []
    for item in own:
        everywhere = benchmark.find(item.name, item.group)
        found.append(item)
        if everywhere is not None:
            found.append(replace(everywhere, name=f"{item.name}, alle scholen"))
    return Result("", tuple(found))
