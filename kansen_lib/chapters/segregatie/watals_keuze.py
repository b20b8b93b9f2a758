"""Where pupils go, among the schools that offer their advies: seen, without asking anybody why."""

from __future__ import annotations

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import schoolkeuze as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

NOT_FITTED = "te weinig scholen of leerlingen met een bekende postcode, of de ligging is onbekend"


@about(
    "macro",
    definitie="Hoe vaak leerlingen naar een school met een kenmerk gaan, vergeleken met een school zonder "
    "dat kenmerk die verder hetzelfde is (verhouding van de kansen).",
    teller="de kans op de ene school, gedeeld door de kans op de andere: 1 is even vaak, 2 is twee keer zo "
    "vaak",
    noemer="leerlingen van alle scholen samen met laag- of hoogopgeleide ouders en een bekende postcode",
    buiten=f"Wie verder dan {numbers.MOST_KM} km van school woont. Het eerste cohort: van de leerlingen "
    "daarvoor is niets bekend. Wie zich elders aanmeldde, staat niet in deze gegevens.",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief", "pc4"))
def choice_by_group(school: School, benchmark: Benchmark) -> Result:
    """Odds of a school by gemeente, distance, parents of earlier pupils and breadth, for each group."""
    found = [
        benchmark.find(name, group, numbers.UNIT)
        or Estimate.not_computable(name, NOT_FITTED, group=group, unit=Unit.RATIO)
        for name in numbers.NAMES.values()
        for group in numbers.GROUPS
    ]
    return Result("", tuple(found))
