"""A cut-off decided who got a place: the jump at it, and whether the cut-off was fair."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.drempel import ABOVE, BELOW, JUMP, LINE
from kansen_lib.benchmark.evaluatie import grens as numbers
from kansen_lib.benchmark.evaluatie.names import ALL, TAKEN
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, listed, nothing
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

DESIGN = "grens"
#: Name of all that is told about the cut-off: what differs is the group.
AT_CUTOFF = "rond de grens"
_WHO = "Leerlingen van alle scholen samen met een score dicht bij de grens en een bekende uitkomst."
_OUT = "Leerlingen ver van de grens, en wie geen uitkomst heeft."


@about(
    "meso",
    "kwalificatie",
    definitie="De uitkomst van leerlingen net onder en net boven de grens van de aanpak.",
    teller="De gemiddelde uitkomst naar afstand tot de grens.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def jump_at_cutoff(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Outcome by distance to the cut-off with its jump, the jump in taking part, and the effect of that."""
    chosen = keuze.of_design(DESIGN)
    if chosen.told(school):
        return Result("", (nothing(TAKEN, chosen.told(school)),))
    drawn = listed(school, benchmark, chosen, BELOW, ABOVE, BELOW + LINE, ABOVE + LINE)
    if drawn[0].value is None:
        return Result("", tuple(drawn[:1]))
    names = (numbers.POINTS, numbers.TOOK, TAKEN)
    jumps = [item for name in names for item in chosen.all(school, benchmark, name) if _of_all(item)]
    return Result("", (*drawn, *(replace(item, group=JUMP) for item in jumps)))


def _of_all(item: Estimate) -> bool:
    """The jump itself; in sd the one of everybody."""
    return item.group == JUMP or (item.name == TAKEN and item.group == ALL)


@about(
    "meso",
    definitie="Of de grens eerlijk was, en hoe het effect verandert met andere keuzes.",
    teller="Sprongen in wat er al was; het effect van meedoen met meer of minder leerlingen.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def cutoff_put_to_the_test(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Jumps in numbers, in who is seen and in what was before; other bandwidths; cut-offs that are none."""
    chosen = keuze.of_design(DESIGN)
    if chosen.told(school):
        return Result("", (nothing(AT_CUTOFF, chosen.told(school)),))
    names = (numbers.DENSITY, numbers.SEEN, *numbers.BEFORE.values())
    jumps = [replace(item, group=item.name) for item in listed(school, benchmark, chosen, *names)]
    own = [item for item in chosen.all(school, benchmark, TAKEN) if item.group == ALL]
    others = listed(school, benchmark, chosen, numbers.BY_WIDTH, numbers.BY_HOLE)
    effects = [replace(item, group=f"{TAKEN}{_choice(item.group)}") for item in (*own, *others)]
    nowhere = listed(school, benchmark, chosen, numbers.BY_PLACEBO)
    placebos = [replace(item, group=f"nepgrens, {item.group} punten") for item in nowhere]
    items = (*jumps, *effects, *placebos)
    return Result("", tuple(replace(item, name=AT_CUTOFF) for item in items))


def _choice(group: str) -> str:
    return "" if group == ALL else f", {group}"
