"""The effect by every choice that could as well have been made otherwise, beside the one that was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import specificaties as numbers
from kansen_lib.benchmark.evaluatie import vergelijking
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.effect import called
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, nothing
from kansen_lib.chapters.interventies.loting import LOTTERIES
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

#: Design to the card that shows what its own choices do.
ELSEWHERE = {
    "grens": "Was de grens eerlijk, en hangt het antwoord aan onze keuzes?",
    "gespreide start": "Wat gebeurde er in de jaren voor en na de start?",
    "een school": "Is dat meer dan toeval, op taal en op rekenen?",
}
#: What all ways of a comparison have in common.
_EQUAL = "gelijk gemaakt op: wat we weten"


@about(
    "macro",
    "kwalificatie",
    definitie="Hetzelfde antwoord, uitgerekend op elke manier die vooraf ook gekozen had kunnen zijn.",
    teller="Het verschil in uitkomst bij elke combinatie van keuzes, in standaarddeviaties.",
    noemer="Leerlingen over wie is geloot, of die op elkaar leken; per manier staat om wie het gaat.",
    buiten="Leerlingen zonder uitkomst, en per manier wie een gegeven mist dat gelijk wordt gemaakt.",
)
@needs_of_all(**NEEDED)
def many_ways(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Specification curve, of a lottery with a joint test; of other designs where their choices are shown."""
    reason = keuze.told(school)
    if reason or keuze.ontwerp in ELSEWHERE:
        where = f"bij dit ontwerp staan de keuzes bij de vraag ‘{ELSEWHERE.get(keuze.ontwerp)}’"
        return Result("", (nothing(called(keuze), reason or where),))
    of_design = _of_lottery if keuze.ontwerp in LOTTERIES else _of_comparison
    return Result("", tuple(of_design(school, benchmark, keuze)))


def _of_lottery(school: School, benchmark: Benchmark, keuze: Keuze) -> Iterator[Estimate]:
    for item in keuze.all(school, benchmark, numbers.BY_CHOICE):
        yield replace(item, name=called(keuze))
    yield from (item for item in [benchmark.find(numbers.BY_CHANCE, "", keuze.unit)] if item is not None)


def _of_comparison(school: School, benchmark: Benchmark, keuze: Keuze) -> Iterator[Estimate]:
    """The ways to make the start equal; that of making nothing equal is no way to compare."""
    for item in keuze.all(school, benchmark, vergelijking.BY_METHOD):
        if item.group != vergelijking.NAIVE:
            main = numbers.MAIN if item.group == vergelijking.DOUBLE else ""
            choices = f"{main}{_EQUAL}{numbers.AND}manier: {item.group}" if item.group else ""
            yield replace(item, name=called(keuze), group=choices)
