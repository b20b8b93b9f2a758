"""An invitation by lot: who came because of it, and what inviting and taking part did."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import uitnodiging as numbers
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, TAKEN
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import Keuze
from kansen_lib.chapters.interventies.loting import NEEDED, listed
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Result
from kansen_lib.store import School

DESIGN = "geloote uitnodiging"
#: What inviting did, beside what taking part did.
OF_INVITING = "effect van de uitnodiging"
_WHO = "Leerlingen over wie is geloot of zij een uitnodiging kregen, van alle scholen samen."
_OUT = "Leerlingen zonder uitkomst, en zonder bekende achtergrond waar het over groepen gaat."


@about(
    "micro",
    definitie="Hoeveel leerlingen meededen met en zonder uitnodiging, en wie door de uitnodiging meedeed.",
    teller="Leerlingen die meededen.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def who_came(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The first stage by group, with its levels, and the make-up of the compliers beside that of all."""
    chosen = keuze.of_design(DESIGN)
    names = (numbers.INVITED, numbers.OTHERS, numbers.OF_ALL, numbers.OF_MOVED)
    return Result("", tuple(listed(school, benchmark, chosen, *names)))


@about(
    "micro",
    "kwalificatie",
    definitie="Wat uitnodigen deed met de uitkomst, en wat meedoen deed voor wie daardoor meedeed.",
    teller="Het verschil in uitkomst door de uitnodiging; en dat gedeeld door hoeveel vaker leerlingen "
    "meededen.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def effect_of_inviting(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The reduced form by group and on the gap, the complier effect (Anderson-Rubin), and first-stage F."""
    chosen = keuze.of_design(DESIGN)
    items = listed(school, benchmark, chosen, EFFECT, TAKEN, numbers.STRENGTH)
    named = [replace(item, name=OF_INVITING) if item.name == EFFECT else item for item in items]
    shown = [item for item in named if item.name != TAKEN or item.group == ALL]
    return Result("", tuple(shown))
