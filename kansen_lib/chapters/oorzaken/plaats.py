"""City and countryside, and incomes by gemeente: association with a place, no effect of it."""

from __future__ import annotations

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark, plaats
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, with_reference
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

FEW = "te weinig leerlingen van meer dan één school"
#: Groups of the cards: countryside and city, high and low incomes, the difference last.
_ENDS = f"{plaats.COUNTRYSIDE} minus {plaats.CITY}"
_INCOMES = (plaats.POOR, plaats.RICH, f"{plaats.RICH} minus {plaats.POOR}")


@about(
    "meso",
    definitie="Waar de leerlingen wonen: van zeer sterk stedelijk tot niet stedelijk.",
    teller="leerlingen die in zo'n gebied wonen",
    noemer="leerlingen van de school van wie de woonplaats bekend is",
    buiten="leerlingen zonder bekende woonplaats",
)
@needs(leerlingen=("stedelijkheid",))
def homes_by_urbanity(school: School, benchmark: Benchmark) -> Result:
    """Share of the own pupils in each class of stedelijkheid of the home address, beside all schools."""
    home = school.table("leerlingen")["stedelijkheid"]
    known = home.dropna()
    estimates = []
    for label in codes.STEDELIJKHEID.codes:
        item = gaps.share(int((known == label).sum()), len(known), name=plaats.HOMES, group=label)
        estimates.append(with_reference(item, benchmark.value(plaats.HOMES, label)))
    return Result("", tuple(estimates), dropped=dropped(home))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak de toets boven het advies ligt, in stad en dorp.",
    teller="leerlingen met een toetsadvies boven het eerste advies",
    noemer="leerlingen van alle scholen met toetsadvies, advies en woonplaats",
    buiten="cohorten met een ouder soort toets of zonder toets",
)
@needs(leerlingen=("stedelijkheid", "toetsadvies", "advies_eerste", "toetsscore", "basisschool"))
def toets_by_urbanity(school: School, benchmark: Benchmark) -> Result:
    """Share with a toetsadvies above the first advies, by stedelijkheid of the home address.

    Numbers of the whole network: one school has pupils of one or two classes.
    """
    return Result("", _found(benchmark, plaats.HIGHER, (*codes.STEDELIJKHEID.codes, _ENDS), Unit.SHARE))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak het advies omhoog gaat na een hogere toets, in stad en dorp.",
    teller="leerlingen van wie het definitieve advies hoger is dan het eerste",
    noemer="leerlingen van alle scholen met een toetsadvies boven het eerste advies",
    buiten="cohorten met een ouder soort toets of zonder toets, en wie geen bekende woonplaats heeft",
)
@needs(leerlingen=("stedelijkheid", "toetsadvies", "advies_eerste", "advies_definitief", "basisschool"))
def raised_by_urbanity(school: School, benchmark: Benchmark) -> Result:
    """Share whose advies was raised, of those with a higher toetsadvies, by stedelijkheid of the home."""
    return Result("", _found(benchmark, plaats.ADJUSTED, (*codes.STEDELIJKHEID.codes, _ENDS), Unit.SHARE))


@about(
    "macro",
    "kwalificatie",
    definitie="De toetsscore in stad en dorp, en hoeveel het advies verschilt bij een gelijke score.",
    teller="de score; het advies in stappen op de ladder van pro tot vwo",
    noemer="leerlingen van alle scholen met score, advies, basisschool en woonplaats",
    buiten="cohorten met een ouder soort toets of zonder toets",
)
@needs(leerlingen=("stedelijkheid", "toetsscore", "advies_eerste", "basisschool"))
def score_by_urbanity(school: School, benchmark: Benchmark) -> Result:
    """Mean score of each class of stedelijkheid, and the advies at an equal score against the city."""
    levels = _found(benchmark, plaats.SCORE, codes.STEDELIJKHEID.codes, Unit.SCORE)
    others = tuple(f"{label} minus {plaats.CITY}" for label in codes.STEDELIJKHEID.codes[1:])
    return Result("", (*levels, *_found(benchmark, plaats.AT_SCORE, others, Unit.STEPS)))


def _found(benchmark: Benchmark, name: str, groups: tuple[str, ...], unit: str) -> tuple[Estimate, ...]:
    """These numbers of the network, or the reason why there are none."""
    found = [benchmark.find(name, group) for group in groups]
    known = tuple(item for item in found if item is not None)
    return known or (Estimate.not_computable(name, FEW, unit=unit),)


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak kinderen uit gezinnen met een laag inkomen in deze gemeente op havo of vwo zitten.",
    teller="leerlingen die in leerjaar 3 in een klas met havo of vwo zitten",
    noemer="leerlingen die in de gemeente wonen, op welke school ook, per groep van inkomens",
    buiten="het middelste vijfde van de inkomens, en wie in een postcodegebied zonder school woont",
)
@needs(leerlingen=("inkomenskwintiel", "pc4"), loopbaan=("niveau",))
def incomes_in_gemeente(school: School, benchmark: Benchmark) -> Result:
    """Havo or vwo in leerjaar 3 of the lowest and the highest two fifths of income, in this gemeente.

    As counted beside all gemeenten together, and with less chance: pulled towards the average gemeente.
    The design of the KansenKaart; where a child grows up goes with much else than the place.
    """
    gemeente = str(school.record["gemeente"])
    raw = [_of_gemeente(benchmark, plaats.CHANCE, group, gemeente) for group in _INCOMES]
    calm = [_of_gemeente(benchmark, plaats.CALM, group, gemeente) for group in _INCOMES[:2]]
    shown = [with_reference(item, benchmark.value(plaats.CHANCE, item.group)) for item in raw]
    return Result("", (*shown, *calm), reference_name="alle gemeenten samen")


def _of_gemeente(benchmark: Benchmark, name: str, group: str, gemeente: str) -> Estimate:
    found = benchmark.find(name, group, gemeente)
    if found is None:
        return Estimate.not_computable(name, FEW, group=group, unit=Unit.SHARE)
    return found
