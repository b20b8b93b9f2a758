"""Whom a lottery helped: by score before, by sex and by background, with margins that hold together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import deelgroepen as numbers
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, MINUS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.effect import FAMILY, TOGETHER
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, nothing
from kansen_lib.chapters.interventies.loting import of_lottery
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats import inference
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

#: Name in the benchmark to what it is called in a report.
NAMES = {numbers.BY_PRIOR: "beginscore", numbers.BY_SEX: "geslacht", EFFECT: "achtergrond"}

_THIRD = " derde"


@about(
    "micro",
    "kwalificatie",
    definitie="Wat de loting deed naar beginscore, naar geslacht en naar achtergrond.",
    teller="Het effect in elke groep, en het verschil tussen twee groepen, in standaarddeviaties.",
    noemer="Leerlingen over wie is geloot, van alle scholen samen, met een bekende uitkomst.",
    buiten="Per groep wie dat gegeven mist.",
)
@needs_of_all(**NEEDED)
def effects_by_start_and_sex(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Effect by third of the score, sex and background; the differences also with simultaneous intervals."""
    chosen = of_lottery(keuze)
    if chosen.told(school):
        return Result("", (nothing(EFFECT, chosen.told(school)),))
    items = [item for name in NAMES for item in _of(school, benchmark, chosen, name)]
    apart = [item for item in items if MINUS in item.group]
    adjusted = inference.family(Result("", tuple(apart)), method=FAMILY).estimates[len(apart) :]
    together = (replace(item, name=item.name.replace(f", {FAMILY}", TOGETHER)) for item in adjusted)
    return Result("", (*items, *together))


def _of(school: School, benchmark: Benchmark, chosen: Keuze, name: str) -> Iterator[Estimate]:
    """The numbers of one name; a difference is held to the smallest of all groups of that name.

    For it stands here twice: where a group is withheld, neither may give it back.
    """
    items = [item for item in chosen.all(school, benchmark, name) if item.group != ALL]
    sizes = [item.smallest for item in items if item.smallest is not None]
    for item in items:
        held = min(sizes, default=None) if MINUS in item.group else item.smallest
        yield replace(item, name=NAMES[name], group=item.group.replace(_THIRD, ""), smallest=held)
