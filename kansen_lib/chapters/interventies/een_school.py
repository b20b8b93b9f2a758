"""One school that began: cohort by cohort beside the others, and what puts the effect to the test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import een_school as numbers
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, listed
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

DESIGN = "een school"
_WHO = "Leerlingen van deze school en van scholen die nooit begonnen, met een bekende uitkomst."
_OUT = "Scholen zonder cohort van voor of van na de start, en leerlingen zonder uitkomst."


@about(
    "meso",
    "kwalificatie",
    definitie="De score van elk cohort bij een gelijke start, op deze school en op andere scholen.",
    teller="De gemiddelde score, teruggerekend naar dezelfde score in groep 8.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def school_beside_others(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Mean score by cohort at an equal start: before the start both should go alike."""
    return Result("", tuple(listed(school, benchmark, keuze.of_design(DESIGN), numbers.OWN, numbers.OTHERS)))


@about(
    "meso",
    "kwalificatie",
    definitie="Wat de aanpak van één school deed op taal en op rekenen, en hoe vast dat staat.",
    teller="De verandering van deze school sinds de start, min de verandering van andere scholen.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def effect_in_one_school(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Effect on each outcome, a start that was none, a mixture of schools, and chance."""
    chosen = keuze.of_design(DESIGN)
    if chosen.aanpak is None or chosen.told(school):
        return Result("", tuple(listed(school, benchmark, chosen, EFFECT)))
    outcomes = [replace(chosen, uitkomst=uitkomst) for uitkomst in chosen.aanpak.outcomes]
    found = [item for of_one in outcomes for item in _of_outcome(school, benchmark, of_one)]
    found.sort(key=lambda item: _ORDER.index(item.name))
    return Result("", (*found, *listed(school, benchmark, chosen, numbers.SCHOOLS)))


_ORDER = (EFFECT, numbers.TWIN, numbers.EARLIER, numbers.PLACEBO, numbers.TURNING)


def _of_outcome(school: School, benchmark: Benchmark, keuze: Keuze) -> Iterator[Estimate]:
    for name in _ORDER:
        for item in keuze.all(school, benchmark, name):
            if item.group == ALL:
                yield replace(item, group=keuze.uitkomst.partition(" ")[0])
