"""Whether the level fits: against the toets then and later, after a raised advies, after a double one."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import passend as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import in_context
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import EVERYWHERE, and_everywhere, beside, pupils_of
from kansen_lib.chapters.selectie.basisscholen import NO_SPREAD
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

BELOW = "leerjaar_3_lager_dan_de_toets"
LOST = (
    "Leerlingen zonder toets, zonder advies op de ladder of zonder leerjaar 3 op deze school. Een toets van "
    "een andere soort. Klassen met drie of meer niveaus."
)


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe vaak leerlingen in leerjaar 3 een stap of meer lager zitten dan hun toetsadvies.",
    teller="leerlingen van wie de klas een stap of meer onder het toetsadvies ligt",
    noemer="leerlingen met een toetsadvies, een advies, een niveau in leerjaar 3 en een bekende opleiding "
    "van de ouders",
    buiten=LOST,
)
@needs(leerlingen=("opleiding_ouders", "toetsadvies", "advies_eerste"), loopbaan=("niveau",))
def below_toets_in_leerjaar3(school: School, benchmark: Benchmark) -> Result:
    """Share a step or more below the level that goes with the score, by parental education, in context."""
    pupils = pupils_of(school)
    outcome = indicators.outcome(BELOW, pupils)
    found = in_context(BELOW, outcome, pupils["opleiding"], school, benchmark)
    return Result("", found, dropped=_lost(school))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe vaak eerst het advies, en later de klas, een stap of meer van de toets af ligt.",
    teller="leerlingen met een advies, en met een klas in leerjaar 3, een stap of meer onder of boven de "
    "toets",
    noemer="steeds dezelfde leerlingen: met toets, advies, niveau in leerjaar 3 en bekende opleiding van de "
    "ouders",
    buiten=LOST,
)
@needs(leerlingen=("opleiding_ouders", "toetsadvies", "advies_eerste"), loopbaan=("niveau",))
def fit_then_and_later(school: School, benchmark: Benchmark) -> Result:
    """Advies and class of leerjaar 3, a step or more off the toets: level of each group and gap."""
    found = beside(numbers.against_toets(pupils_of(school)), benchmark, numbers.UNIT)
    return Result("", found, dropped=_lost(school))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe vaak leerlingen met een hogere toets later toch het niveau van de toets halen.",
    teller="leerlingen van wie de klas in leerjaar 3 op de plaats van het toetsadvies ligt of hoger",
    noemer="leerlingen met een toetsadvies boven hun eerste advies, en een niveau in leerjaar 3",
    buiten=LOST,
)
@needs(
    leerlingen=("opleiding_ouders", "toetsadvies", "advies_eerste", "advies_definitief"),
    loopbaan=("niveau",),
)
def toets_level_reached(school: School, benchmark: Benchmark) -> Result:
    """Of pupils with a higher toets, who is at its level in leerjaar 3: with a raised advies and without."""
    pupils = pupils_of(school)
    found = beside(numbers.reached_later(pupils), benchmark, numbers.UNIT)
    return Result("", found, dropped=_lost(school))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe vaak het eerste advies dubbel is, en waar leerlingen daarna zitten bij gelijke score.",
    teller="leerlingen met een dubbel advies; plaats van de klas in leerjaar 3",
    noemer="leerlingen met een eerste advies, in de jaren met de gebruikelijke toets",
    buiten="cohorten met een andere toets of zonder toets; voor het niveau ook wie geen leerjaar 3 heeft",
)
@needs(leerlingen=("opleiding_ouders", "advies_eerste", "toetsscore", "basisschool"), loopbaan=("niveau",))
def double_advies(school: School, benchmark: Benchmark) -> Result:
    """Share of double adviezen by group, how far basisscholen differ, and the level later at equal score."""
    pupils = pupils_of(school)
    own = [*numbers.double_by_group(pupils), numbers.after_double(pupils)]
    found = (*beside(own, benchmark, numbers.UNIT), *_spread(benchmark))
    kept = len(numbers.with_kind(pupils).dropna(subset=["opleiding"]))
    return Result("", found, dropped=(len(pupils) - kept, len(pupils)))


def _spread(benchmark: Benchmark) -> tuple[Estimate, ...]:
    """How far basisscholen differ, over all schools: of one school there are too few of them."""
    item = benchmark.find(numbers.SPREAD, "", numbers.UNIT)
    if item is None:
        return ()
    name = numbers.SPREAD + EVERYWHERE
    if item.value == 0:  # none was found: that is not to say that there is none
        return (Estimate.not_computable(name, NO_SPREAD, unit=item.unit, n=item.n),)
    return (replace(item, name=name),)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak leerlingen boven hun advies zitten na een enkel en na een dubbel advies, per regel.",
    teller="leerlingen boven het advies in leerjaar 3",
    noemer="leerlingen met een enkel, en met een dubbel eerste advies",
    buiten=LOST,
)
@needs(leerlingen=("advies_eerste", "advies_definitief", "toetsscore"), loopbaan=("niveau",))
def double_under_rules(school: School, benchmark: Benchmark) -> Result:
    """Share above the advies after a single and a double advies, under each rule, here and everywhere."""
    pupils = pupils_of(school)
    found = numbers.double_by_rule(pupils)
    kept = sum(item.n or 0 for item in found[:2])
    shown = and_everywhere(found, benchmark, numbers.BY_RULE)
    return Result("", shown, dropped=(len(pupils) - kept, len(pupils)))


def _lost(school: School) -> tuple[int, int]:
    pupils = pupils_of(school)
    return len(pupils) - len(numbers.followed(pupils)), len(pupils)
