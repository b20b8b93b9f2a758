"""The map of the chapter: Denessen's four mechanisms, one headline number each."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark, achtergrond, modellen
from kansen_lib.benchmark.enquete import label as scale_label
from kansen_lib.benchmark.pupils import ADVIES_GAP
from kansen_lib.benchmark.vergelijken import OPLEIDING, means_and_gap
from kansen_lib.benchmark.views import at_equal_score
from kansen_lib.chapters import enquete
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import learners_of
from kansen_lib.chapters.pupils import dropped, with_reference
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

GAP = OPLEIDING.gap
#: The four mechanisms, and the scale of the survey that speaks of the first.
PARENTS = "ouderbetrokkenheid"
SELECTION, EXPECTATION, CHOICE = "selectie en differentiatie", "verwachtingen", "schoolkeuze"
NO_SURVEY = "er is geen vragenlijst afgenomen waarin dit is gevraagd"
NO_GEMEENTE = "van te weinig scholen in de gemeente zijn leerlingen bekend"


@about(
    "meso",
    definitie="Per plek waar verschillen kunnen groeien één getal: ouderbetrokkenheid, selectie, "
    "verwachtingen en schoolkeuze.",
    teller="Het verschil tussen leerlingen met hoog- en laagopgeleide ouders; bij schoolkeuze hoe ver zij "
    "over scholen verdeeld zijn.",
    noemer="Leerlingen van deze school; bij schoolkeuze de scholen in de gemeente.",
    buiten="Wie een van de gegevens mist. Elk getal is één kant van een plek, nooit de hele plek.",
)
@needs(leerlingen=("opleiding_ouders",))
def four_mechanisms(school: School, benchmark: Benchmark) -> Result:
    """One number a mechanism with its interval, beside all schools; the levels stand further on.

    Parents: gap in the scale ouderbetrokkenheid. Selection: gap in level in leerjaar 3 at an equal score.
    Expectations: gap in the first advies at an equal score, the expectation that counts in groep 8.
    Choice: dissimilarity over the schools of the gemeente, less what chance would give.
    """
    data = learners_of(school)
    level = at_equal_score(data, "niveau_3", SELECTION)
    selection = _beside(level, benchmark.value(modellen.LEVEL_GAP, GAP))
    advies = _beside(at_equal_score(data, "eerste", EXPECTATION), benchmark.value(ADVIES_GAP, GAP))
    found = (_parents(school, benchmark), selection, advies, _choice(school, benchmark))
    return Result("", found, dropped=dropped(data["opleiding"], data["toetsscore"]))


def _beside(item: Estimate, reference: float | None) -> Estimate:
    return replace(with_reference(item, reference), group=GAP)


def _parents(school: School, benchmark: Benchmark) -> Estimate:
    """The gap in involvement of parents as pupils tell it, in points of the scale."""
    data = enquete.answers_of(school)
    known = data["ouderbetrokkenheid"] if "ouderbetrokkenheid" in data else None
    if known is None or known.isna().all():
        return Estimate.not_computable(PARENTS, NO_SURVEY, group=GAP)
    name = scale_label("ouderbetrokkenheid")
    gap = next(x for x in means_and_gap(name, known, data["opleiding"], OPLEIDING) if x.group == GAP)
    return replace(with_reference(gap, benchmark.value(name, gap.group)), name=PARENTS)


def _choice(school: School, benchmark: Benchmark) -> Estimate:
    """How apart the groups sit over the schools of the gemeente, less chance.

    Beside nothing: over all schools it would count too in which gemeente families live.
    """
    found = benchmark.find(achtergrond.PARENTS, "corrected", str(school.record["gemeente"]))
    if found is None:
        return Estimate.not_computable(CHOICE, NO_GEMEENTE)
    return replace(found, name=CHOICE, group="gemeente")
