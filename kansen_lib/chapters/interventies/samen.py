"""Schools that each held a lottery, taken together: what may a school expect that was not there?"""

from __future__ import annotations

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import samen as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, listed
from kansen_lib.chapters.interventies.loting import LOTTERIES
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Result
from kansen_lib.store import School

#: Designs in which each school held a lottery of its own.
WITHIN = ("loting", "geloote uitnodiging")


@about(
    "macro",
    "kwalificatie",
    definitie="Het effect van de loting in een gemiddelde school, en wat een volgende school kan verwachten.",
    teller="Het effect in elke school, gewogen naar hoe precies het bekend is, in standaarddeviaties.",
    noemer="Scholen waar is geloot, met in elke uitslag minstens vijf leerlingen met een bekende uitkomst.",
    buiten="Leerlingen zonder uitkomst. Met minder dan vijf zulke scholen staat er niets.",
)
@needs_of_all(**NEEDED)
def next_school(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Random-effects meta-analysis over schools; how far the own school lies is told by ``own_lottery``."""
    chosen = keuze if keuze.ontwerp in WITHIN else keuze.of_design(LOTTERIES[0])
    names = (numbers.OF_SCHOOLS, numbers.SPREAD, numbers.NO_CHANCE)
    return Result("", tuple(listed(school, benchmark, chosen, *names)))
