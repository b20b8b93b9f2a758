"""Schools that began in different years: years before and after, trends that differed, whom it helped."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import start as numbers
from kansen_lib.benchmark.evaluatie.names import EFFECT, MINUS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, listed, nothing
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

DESIGN = "gespreide start"
#: Before the label of a group: by what the pupils are told apart.
BY_SCORE, BY_BACKGROUND = "beginscore", "achtergrond"
_WHO = "Leerlingen van scholen die begonnen en van scholen die niet begonnen, met een bekende uitkomst."
_OUT = "Scholen die al begonnen voor het eerste cohort in de gegevens, en leerlingen zonder uitkomst."


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel anders de uitkomst is dan zonder de aanpak, per jaar voor en na de start.",
    teller="De verandering sinds het jaar voor de start, min die van scholen die nog niet begonnen.",
    noemer=_WHO,
    buiten=_OUT + " Een jaar waarin minder dan drie begonnen scholen meetellen.",
)
@needs_of_all(**NEEDED)
def years_around_start(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Event study of two estimators; years that rest on fewer than three schools are left out."""
    chosen = keuze.of_design(DESIGN)
    items = listed(school, benchmark, chosen, numbers.BY_START, numbers.IMPUTED)
    if items[0].value is None:
        return Result("", tuple(items[:1]))
    return Result("", (*items, *listed(school, benchmark, chosen, numbers.SCHOOLS)))


@about(
    "meso",
    "kwalificatie",
    definitie="Waar het effect van het eerste jaar kan liggen als scholen toch al anders groeiden.",
    teller="Het effect in het jaar van de start, met een marge die meegroeit met het verschil in trend.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def if_trends_differed(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The effect at the start under trends that differ as much as before (honest bounds)."""
    return Result("", tuple(listed(school, benchmark, keuze.of_design(DESIGN), numbers.BOUNDS)))


@about(
    "micro",
    "kwalificatie",
    definitie="Wat de aanpak deed voor leerlingen met een lage, middelste of hoge beginscore, en per groep.",
    teller="Het effect in elke groep leerlingen, en het verschil tussen twee groepen.",
    noemer=_WHO,
    buiten=_OUT + " Per groep wie dat gegeven mist.",
)
@needs_of_all(**NEEDED)
def whom_the_start_helped(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Effect by third of the prior score and by background: whether the top gains, or pays."""
    chosen = keuze.of_design(DESIGN)
    if chosen.told(school):
        return Result("", (nothing(EFFECT, chosen.told(school)),))
    thirds = [_labelled(item, BY_SCORE) for item in chosen.all(school, benchmark, numbers.BY_PRIOR)]
    groups = [item for item in chosen.all(school, benchmark, EFFECT) if item.group != numbers.ALL]
    levels = [_labelled(item, BY_BACKGROUND) for item in groups if MINUS not in item.group]
    gap = [item for item in groups if MINUS in item.group]
    return Result("", (*thirds, *levels, *gap))


def _labelled(item: Estimate, by: str) -> Estimate:
    return replace(item, name=EFFECT, group=f"{by}: {item.group}")
