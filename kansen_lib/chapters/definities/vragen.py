"""What we think ourselves: which definition people hold, and which level pupils aim for."""

from __future__ import annotations

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.definities import FIT, HELD
from kansen_lib.benchmark.opinions import fit_and_ambition, held
from kansen_lib.chapters.about import about
from kansen_lib.chapters.enquete import NOT_ASKED
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, dropped, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School


@about(
    "meso",
    definitie="Welke van de drie betekenissen van gelijke kansen mensen in de school het belangrijkst "
    "vinden.",
    teller="wie voor deze betekenis koos",
    noemer="iedereen uit deze groep die de vraag beantwoordde",
    buiten="wie de vraag niet kreeg of niet beantwoordde",
)
@needs(enquete=("antwoord",))
def definitions_held(school: School, benchmark: Benchmark) -> Result:
    """Which of the three definitions people in the school hold, by who answered."""
    found = held(school.table("enquete"))
    if not found:
        return Result("", (Estimate.not_computable("betekenis", NOT_ASKED),))
    return Result("", beside(found, benchmark, HELD))


@about(
    "micro",
    "kwalificatie",
    definitie="Of de plaats in leerjaar 3 past bij het advies, en bij wat de leerling zelf wil.",
    teller="leerlingen op of boven hun advies; met een wens boven hun advies; op of boven hun eigen wens",
    noemer="leerlingen van wie beide en de opleiding van de ouders bekend zijn",
    buiten="wie voor leerjaar 3 vertrok; bij de wens: wie de vraag niet kreeg",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"), loopbaan=("niveau",))
def placement_and_ambition(school: School, benchmark: Benchmark) -> Result:
    """Place in leerjaar 3 beside advice and ambition, by parental education: access for who can and wants."""
    pupils = pupils_of(school)
    found = beside(fit_and_ambition(pupils, school.table("enquete")), benchmark, FIT)
    return Result("", found, dropped=dropped(pupils["opleiding"], pupils["leerjaar3"]))
