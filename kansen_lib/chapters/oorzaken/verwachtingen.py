"""What teachers expect of pupils with the same test score; no teacher is shown."""

from __future__ import annotations

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import enquete as survey
from kansen_lib.benchmark import verwachtingen as expected
from kansen_lib.benchmark.vergelijken import OPLEIDING
from kansen_lib.chapters.about import about
from kansen_lib.chapters.enquete import NOT_ASKED
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS
from kansen_lib.chapters.pupils import beside, dropped, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School


@about(
    "micro",
    "kwalificatie",
    definitie="Welk niveau leraren verwachten, naast het toetsadvies en bij een gelijke score.",
    teller="het niveau dat de leraar verwacht, in stappen (1 stap is 1 niveau)",
    noemer="leerlingen over wie een leraar een verwachting gaf, naar opleiding van de ouders",
    buiten="Wie geen toets van groep 8 heeft, zoals het cohort van 2020. Geen enkele leraar wordt getoond.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders", "toetsscore", "toetsadvies"))
def expected_level(school: School, benchmark: Benchmark) -> Result:
    """Expected level minus toetsadvies by parental education, and the gap at an equal (true) score."""
    data = survey.expectations(school.table("enquete"), pupils_of(school))
    if not data["verwacht"].notna().any():
        return Result("", (Estimate.not_computable(expected.AGAINST_TEST, NOT_ASKED, unit=Unit.STEPS),))
    own = beside((*expected.against_test(data), expected.at_equal_score(data)), benchmark)
    names = (expected.AVERAGE_MARGINAL, expected.TRUE)
    known = [benchmark.find(name, OPLEIDING.gap) for name in names]
    found = (*own, *(item for item in known if item is not None))
    return Result("", found, dropped=dropped(data["verwacht"], data["opleiding"], data["toetsscore"]))


@about(
    "micro",
    definitie="Hoe ver leraren uiteenlopen in wat zij verwachten van leerlingen met dezelfde score.",
    teller="de spreiding tussen leraren, in stappen",
    noemer="leraren die over minstens 10 leerlingen een verwachting gaven, van alle scholen samen",
    buiten="Leraren met minder leerlingen. Van één school zijn er te weinig: geen leraar is te herkennen.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders", "toetsscore"))
def expectations_between_teachers(school: School, benchmark: Benchmark) -> Result:
    """Spread between teachers of all schools: in height, and in the gap between laag and hoog."""
    found = tuple(
        benchmark.find("spreiding tussen leraren", label)
        or Estimate.not_computable("spreiding tussen leraren", FEW_SCHOOLS, group=label, unit=Unit.STEPS)
        for label in expected.SPREAD.values()
    )
    return Result("", found)
