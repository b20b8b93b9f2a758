"""A lottery of schools: how sure the answer is when only a few were drawn."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import loting_scholen as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, listed
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School


@about(
    "meso",
    "kwalificatie",
    definitie="Het effect van een aanpak waarvoor scholen zijn geloot, met de marge op vijf manieren.",
    teller="Het verschil in uitkomst tussen leerlingen van ingelote en uitgelote scholen, in "
    "standaarddeviaties.",
    noemer="Leerlingen van alle scholen waarover is geloot, met een bekende uitkomst.",
    buiten="Leerlingen zonder uitkomst of zonder score in groep 8.",
)
@needs_of_all(**NEEDED)
def margin_by_way(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """One effect with its margin made in five ways, and the share of the differences between schools."""
    chosen = keuze.of_design("loting van scholen")
    ways = listed(school, benchmark, chosen, numbers.WAYS)
    named = [replace(item, name=item.group or item.name, group="") for item in ways]
    between = [item for item in chosen.all(school, benchmark, numbers.BETWEEN) if item.value is not None]
    return Result("", (*named, *(replace(item, unit=Unit.VARIANCE_SHARE) for item in between)))
