"""The same pupils under every definition of equal chances: the heart of the chapter."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.definities import NOW, POTENTIAL, SIDE, UNCORRECTED, UNUSED
from kansen_lib.benchmark.scores import RELIABILITY
from kansen_lib.benchmark.views import levels, side_by_side
from kansen_lib.chapters.about import about
from kansen_lib.chapters.definities.referentie import (
    LOST,
    SAME,
    counted,
    without_level,
)
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Columns of the definitions that can be seen at one school.
NEEDED = {
    "leerlingen": ("opleiding_ouders", "toetsscore", "advies_eerste", "advies_definitief", "basisschool"),
    "loopbaan": ("niveau",),
    "toetsen": ("score",),
}
NOT_COUNTED = (
    "dit is alleen te berekenen naast genoeg andere scholen, en waar het niveau in leerjaar 3 te zien is"
)
OTHER_PUPILS = "dit is alleen berekend over alle cohorten samen"


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe groot het verschil tussen leerlingen met hoog- en laagopgeleide ouders is, bij dezelfde "
    "leerlingen, onder elke betekenis van gelijke kansen.",
    teller="per betekenis iets anders: score, groei, advies, niveau of op koers zijn",
    noemer=SAME,
    buiten=LOST,
)
@needs(**NEEDED)
def definitions_side_by_side(
    school: School, benchmark: Benchmark, reliability: float = RELIABILITY
) -> Result:
    """The gap between the outer groups of parental education under every definition, of the same pupils.

    Args:
        school: the school.
        benchmark: the same numbers over all schools, and the counterfactual (Kennisagenda).
        reliability: share of the variance of a test score that is true; taken as known.
    """
    known, lost = counted(school)
    found = beside(without_level(side_by_side(known, reliability), known), benchmark, SIDE)
    return Result("", (*found, _unused(school, benchmark)), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Het niveau van elke groep achter de verschillen, bij dezelfde leerlingen.",
    teller="gemiddelde groei en gemiddeld niveau; leerlingen met het streefniveau",
    noemer=SAME,
    buiten=LOST,
)
@needs(**NEEDED)
def levels_side_by_side(school: School, benchmark: Benchmark) -> Result:
    """The level of each group behind the gaps of :func:`definitions_side_by_side`."""
    known, lost = counted(school)
    return Result("", beside(levels(known), benchmark, SIDE), dropped=lost)


def _unused(school: School, benchmark: Benchmark) -> Estimate:
    """How much higher pupils of less educated parents would sit, were they alike but for their risks."""
    name, group = f"{UNUSED}, laag", "gunstig minus nu"
    found = _potential(school, benchmark, UNUSED, "laag")
    reference = benchmark.value(UNUSED, "laag", POTENTIAL)
    return replace(found, name=name, group=group, reference=None if found.value is None else reference)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel hoger leerlingen in leerjaar 3 zouden zitten als ze uitkwamen waar leerlingen met "
    "dezelfde score in een gunstige situatie uitkomen.",
    teller="verwacht niveau in een gunstige situatie min het niveau nu, in stappen",
    noemer=SAME,
    buiten=LOST,
)
@needs(**NEEDED)
def unused_potential(school: School, benchmark: Benchmark) -> Result:
    """Kennisagenda: level now, and how much higher in a favourable situation, by parental education.

    One model of all schools: level in leerjaar 3 on the true score and the risks; beside it the same on the
    score as it was measured. An association, no effect.
    """
    names = (NOW, UNUSED, f"{UNUSED}, {UNCORRECTED}")
    found = [
        replace(
            _potential(school, benchmark, name, group),
            group=group,
            reference=benchmark.value(name, group, POTENTIAL),
        )
        for name in names
        for group in codes.OPLEIDING_OUDERS_3.codes
    ]
    return Result(
        "", tuple(item if item.value is not None else replace(item, reference=None) for item in found)
    )


def _potential(school: School, benchmark: Benchmark, name: str, group: str) -> Estimate:
    """A number of the counterfactual of this school, as the network phase computed it."""
    found = benchmark.find(name, group, school.vestiging)
    if found is not None and school.cohorts is None:
        return found
    reason = OTHER_PUPILS if found is not None else NOT_COUNTED
    return Estimate.not_computable(name, reason, group=group, unit=Unit.STEPS)
