"""An invitation by lot: who came because of it, and what inviting and taking part did."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import uitnodiging as numbers
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, TAKEN
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, listed
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

DESIGN = "geloote uitnodiging"
#: What inviting did, beside what taking part did.
OF_INVITING = "effect van de uitnodiging"
OF_EVERYBODY = "alle leerlingen"
_WHO = "Leerlingen over wie is geloot of zij een uitnodiging kregen, van alle scholen samen."
_OUT = "Leerlingen zonder uitkomst, en zonder bekende achtergrond waar het over groepen gaat."


@about(
    "micro",
    definitie="Hoeveel leerlingen van elke groep meededen met en zonder uitnodiging.",
    teller="Leerlingen die meededen.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def who_came(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The first stage by group, with its levels."""
    chosen = keuze.of_design(DESIGN)
    items = listed(school, benchmark, chosen, numbers.INVITED, numbers.OTHERS, numbers.MOVED)
    return Result("", tuple(item for item in items if item.group != ALL or item.value is None))


@about(
    "micro",
    "kwalificatie",
    definitie="Wat uitnodigen deed met de uitkomst, wat meedoen deed voor wie daardoor meedeed, en wie dat "
    "zijn.",
    teller="Het verschil in uitkomst door de uitnodiging; en dat gedeeld door hoeveel vaker leerlingen "
    "meededen.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def effect_of_inviting(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Reduced form by group and on the gap, complier effect (Anderson-Rubin), and who the compliers are."""
    chosen = keuze.of_design(DESIGN)
    items = [replace(item, name=OF_INVITING) for item in listed(school, benchmark, chosen, EFFECT)]
    taken = [item for item in chosen.all(school, benchmark, TAKEN) if item.group == ALL]
    return Result("", (*items, *taken, *_moved(school, benchmark, chosen)), reference_name=OF_EVERYBODY)


def _moved(school: School, benchmark: Benchmark, keuze: Keuze) -> list[Estimate]:
    """Make-up of those whom the invitation moved, beside that of all."""
    of_all = {item.group: item.value for item in keuze.all(school, benchmark, numbers.OF_ALL)}
    moved = [item for item in keuze.all(school, benchmark, numbers.OF_MOVED) if item.value is not None]
    return [replace(item, reference=of_all[item.group]) for item in moved]
