"""How a gap grows or shrinks from groep 8 on: level and gap together, the same pupils at every moment."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark, doorstroom, leerwinst
from kansen_lib.benchmark.scores import followed
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import learners_of
from kansen_lib.chapters.pupils import beside, dropped
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

SAME_PUPILS = (
    "Leerlingen zonder score op een van de drie momenten, en wie de school voor leerjaar 3 verliet of van "
    "wie de opleiding van de ouders niet bekend is."
)
AFTER = "na het vo"
NOT_MEASURED = "niet gemeten: een school ziet niet wat leerlingen na het diploma doen"


@about(
    "meso",
    "kwalificatie",
    definitie="De gemiddelde score van elke groep in groep 8, leerjaar 1 en leerjaar 3, en het verschil "
    "tussen hoog en laag.",
    teller="De score (gemiddelde van taal en rekenen) van de leerlingen in een groep.",
    noemer="Steeds dezelfde leerlingen: wie op alle drie de momenten een score heeft.",
    buiten=SAME_PUPILS,
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def gap_by_moment(school: School) -> Result:
    """Mean of each group and the gap in groep 8, leerjaar 1 and leerjaar 3, of the same pupils.

    The gap stands in points of the common scale, and in standard deviations of the moment: a test that
    measures more precisely shows a larger gap in standard deviations by itself.
    """
    data = learners_of(school)
    same = followed(data)
    return Result("", tuple(leerwinst.by_moment(same)), dropped=(len(data) - len(same), len(data)))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel punten leerlingen tussen groep 8 en leerjaar 1, en tussen groep 8 en leerjaar 3 "
    "groeien.",
    teller="De score op het latere moment min de score in groep 8.",
    noemer="Leerlingen in een groep, met een score op alle drie de momenten.",
    buiten=SAME_PUPILS,
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def growth_by_group(school: School, benchmark: Benchmark) -> Result:
    """Growth of each group since groep 8, and how much more the high group grew, beside all schools.

    The last is the change of the gap with its interval. Error in the scores does not bias it.
    """
    data = learners_of(school)
    same = followed(data)
    found = beside(leerwinst.growth(same), benchmark)
    return Result("", found, dropped=(len(data) - len(same), len(data)))


@about(
    "meso",
    "kwalificatie",
    definitie="Het verschil tussen leerlingen met hoog- en laagopgeleide ouders op elk moment van groep 8 "
    "tot het diploma.",
    teller="Het gemiddelde van de ene groep min dat van de andere; bij een diploma het aandeel.",
    noemer="De spreiding van de leerlingen op dat moment; bij een diploma 100%.",
    buiten="Wie op dat moment geen score, advies of niveau heeft. Diploma: alleen cohorten die lang genoeg "
    "te volgen zijn. Wat leerlingen na het vo doen, is niet gemeten.",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("niveau", "afloop"))
def gap_along_the_way(school: School, benchmark: Benchmark) -> Result:
    """The gap from groep 8 to the diploma, station by station, beside all schools.

    In standard deviations up to leerjaar 3, in percentage points for diplomas, of which the levels stand
    beside it. At each station whoever was measured: not the same pupils.
    """
    data = learners_of(school)
    known = beside(doorstroom.along_the_way(data), benchmark)
    later = Estimate.not_computable(AFTER, NOT_MEASURED, group="hoog minus laag", unit=Unit.POINTS)
    return Result("", (*known, later), dropped=dropped(data["opleiding"]))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoeveel punten meer een leerling tot leerjaar 3 groeit die in groep 8 tien punten hoger "
    "begint.",
    teller="Het verschil in groei bij tien punten verschil in de start.",
    noemer="Alle leerlingen met een score op alle drie de momenten, van deze school en van alle scholen.",
    buiten=SAME_PUPILS,
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",), loopbaan=("klas",))
def growth_on_start(school: School, benchmark: Benchmark) -> Result:
    """Whether who starts higher grows more: as measured, and corrected for error in the start.

    As measured the slope is pushed below 0 by the error of the first test. The corrected one rests on
    a stated reliability.
    """
    data = learners_of(school)
    same = followed(data)
    own = [
        replace(item, name=f"deze school, {item.name}") for item in leerwinst.on_start(same, "klas_1")[::3]
    ]
    whole = [
        replace(item, name=f"alle scholen, {name}")
        for name in ("zoals gemeten", "na correctie voor meetfout")
        for label in ("alle leerlingen", "laag", "hoog")
        if (item := benchmark.find(name, label)) is not None
    ]
    return Result("", (*own, *whole), dropped=(len(data) - len(same), len(data)))
