"""The advies of pupils with the same score."""

from __future__ import annotations

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.views import at_equal_score
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import in_context
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats.result import Result
from kansen_lib.store import School


@about(
    "micro",
    "kwalificatie",
    definitie="Hoeveel stappen het eerste advies verschilt tussen groepen leerlingen met dezelfde "
    "toetsscore.",
    teller="plaats van het eerste advies op de ladder, in stappen",
    noemer="leerlingen met een score, een advies, een bekende basisschool en een bekende opleiding van "
    "de ouders",
    buiten="cohorten zonder toets en leerlingen met een toets van een oudere soort",
)
@needs(leerlingen=("opleiding_ouders", "toetsscore", "advies_eerste", "basisschool"))
def advies_at_equal_score(school: School, benchmark: Benchmark) -> Result:
    """Levels of the first advies by parental education, and the gap that is left at an equal score.

    Both are about the pupils with a score, an advies and a basisschool, and so is the reference.
    """
    everyone = pupils_of(school)
    pupils = indicators.comparable_at_score(everyone)
    higher = indicators.outcome("havo_advies", pupils)
    levels = in_context("havo_advies", higher, pupils["opleiding"], school, benchmark)
    gap = at_equal_score(pupils, "eerste", "gat bij gelijke score")
    lost = (len(everyone) - len(pupils), len(everyone))
    return Result("", (*levels, gap), dropped=lost)
