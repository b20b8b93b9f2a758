"""What a gap goes together with: within and between schools, block by block; association, no cause."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark, modellen
from kansen_lib.benchmark.scores import POINTS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import LESS_CHANCE
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import (
    FEW_SCHOOLS,
    FEWEST,
    TOO_FEW,
    learners_of,
    of_all,
    smallest_group,
)
from kansen_lib.chapters.pupils import beside, dropped
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.shrinkage import shrink
from kansen_lib.store import School

#: Rows of the network's gradients, in the order that they are read in.
SLOPES = {
    "within": "binnen een school, alle scholen",
    "between": "tussen twee scholen",
    "contextual": "tussen scholen, bovenop binnen een school",
}
#: The parts of a gap that a reader is shown, and the ones that only a change of side gives.
SIDES = (
    "samen met kenmerken",
    "samen met kenmerken, gezien vanuit laag",
    "samen met kenmerken, gezien vanuit hoog",
)
THREEFOLD = ("andere kenmerken", "andere opbrengst van dezelfde kenmerken", "beide tegelijk")
WHOLE, LEFT = "het hele verschil", "wat overblijft"


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel punten hoger leerlingen in leerjaar 3 scoren bij één stap meer opleiding van de "
    "ouders: binnen scholen, en tussen scholen.",
    teller="Het verschil in score in leerjaar 3 bij één stap (van vijf) verschil in opleiding.",
    noemer="Leerlingen van alle scholen; bij deze school alleen de eigen leerlingen.",
    buiten="Leerlingen zonder score in leerjaar 3, of van wie de opleiding van de ouders niet bekend is.",
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def gradients(school: School, benchmark: Benchmark) -> Result:
    """Score in leerjaar 3 for one step of parental education: here, within schools, between schools.

    What a pupil's own home goes with, and what the composition of the school goes with beyond it. The
    own slope is also shown pulled towards the mean school.
    """
    data = learners_of(school)
    own = replace(modellen.slope(data), name="helling", group="deze school")
    prior = benchmark.prior("helling", "within")
    calm = own if own.value is None or prior is None else shrink(own, prior)
    found = [own, replace(calm, group=f"deze school{LESS_CHANCE}")]
    for part, words in SLOPES.items():
        item = of_all(benchmark, "helling", part, name="helling", unit=POINTS)
        found.append(replace(item, group=words))
    return Result("", tuple(found), dropped=dropped(data["score_in_leerjaar_3"], data["opleiding"]))


@about(
    "macro",
    "kwalificatie",
    definitie="Met welke kenmerken het verschil in score in leerjaar 3 tussen leerlingen met hoog- en "
    "laagopgeleide ouders samengaat, over alle scholen.",
    teller="Het deel van het verschil dat samengaat met een kenmerk.",
    noemer="Het hele verschil in score, in punten.",
    buiten="Leerlingen met middelbaar opgeleide ouders, en wie een van de gegevens mist.",
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def gap_decomposed_network(school: School, benchmark: Benchmark) -> Result:
    """Gelbach's account of the gap in score in leerjaar 3 over all schools: blocks in no order.

    The advies is an outcome of selection: that part is a description, and no part of an explanation.
    """
    labels = [WHOLE, *(f"gaat samen met {block}" for block in (*modellen.BLOCKS, "school")), LEFT]
    known = (benchmark.find("deel", label) for label in labels)
    found = [item for item in known if item is not None]
    none = Estimate.not_computable("deel", FEW_SCHOOLS, unit=POINTS)
    return Result("", tuple(found) or (none,))


@about(
    "meso",
    "kwalificatie",
    definitie="Met welke kenmerken het verschil in score in leerjaar 3 tussen leerlingen met hoog- en "
    "laagopgeleide ouders samengaat, op deze school.",
    teller="Het deel van het verschil dat samengaat met een kenmerk.",
    noemer="Het hele verschil in score op deze school, in punten.",
    buiten=f"Leerlingen met middelbaar opgeleide ouders, en wie een van de gegevens mist. Geen getal bij "
    f"minder dan {FEWEST} leerlingen in een groep.",
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",), loopbaan=("klas",))
def gap_decomposed(school: School, benchmark: Benchmark) -> Result:
    """The same account of the gap of this school alone, where each group has enough pupils."""
    data = learners_of(school)
    known = [column for block in modellen.BLOCKS.values() for column in block]
    found = modellen.gap_parts("deel", data, modellen.BLOCKS, "klas_3")
    if any((item.smallest or 0) < FEWEST for item in found.estimates if item.value is not None):
        few = Estimate.not_computable("deel", TOO_FEW, unit=POINTS)
        return Result("", (few,))
    lost = dropped(
        data["score_in_leerjaar_3"], *(data[column] for column in known if data[column].notna().any())
    )
    return Result("", beside(found.estimates, benchmark), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel van het verschil in score in leerjaar 3 samengaat met andere kenmerken, op drie "
    "manieren gerekend.",
    teller="Het deel van het verschil dat samengaat met score, inkomen, taal thuis en advies.",
    noemer="Het hele verschil in score, in punten.",
    buiten=f"Leerlingen met middelbaar opgeleide ouders, en wie een van de gegevens mist. Van de school "
    f"zelf geen getal bij minder dan {FEWEST} leerlingen in een groep.",
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("score",), loopbaan=("klas",))
def gap_by_reference(school: School, benchmark: Benchmark) -> Result:
    """Oaxaca-Blinder of the same gap from three sides, and threefold: what depends on the side."""
    data = learners_of(school)
    enough = smallest_group(data, "score_in_leerjaar_3", "score_groep8", "eerste") >= FEWEST
    own = modellen.splits("ontleding", data, cluster="klas_3") if enough else ()
    if len(own) > 1:
        lost = dropped(data["score_in_leerjaar_3"], data["score_groep8"], data["opleiding"])
        return Result("", beside(own, benchmark), dropped=lost)
    known = (benchmark.find("ontleding", label) for label in (WHOLE, *SIDES, LEFT, *THREEFOLD))
    whole = tuple(replace(item, name="alle scholen samen") for item in known if item is not None)
    why = own[0].reason if own else TOO_FEW
    none = Estimate.not_computable("deze school", why, group="deze school", unit=POINTS)
    return Result("", (none, *whole))
