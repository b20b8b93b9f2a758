"""A lottery: whether it was fair, who was lost on the way, what taking part did, and the own school in it."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import controle
from kansen_lib.benchmark.evaluatie import loting as numbers
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import LESS_CHANCE
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, listed, nothing
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Result
from kansen_lib.store import School

#: Designs in which lots were drawn; the first is shown where the chosen intervention has none of them.
LOTTERIES = ("loting", "loting van scholen", "geloote uitnodiging")
OWN, EVERYWHERE = "deze school", "alle scholen"
NOT_HERE = "op deze school is niet geloot, of er zijn te weinig scores bekend"
_WHO = "Leerlingen over wie is geloot, van alle scholen samen."
_OUT = "Leerlingen van een school en een jaar waarin iedereen of niemand werd ingeloot."


def of_lottery(keuze: Keuze) -> Keuze:
    """The choice where lots were drawn, else the first intervention for which lots of pupils were."""
    return keuze if keuze.ontwerp in LOTTERIES else keuze.of_design(LOTTERIES[0])


@about(
    "meso",
    definitie="Of ingelote en uitgelote leerlingen vooraf op elkaar leken.",
    teller="Het verschil in wat er voor de loting al was, in standaarddeviaties.",
    noemer=_WHO,
    buiten=_OUT + " Per kenmerk wie dat gegeven mist.",
)
@needs_of_all(**NEEDED)
def draw_was_fair(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Balance of what was there before, within blocks, with a randomisation test of all of it together."""
    chosen = of_lottery(keuze)
    return Result("", tuple(listed(school, benchmark, chosen, controle.BALANCE, controle.BY_CHANCE)))


@about(
    "meso",
    "kwalificatie",
    definitie="Van wie de uitkomst niet bekend is, en wat dat met het effect kan doen.",
    teller="Leerlingen zonder uitkomst; en het effect als zij een halve standaarddeviatie anders scoorden "
    "dan verwacht.",
    noemer=_WHO,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def lost_after_draw(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Attrition by arm and its difference, and the effect if those who were lost were unlike the others."""
    chosen = of_lottery(keuze)
    shares = chosen.all(school, benchmark, controle.LOST)
    bounds = [item for item in chosen.all(school, benchmark, controle.IF_LOST) if item.value is not None]
    return Result("", (*shares, *bounds))


@about(
    "meso",
    "kwalificatie",
    definitie="Het effect van de loting op deze school, naast dat van alle scholen samen.",
    teller="Het verschil in uitkomst tussen ingelote en uitgelote leerlingen, in standaarddeviaties.",
    noemer="Leerlingen van deze school over wie is geloot; ernaast die van alle scholen samen.",
    buiten=_OUT + " Wie geen uitkomst heeft.",
)
@needs_of_all(**NEEDED)
def own_lottery(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The own school as counted (randomisation inference), with less chance, and all schools together."""
    chosen = keuze.of_design(LOTTERIES[0])
    own = benchmark.find(numbers.OWN, school.vestiging, chosen.unit)
    if chosen.aanpak is None or own is None:
        return Result("", (nothing(EFFECT, chosen.reason or NOT_HERE),))
    pulled = benchmark.find(numbers.SHRUNKEN, school.vestiging, chosen.unit)
    chance = benchmark.find(numbers.OWN_CHANCE, school.vestiging, chosen.unit)
    named = {(EFFECT, OWN): own}
    if not chosen.told(school):
        whole = benchmark.find(EFFECT, ALL, chosen.unit)
        named |= {(EFFECT, OWN + LESS_CHANCE): pulled, (EFFECT, EVERYWHERE): whole}
    named |= {(numbers.OWN_CHANCE, OWN): chance}
    rows = [
        replace(item, name=name, group=group) for (name, group), item in named.items() if item is not None
    ]
    return Result("", tuple(rows))
