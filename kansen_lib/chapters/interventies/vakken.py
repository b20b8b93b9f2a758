"""Do pupils differ within themselves: far in one subject, less far in the other?"""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import vakken
from kansen_lib.benchmark.scores import RELIABILITY
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

OWN, EVERYBODY = "deze school", "alle scholen samen"


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe ver taal en rekenen van één leerling gemiddeld uit elkaar liggen, op elk toetsmoment.",
    teller="de afstand tussen de plaats voor taal en die voor rekenen, onder alle leerlingen met die toets",
    noemer="leerlingen met een score voor taal en voor rekenen op dat moment",
    buiten="wie een van de twee toetsen niet maakte",
)
@needs(toetsen=("score", "domein"))
def spread_within_pupils(school: School, benchmark: Benchmark) -> Result:
    """Mean distance between both subjects of a pupil, beside all schools and what measurement error gives."""
    tests = school.table("toetsen")
    norms = vakken.known_norms(benchmark)
    own = beside(vakken.distances(tests, vakken.own_norms(tests) if norms.empty else norms), benchmark)
    here = [replace(item, name=OWN, reference=None) for item in own]
    there = [_of_all(item) for item in own if item.reference is not None]
    error = [_by_error(item.group) for item in own if item.value is not None]
    return Result("", (*here, *there, *error))


def _by_error(moment: str) -> Estimate:
    method = f"meetfout bij betrouwbaarheid {RELIABILITY:.2f}".replace(".", ",")
    return Estimate(vakken.BY_ERROR, moment, vakken.OF_ERROR, Unit.SD, method=method)


def _of_all(item: Estimate) -> Estimate:
    """The mean of all schools as a number of its own."""
    return Estimate(EVERYBODY, item.group, item.reference, item.unit, method=item.method)
