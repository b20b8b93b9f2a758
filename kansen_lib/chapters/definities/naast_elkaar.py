"""The same pupils under every definition of equal chances: the heart of the chapter."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.definities import POTENTIAL, SIDE
from kansen_lib.benchmark.views import RELIABILITY, levels, same_pupils, side_by_side
from kansen_lib.chapters.about import about
from kansen_lib.chapters.definities.referentie import beside
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Columns of the definitions that can be seen at one school.
NEEDED = {
    "leerlingen": ("opleiding_ouders", "toetsscore", "advies_eerste", "advies_definitief", "basisschool"),
    "loopbaan": ("niveau",),
    "toetsen": ("score",),
}
NO_NETWORK = "hiervoor zijn gegevens van meer scholen nodig"
OTHER_PUPILS = "dit is alleen berekend over alle cohorten samen"
#: The groups of the counterfactual: everybody first.
GROUPS = ("", "laag", "midden", "hoog")


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe groot het verschil tussen leerlingen met hoog- en laagopgeleide ouders is, bij dezelfde "
    "leerlingen, onder elke betekenis van gelijke kansen.",
    teller="per betekenis iets anders: score, groei, advies, niveau of op koers zijn",
    noemer="leerlingen van wie alles bekend is: opleiding van de ouders, basisschool, beide adviezen, "
    "toetsscore, en de toetsen en de klas van leerjaar 3",
    buiten="wie voor leerjaar 3 vertrok, en cohorten zonder eindtoets of met een toets van een oudere soort",
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
    known, lost = _counted(school)
    found = beside(side_by_side(known, reliability), benchmark, SIDE)
    return Result("", (*found, _unused(school, benchmark)), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Het niveau van elke groep achter de verschillen, bij dezelfde leerlingen.",
    teller="gemiddelde score, groei, advies en niveau; aandeel op koers en met het streefniveau",
    noemer="dezelfde leerlingen als bij de verschillen",
    buiten="dezelfde leerlingen als bij de verschillen",
)
@needs(**NEEDED)
def levels_side_by_side(school: School, benchmark: Benchmark) -> Result:
    """The level of each group behind the gaps of :func:`definitions_side_by_side`."""
    known, lost = _counted(school)
    return Result("", beside(levels(known), benchmark, SIDE), dropped=lost)


def _counted(school: School) -> tuple[pd.DataFrame, tuple[int, int]]:
    """The pupils that count under every definition, and how many fell out."""
    everyone = pupils_of(school)
    known = same_pupils(everyone)
    return known, (len(everyone) - len(known), len(everyone))


def _unused(school: School, benchmark: Benchmark) -> Estimate:
    """How much higher pupils of less educated parents would sit, were they alike but for their risks."""
    name, group = "onbenut potentieel, laag", "gunstig minus nu"
    found = _potential(school, benchmark, "onbenut potentieel", "laag")
    reference = benchmark.value("onbenut potentieel", "laag", POTENTIAL)
    return replace(found, name=name, group=group, reference=None if found.value is None else reference)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel hoger leerlingen in leerjaar 3 zouden zitten als ze uitkwamen waar leerlingen met "
    "dezelfde score in een gunstige situatie uitkomen.",
    teller="verwacht niveau in een gunstige situatie min het niveau nu, in stappen",
    noemer="dezelfde leerlingen als in de vergelijking van de betekenissen, van wie ook inkomen, "
    "schuldsanering en thuistaal bekend zijn",
    buiten="leerlingen van wie een van die gegevens ontbreekt",
)
@needs(**NEEDED)
def unused_potential(school: School, benchmark: Benchmark) -> Result:
    """Kennisagenda: level now, level in a favourable situation, and the difference, by parental education.

    One model of all schools: level in leerjaar 3 on the score and the risks. An association, no effect.
    """
    names = ("niveau nu", "niveau in een gunstige situatie", "onbenut potentieel")
    found = [
        replace(
            _potential(school, benchmark, name, group),
            group=group or "alle leerlingen",
            reference=benchmark.value(name, group, POTENTIAL),
        )
        for name in names
        for group in GROUPS
    ]
    return Result(
        "", tuple(item if item.value is not None else replace(item, reference=None) for item in found)
    )


def _potential(school: School, benchmark: Benchmark, name: str, group: str) -> Estimate:
    """A number of the counterfactual of this school, as the network phase computed it."""
    found = benchmark.find(name, group, school.vestiging)
    if school.cohorts is not None:
        return Estimate.not_computable(name, OTHER_PUPILS, group=group, unit=Unit.STEPS)
    return found or Estimate.not_computable(name, NO_NETWORK, group=group, unit=Unit.STEPS)
