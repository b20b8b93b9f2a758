"""Examples of what goes wrong: numbers that look like an effect, beside what shows that they are none."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib import gepubliceerd
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import valkuilen as numbers
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, TAKEN
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import Keuze
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

#: Share of the participants of zomerscholen who went on, as the organisers reported it (INVENTORY B-10).
ELSEWHERE = "zomerscholen in het land, 2017"
REPORTED = gepubliceerd.PLANK[gepubliceerd.GEEN_EFFECT][0].waarde / 100
#: The number that is right, beside those that are not.
RIGHT, RIGHT_OFFER = "loting: effect van meedoen", "loting: effect van ingeloot zijn"
_ABSENT = "hier is dit voorbeeld niet te berekenen"
_PUPILS = {"interventies": ("uitkomst",), "deelname": ("deelgenomen",), "toetsen": ("score",)}


@about(
    "micro",
    "kwalificatie",
    definitie="Voorbeeld van wat misgaat: hoeveel deelnemers overgingen, naast leerlingen met dezelfde "
    "scores die niet meededen.",
    teller="Leerlingen die naar het volgende leerjaar gingen, na het leerjaar van de toets die beslist.",
    noemer="Leerlingen van alle scholen die meededen. En wie niet meedeed, gewogen naar de "
    "scores van deelnemers.",
    buiten="Wie van school ging. Scores waarbij iedereen of niemand meedeed.",
)
@needs_of_all(loopbaan=("afloop",), **_PUPILS)
def passing_is_no_effect(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Share of participants that went on, others with the same scores, and a share that was published.

    Args:
        school: the school of the report.
        benchmark: numbers of all schools.
        keuze: what is evaluated, or else the first intervention with a cut-off.
    """
    found = _of_design(school, benchmark, keuze, "grens", numbers.PASSED)
    if len(found) == 1:
        return Result("", found)
    elsewhere = Estimate(numbers.PASSED, ELSEWHERE, REPORTED, Unit.SHARE, method=Method.PUBLISHED)
    return Result("", (*found, elsewhere))


@about(
    "micro",
    "kwalificatie",
    definitie="Voorbeeld van wat misgaat: hoe ver leerlingen onder alle leerlingen staan, vooraf en "
    "achteraf. Ook wie niets kreeg, komt vaak dichterbij.",
    teller="De afstand tot het gemiddelde van alle leerlingen, op de toets vooraf en op de toets achteraf.",
    noemer="Leerlingen van alle scholen die meelootten en beide toetsen maakten.",
    buiten="Leerlingen zonder een van beide toetsen.",
)
@needs_of_all(**_PUPILS)
def rising_without_help(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Distance to all pupils before and after, of those who were drawn and those who were not.

    Args:
        school: the school of the report.
        benchmark: numbers of all schools.
        keuze: what is evaluated, or else the first intervention with a lottery of pupils.
    """
    names = [f"{numbers.DISTANCE}, {label}" for label in (numbers.NOT_DRAWN, numbers.DRAWN)]
    found = _of_design(school, benchmark, keuze, "loting", *names)
    short = {f"{numbers.DISTANCE}, {label}": label for label in (numbers.NOT_DRAWN, numbers.DRAWN)}
    return Result("", tuple(replace(item, name=short.get(item.name, item.name)) for item in found))


@about(
    "micro",
    "kwalificatie",
    definitie="Voorbeeld van wat misgaat: twee vergelijkingen die geen effect zijn, naast de loting van "
    "dezelfde leerlingen.",
    teller="Hoeveel hoger deelnemers uitkomen, en hoeveel meer zij vooruitgaan dan alle andere leerlingen.",
    noemer="Alle leerlingen van de scholen en cohorten waarin is geloot. Bij de loting: wie meelootte.",
    buiten="Leerlingen zonder een van beide toetsen.",
)
@needs_of_all(**_PUPILS)
def naive_beside_lottery(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Participants beside all others, their extra rise, and what the lottery says of the same intervention.

    Args:
        school: the school of the report.
        benchmark: numbers of all schools.
        keuze: what is evaluated, or else the first intervention with a lottery of pupils.
    """
    lottery = keuze.of_design("loting")
    found = _of_design(school, benchmark, keuze, "loting", numbers.BESIDE_ALL, numbers.MORE_RISE)
    right = {RIGHT: TAKEN, RIGHT_OFFER: EFFECT}
    known = [(label, benchmark.find(name, ALL, lottery.unit)) for label, name in right.items()]
    drawn = [replace(item, name=label) for label, item in known if item is not None]
    both = (*found, *drawn) if len(found) > 1 else found
    return Result("", tuple(replace(item, group="") for item in both))


@about(
    "meso",
    definitie="Voorbeeld van wat misgaat: een effect dat elk jaar groeit, in de cijfers van scholen "
    "gestopt. Dan drie manieren om het terug te vinden.",
    teller="Het gemiddelde effect in de jaren na de start, in standaarddeviaties.",
    noemer="Scholen en cohorten van deze gegevens. Wie wanneer begint, is verzonnen, en het effect ook.",
    buiten="Scholen die niet in elk cohort een score hebben. Bij heel veel scholen telt een steekproef mee.",
)
@needs_of_all(leerlingen=("leerling",), toetsen=("score",))
def growing_effect_on_one_heap(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """What was put in, and what two-way fixed effects and two sound estimators find of it.

    Args:
        school: not read: the example is about all schools, with starts that are made up.
        benchmark: numbers of all schools.
        keuze: not read.
    """
    names = (numbers.PUT_IN, numbers.TWO_WAY, numbers.IMPUTED, numbers.BY_START, numbers.NEGATIVE)
    found = [benchmark.find(name, "", numbers.GROWING) for name in names]
    known = tuple(item for item in found if item is not None)
    return Result("", known or (_none(numbers.TWO_WAY, _ABSENT),))


def _of_design(
    school: School, benchmark: Benchmark, keuze: Keuze, ontwerp: str, *names: str
) -> tuple[Estimate, ...]:
    """The numbers of these names of an intervention with this design, or one reason."""
    chosen = keuze.of_design(ontwerp)
    reason = chosen.told(school)
    found = [] if reason else [item for name in names for item in benchmark.all(name, chosen.unit)]
    return tuple(found) or (_none(names[0], reason or _ABSENT),)


def _none(name: str, reason: str) -> Estimate:
    return Estimate.not_computable(name, reason, unit=Unit.SD)
