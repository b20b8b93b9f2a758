"""Years in the vo: who is late, who changes level and when, and what later choices do to the gap."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import loopbanen as numbers
from kansen_lib.benchmark.doorstroom import years_of
from kansen_lib.benchmark.profielen import UNIT, technical
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, dropped, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

COUNTED_YEARS = (
    "het laatste schooljaar als nog niet bekend is hoe het afliep, nieuwkomers in leerjaar 1 (zoals het CBS "
    "doet) en jaren op een andere school"
)
PER_HUNDRED, MONEY = "leerlingjaren per 100 leerlingen", "euro per 100 leerlingen"
#: Between which CBS counts a change of level.
LEVELS = codes.NIVEAU.codes[1:]


def _years(school: School) -> pd.DataFrame:
    loopbaan = school.table("loopbaan")
    return school.once("years", lambda: numbers.with_later(years_of(pupils_of(school), loopbaan), loopbaan))


def _placed(school: School) -> pd.DataFrame:
    return school.once("placed", lambda: numbers.placed(pupils_of(school), school.table("loopbaan")))


@about(
    "meso",
    "kwalificatie",
    definitie="Op welk niveau leerlingen van elk niveau in leerjaar 3 een jaar later zitten, op alle scholen "
    "samen.",
    teller="leerlingen op dat niveau een jaar na hun eerste jaar in leerjaar 3",
    noemer="leerlingen van dat niveau in leerjaar 3 die een jaar later nog op dezelfde school zitten",
    buiten="praktijkonderwijs, klassen met meer niveaus, wie na leerjaar 3 vertrok, en wie nu voor het eerst "
    "in leerjaar 3 zit",
)
@needs(loopbaan=("niveau",))
def level_a_year_later(school: School, benchmark: Benchmark) -> Result:
    """Level of leerjaar 3 against level a year later, over all schools.

    Of one school nearly all that is not on the diagonal is a small group; its own numbers, all levels
    together, are those of :func:`mobility`.
    """
    cells = [(f"{numbers.FROM}: {a}", f"{numbers.TO}: {b}") for a in LEVELS for b in LEVELS]
    found = (benchmark.find(*cell) for cell in cells)
    return Result("", tuple(item for item in found if item is not None), crossed=True)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak een schooljaar op elk niveau eindigt met doubleren; op alle scholen samen ook met "
    "vertraging.",
    teller="schooljaren waarna hetzelfde leerjaar volgt: op hetzelfde niveau (doubleren) of op welk niveau "
    "ook (vertraagd)",
    noemer="alle schooljaren van leerlingen op dat niveau",
    buiten=COUNTED_YEARS,
)
@needs(loopbaan=("niveau", "afloop"))
def delay_by_level(school: School, benchmark: Benchmark) -> Result:
    """Doubleren by level of the class beside all schools, and vertraging of all schools."""
    own = beside(numbers.repeated(_years(school)), benchmark)
    everywhere = [benchmark.find(numbers.LATE, item.group) for item in own]
    late = (replace(x, name=f"{x.name}, alle scholen") for x in everywhere if x is not None)
    return Result("", (*own, *late))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak een schooljaar op dezelfde route eindigt met doubleren, naar opleiding van de "
    "ouders.",
    teller="schooljaren vanaf leerjaar 3 die eindigen met doubleren",
    noemer="alle schooljaren vanaf leerjaar 3 van leerlingen in een groep op die route",
    buiten=f"klassen met meer niveaus, praktijkonderwijs, {COUNTED_YEARS}",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("niveau", "afloop"))
def repeating_within_routes(school: School, benchmark: Benchmark) -> Result:
    """Doubleren by parental education within vmbo, and within havo and vwo: level and gap, beside all."""
    found = beside(numbers.repeated_within_routes(_years(school)), benchmark, numbers.ON_ROUTE)
    return Result("", found, dropped=dropped(pupils_of(school)["opleiding"]))


@about(
    "meso",
    definitie="Hoeveel extra jaren onderwijs het overdoen van leerjaren kost, per 100 leerlingen.",
    teller="schooljaren die zijn overgedaan",
    noemer="honderd schooljaren van leerlingen op deze school",
    buiten=f"{COUNTED_YEARS}; wat een jaar later beginnen met werk of studie kost",
)
@needs(loopbaan=("afloop",))
def cost_of_repeating(
    school: School, benchmark: Benchmark, kosten_per_leerjaar: float | None = None
) -> Result:
    """Pupil-years done over per 100 pupils a school year, and what they cost at a given amount.

    Args:
        school: the school.
        benchmark: numbers of all schools.
        kosten_per_leerjaar: euro for one pupil for one year; None gives the pupil-years only.
    """
    shares = beside(numbers.extra_years(_years(school)), benchmark)
    found = [_times(share, 100, share.name, PER_HUNDRED) for share in shares]
    if kosten_per_leerjaar is not None:
        name = f"kosten bij {kosten_per_leerjaar:.0f} euro per leerjaar"
        found.append(_times(shares[0], 100 * kosten_per_leerjaar, name, MONEY))
    return Result("", tuple(found))


def _times(share: Estimate, factor: float, name: str, unit: str) -> Estimate:
    """The share, as coarse as the gate gives a share, times a number: in another unit it tells no more."""
    ends = {key: getattr(share, key) for key in ("value", "lower", "upper", "reference")}
    scaled = {key: None if x is None else round(x, 2) * factor for key, x in ends.items()}
    return replace(share, name=name, unit=unit, **scaled)


# --- up and down --------------------------------------------------------------------------------------


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de leerlingen die van niveau wisselen omhoog gaat, na elk leerjaar.",
    teller="wie het jaar erna op een hoger niveau zit dan alle niveaus van de klas",
    noemer="wie het jaar erna op een hoger of lager niveau zit dan alle niveaus van de klas",
    buiten="wie vertrekt, en wie na een diploma doorgaat",
)
@needs(loopbaan=("niveau", "afloop"))
def up_or_down(school: School, benchmark: Benchmark) -> Result:
    """Of who changes level the share that goes up, after leerjaar 1, 2 and later, beside all schools."""
    return Result("", beside(numbers.upward(_years(school)), benchmark))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de leerlingen van niveau wisselt, van advies naar leerjaar 3 en daarna.",
    teller="wie op hetzelfde, een hoger of een lager niveau uitkomt; en een index over alle niveaus",
    noemer="leerlingen met een niveau aan het begin en aan het eind",
    buiten="klassen met meer niveaus in leerjaar 3. Een dubbel advies telt als het niveau dat uitkwam; "
    "anders als het laagste van de twee.",
)
@needs(leerlingen=("advies_definitief",), loopbaan=("niveau",))
def mobility(school: School, benchmark: Benchmark) -> Result:
    """Who stays, rises and falls from advies to leerjaar 3 and after it, with the mobility index."""
    data = _placed(school)
    return Result(
        "", beside(numbers.mobility(data), benchmark), dropped=dropped(data["advies"], data["derde"])
    )


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van elk cohort in leerjaar 3 hoger of lager zit dan het advies, alsof elk cohort "
    "dezelfde adviezen had.",
    teller="leerlingen boven of onder het definitieve advies",
    noemer="leerlingen met een advies die leerjaar 3 bereikten, gewogen naar de adviezen van alle cohorten",
    buiten="adviezen die niet in elk cohort voorkomen, en cohorten die nog geen vier jaar te volgen zijn",
)
@needs(leerlingen=("advies_definitief",), loopbaan=("niveau",))
def against_advies_by_cohort(school: School, benchmark: Benchmark) -> Result:
    """Above and below the advies by cohort at a constant mix of adviezen, beside all schools."""
    pupils = pupils_of(school)
    found = beside(numbers.by_cohort(pupils), benchmark)
    return Result("", found, dropped=dropped(pupils["definitief"], pupils["leerjaar3"]))


# --- later choices ------------------------------------------------------------------------------------


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen tot en met een leerjaar ooit boven het advies zat.",
    teller="wie in dat leerjaar of eerder in een klas zat boven alle niveaus van het advies",
    noemer="leerlingen met een advies die in dat leerjaar op deze school zaten",
    buiten="wie dat leerjaar hier niet bereikte",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"), loopbaan=("niveau",))
def late_bloomers(school: School, benchmark: Benchmark) -> Result:
    """Share of each group that has come above the advies by leerjaar 2, 3 and 4, and the gap."""
    data = _placed(school)
    found = beside(numbers.risen(data), benchmark)
    return Result("", found, dropped=dropped(data["opleiding"], data["definitief"]))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoeveel leerlingen groeien die in leerjaar 3 onder, op of boven hun advies zitten.",
    teller="score in leerjaar 3 min score in groep 8; het verschil is bij hetzelfde advies",
    noemer="leerlingen met beide scores, een advies en een niveau in leerjaar 3",
    buiten="wie een van die gegevens mist",
)
@needs(leerlingen=("advies_definitief",), loopbaan=("niveau",), toetsen=("score",))
def growth_of_late_bloomers(school: School, benchmark: Benchmark) -> Result:
    """Growth of who sits below, at and above the advies, and the difference at an equal advies."""
    data = _placed(school)
    lost = dropped(data["score_groep8"], data["score_in_leerjaar_3"], data["leerjaar3"], data["definitief"])
    return Result("", beside(numbers.growth_of_risers(data), benchmark), dropped=lost)


@about(
    "micro",
    "kwalificatie",
    definitie="Hoever de groepen uit elkaar liggen op elk moment waarop leerlingen een plaats krijgen.",
    teller="gemiddelde plaats van advies of klas op de ladder van niveaus",
    noemer="leerlingen met een bekende opleiding van de ouders en een plaats op elk moment",
    buiten="de middelste groep van opleiding, en wie leerjaar 3 hier niet bereikte",
)
@needs(leerlingen=("opleiding_ouders", "advies_eerste", "advies_definitief"), loopbaan=("niveau",))
def gap_at_each_choice(school: School, benchmark: Benchmark) -> Result:
    """Place of the outer groups at each moment of selection and the gap in steps, of the same pupils."""
    data = _placed(school)
    found = beside(numbers.at_each_choice(data), benchmark, numbers.CHOICE)
    wanted = [data[column] for column in numbers.CHOICES.values()]
    return Result("", found, dropped=dropped(data["opleiding"], *wanted))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de jongens en van de meisjes in het examenjaar van havo en vwo natuur en "
    "techniek koos.",
    teller="kandidaten met natuur en techniek, ook samen met een ander profiel",
    noemer="kandidaten van havo en vwo",
    buiten="vmbo en praktijkonderwijs; aantallen onder de vijf zijn afgeschermd en tellen als 1 tot en met 4",
)
@needs(examens=("opleiding", "kandidaten_lower"))
def technical_profile_by_sex(school: School, benchmark: Benchmark) -> Result:
    """Natuur en techniek among boys and girls of havo and vwo in every school year, with bounds."""
    return Result("", beside(technical(school.table("examens")), benchmark, UNIT))
