"""What a raised advies does, for pupils around the cut-off: of all schools, for one has too few."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import drempel as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.selectie.bijstelling import ADVICES, of_all_schools
from kansen_lib.stats.result import Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Name of all that is told about the cut-off: what differs is the group.
AT_CUTOFF = "rond de grens"
_NEEDED = ("toetsscore", "basisschool", *ADVICES)
_WHO = "Leerlingen van alle scholen samen met een eindtoets, dicht bij de grens van een hoger toetsadvies."
_OUT = (
    "Leerlingen met een eerste advies vwo: hun toets kan niet hoger zijn. Wie niet in leerjaar 3 is gezien "
    "of geen bekende basisschool heeft."
)


@about(
    "macro",
    "kwalificatie",
    definitie="Het niveau in leerjaar 3 van leerlingen net onder en net boven de grens van een hoger "
    "toetsadvies.",
    teller="Het niveau in leerjaar 3 min het eerste advies, in stappen.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs(leerlingen=_NEEDED, loopbaan=("niveau",))
def around_the_cutoff(school: School, benchmark: Benchmark) -> Result:
    """Level in leerjaar 3 by distance to the own cut-off, with the jump at it: the picture of the design."""
    points = [
        (name, numbers.distance((place + 0.5) * numbers.BIN))
        for name, places in ((numbers.BELOW, range(-numbers.BINS, 0)), (numbers.ABOVE, range(numbers.BINS)))
        for place in places
    ]
    width = benchmark.value("breedte", numbers.JUMP, numbers.UNIT) or 0.0
    ends = {numbers.BELOW: (-width, 0.0), numbers.ABOVE: (0.0, width)}
    lines = [(name + numbers.LINE, numbers.distance(place)) for name in ends for place in ends[name]]
    return _of_the_design(benchmark, [*points, *lines, (numbers.LEVEL, numbers.JUMP)])


@about(
    "macro",
    "kwalificatie",
    definitie="Wat een hoger advies doet met het niveau in leerjaar 3, voor leerlingen rond de grens.",
    teller="De sprong in het niveau in leerjaar 3, gedeeld door de sprong in wie een hoger advies kreeg.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs(leerlingen=_NEEDED, loopbaan=("niveau",))
def effect_of_raising(school: School, benchmark: Benchmark) -> Result:
    """The jump in who is raised, that in the level, and the effect of a raised advies (fuzzy)."""
    return _jumps(benchmark, (numbers.RAISED, numbers.LEVEL, numbers.EFFECT, *numbers.BY_GROUP.values()))


@about(
    "macro",
    definitie="Of leerlingen net onder en net boven de grens op elkaar lijken in wat er al was.",
    teller="De sprong in aantallen leerlingen, in wie we later zien, en in kenmerken van voor de toets.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs(leerlingen=_NEEDED, loopbaan=("niveau",))
def alike_at_the_cutoff(school: School, benchmark: Benchmark) -> Result:
    """Density, attrition and balance of covariates: jumps that the design says should be none."""
    return _jumps(benchmark, (numbers.DENSITY, numbers.SEEN, *numbers.BEFORE.values()))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe het effect verandert met andere keuzes, en of er een sprong is waar geen grens ligt.",
    teller="Het effect van een hoger advies; bij een nepgrens de sprong in het niveau in leerjaar 3.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs(leerlingen=_NEEDED, loopbaan=("niveau",))
def choices_at_the_cutoff(school: School, benchmark: Benchmark) -> Result:
    """The effect by bandwidth and without the nearest, and the jump at placebo cut-offs."""
    wanted = [
        (numbers.EFFECT, numbers.JUMP),
        *((numbers.BY_WIDTH, numbers.times(factor)) for factor in numbers.WIDTHS),
        *((numbers.BY_HOLE, numbers.hole(points)) for points in numbers.HOLES),
        *((numbers.BY_PLACEBO, numbers.distance(points)) for points in numbers.PLACEBOS),
    ]
    found = _of_the_design(benchmark, wanted)
    shown = (
        replace(
            item,
            name="nepgrens" if item.name == numbers.BY_PLACEBO else "effect",
            group="zoals gekozen" if item.group == numbers.JUMP else item.group,
        )
        for item in found.estimates
    )
    return replace(found, estimates=tuple(shown))


def _jumps(benchmark: Benchmark, names: tuple[str, ...]) -> Result:
    """The jumps, a row each: they differ in what jumps, so that is their group."""
    found = _of_the_design(benchmark, [(name, numbers.JUMP) for name in names])
    shown = (replace(item, name=AT_CUTOFF, group=item.name) for item in found.estimates)
    return replace(found, estimates=tuple(shown))


def _of_the_design(benchmark: Benchmark, wanted: list[tuple[str, str]]) -> Result:
    """These numbers; where the design could not be made there is one, with the reason."""
    made = benchmark.find(numbers.LEVEL, numbers.JUMP, numbers.UNIT) is not None
    pairs = wanted if made else [(numbers.EFFECT, numbers.JUMP)]
    return Result("", of_all_schools(benchmark, pairs, unit=Unit.STEPS, eenheid=numbers.UNIT))
