"""What the school adds to the growth of its pupils, beside the band in which most schools lie."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark, leerwinst
from kansen_lib.benchmark.scores import POINTS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

OTHER_PUPILS = "de leerwinst is berekend over alle leerlingen van de school, en hier telt een deel mee"


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel punten hoger leerlingen van deze school scoren dan leerlingen van andere scholen met "
    "dezelfde score in groep 8.",
    teller="De score in leerjaar 1 of 3, min de score die bij deze start past.",
    noemer="Leerlingen van deze school met een score in groep 8 en op het latere moment.",
    buiten="Leerlingen zonder een van beide scores, zonder klas, en van wie de opleiding van de ouders niet "
    "bekend is. Wie de school voor de toets verliet.",
)
@needs(toetsen=("score",), loopbaan=("klas",))
def value_added(school: School, benchmark: Benchmark) -> Result:
    """The school's own value added with its interval, on the band in which 95% of schools lie.

    At an equal start (type A: school and company alike), and at an equal start and with equal classmates
    (type B). METHODS asks for a caterpillar: schools in the order of their value. That is a ranking, in
    which neighbours do not differ; the band says the same of the own school without one.
    """
    found: list[Estimate] = []
    for moment in leerwinst.ENDS:
        for words in leerwinst.TYPES.values():
            found += _own_and_band(school, benchmark, f"leerwinst {moment}", words)
    return Result("", tuple(found))


def _own_and_band(school: School, benchmark: Benchmark, name: str, group: str) -> list[Estimate]:
    own = benchmark.find(name, group, school.vestiging)
    band = benchmark.find(f"{name}, band", group)
    if school.cohorts is not None:
        return [Estimate.not_computable(name, OTHER_PUPILS, group=group, unit=POINTS)]
    if own is None or band is None:
        return [Estimate.not_computable(name, FEW_SCHOOLS, group=group, unit=POINTS)]
    return [own, replace(band, name=f"{name}, tussen scholen")]
