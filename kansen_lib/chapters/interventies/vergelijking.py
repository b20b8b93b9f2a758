"""Who chose to take part beside who did not: how unlike they were, an equal start, and the dose."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import dosis
from kansen_lib.benchmark.evaluatie import vergelijking as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.effect import DIFFERENCE
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, listed
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

DESIGN = "vergelijking"
#: What is told when nothing is made equal.
RAW = "verschil"
#: Name of all that is told about the dose.
BY_DOSE = "verschil onder deelnemers"
_WHO = "Leerlingen van cohorten en scholen waar een deel meedeed en een deel niet, met een bekende uitkomst."
_OUT = "Scholen waar iedereen of niemand meedeed, en wie een score, advies of achtergrond mist."


@about(
    "micro",
    definitie="Hoe verschillend deelnemers en andere leerlingen vooraf waren, en na wegen.",
    teller="Het verschil in wat er al was, in standaarddeviaties.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def unlike_before(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Standardised differences between participants and others, as they were and after weighing."""
    chosen = keuze.of_design(DESIGN)
    after = {item.group: item.value for item in chosen.all(school, benchmark, numbers.AFTER)}
    before = listed(school, benchmark, chosen, numbers.AS_WAS)
    pairs = (replace(item, reference=after.get(item.group)) for item in before)
    left = listed(school, benchmark, chosen, numbers.LEFT) if before[0].value is not None else []
    return Result("", (*pairs, *left), reference_name=numbers.AFTER)


@about(
    "micro",
    "kwalificatie",
    definitie="Het verschil in uitkomst tussen deelnemers en anderen, zonder en met een gelijke start.",
    teller="Het verschil in uitkomst in standaarddeviaties, volgens vier manieren van vergelijken.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def difference_at_equal_start(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The raw difference and three at an equal start; and how strong a hidden difference must be."""
    items = listed(school, benchmark, keuze.of_design(DESIGN), numbers.BY_METHOD, numbers.HIDDEN)
    return Result("", tuple(_named(item) for item in items))


def _named(item: Estimate) -> Estimate:
    """The raw difference is at no equal start."""
    if item.name != numbers.BY_METHOD:
        return item
    return replace(item, name=RAW if item.group == numbers.NAIVE else DIFFERENCE)


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe de uitkomst samengaat met hoeveel van de aanpak een deelnemer kreeg.",
    teller="Het verschil in uitkomst bij een hogere dosis, bij een gelijke start.",
    noemer="Leerlingen die meededen, met een bekende dosis en uitkomst.",
    buiten=_OUT + " Wie niet meedeed.",
)
@needs_of_all(**NEEDED)
def dose_and_outcome(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Ten units more, and each dose beside the lowest: descriptive, for nobody drew the dose."""
    chosen = keuze.of_design(DESIGN)
    items = listed(school, benchmark, chosen, dosis.TEN_MORE, dosis.BESIDE_LOWEST)
    kind = chosen.aanpak.dosis_eenheid if chosen.aanpak else ""
    return Result("", tuple(_with_dose(item, kind) for item in items))


def _with_dose(item: Estimate, kind: str) -> Estimate:
    """The dose with the word in which the register counts it."""
    more = item.name == dosis.TEN_MORE
    label = f"per tien {kind} meer" if more else f"{item.group} {kind} naast de minste"
    return replace(item, name=BY_DOSE, group=label)
