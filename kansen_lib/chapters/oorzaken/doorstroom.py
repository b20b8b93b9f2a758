"""How school years end, and where children end up beside their parents: level and gap."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import doorstroom as numbers
from kansen_lib.benchmark.context import levels_and_gap
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import learners_of, of_all
from kansen_lib.chapters.pupils import beside, dropped, pupils_of
from kansen_lib.stats.result import Result
from kansen_lib.store import School

HAVO = "havo_of_vwo_in_leerjaar_3"
COUNTED_YEARS = (
    "Het laatste schooljaar: daarvan is nog niet bekend hoe het afliep. Nieuwkomers in leerjaar 1, zoals "
    "het CBS doet. Jaren op een andere school."
)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak een schooljaar eindigt met doubleren, opstroom of afstroom.",
    teller="Schooljaren van leerlingen die zo eindigden. Op- en afstroom tellen vanaf leerjaar 3.",
    noemer="Alle schooljaren van leerlingen in een groep op deze school.",
    buiten=COUNTED_YEARS,
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("afloop",))
def endings_by_group(school: School, benchmark: Benchmark) -> Result:
    """Yearly doubleren, opstroom and afstroom by parental education, level and gap, beside all schools."""
    years = numbers.years_of(pupils_of(school), school.table("loopbaan"))
    return Result("", beside(numbers.endings(years), benchmark), dropped=_lost(school))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak een schooljaar eindigt met doubleren, opstroom of afstroom, per leerjaar.",
    teller="Schooljaren van leerlingen die zo eindigden. Op- en afstroom tellen vanaf leerjaar 3.",
    noemer="Alle schooljaren in dat leerjaar op deze school.",
    buiten=COUNTED_YEARS,
)
@needs(loopbaan=("afloop",))
def endings_by_leerjaar(school: School, benchmark: Benchmark) -> Result:
    """The same yearly shares, leerjaar by leerjaar, all pupils together, beside all schools."""
    years = numbers.years_of(pupils_of(school), school.table("loopbaan"))
    found = []
    for item in numbers.endings_by_year(years):
        everywhere = benchmark.find(item.name, item.group)
        name = item.name.removesuffix(" per leerjaar")
        found.append(replace(item, name=name))
        if everywhere is not None:
            found.append(replace(everywhere, name=f"{name}, alle scholen"))
    return Result("", tuple(found))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe de plaats van een kind op de ladder van niveaus samenhangt met de plaats van de ouders, "
    "en welk deel van elke groep in leerjaar 3 in havo of vwo zit.",
    teller="De plaats van het kind bij tien plaatsen hoger van de ouders; leerlingen in havo of vwo.",
    noemer="Honderd plaatsen op de ladder; alle leerlingen in een groep.",
    buiten="Leerlingen zonder leerjaar 3 op deze school, of van wie de opleiding van de ouders niet "
    "bekend is.",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("niveau",))
def place_and_rise(school: School, benchmark: Benchmark) -> Result:
    """Relative and absolute: rank-rank slope of level on parental education, and the share in havo or vwo.

    All may rise while places stay as they are. Places of a school are those among its own pupils.
    """
    data = learners_of(school)
    name = "plaats van kind en ouders"
    unit = numbers.PLACES
    own = replace(numbers.place_of_child(data, "klas_3"), name=name, group="deze school")
    whole = replace(of_all(benchmark, name, "", name=name, unit=unit), group="alle scholen samen")
    outcome = indicators.outcome(HAVO, data)
    levels = levels_and_gap(indicators.INDICATORS[HAVO], outcome, data["opleiding"])
    havo = (replace(item, name="havo of vwo in leerjaar 3") for item in beside(levels, benchmark))
    found = (own, whole, *havo)
    return Result("", found, dropped=dropped(data["niveau_3"], data["opleiding"]))


def _lost(school: School) -> tuple[int, int]:
    return dropped(pupils_of(school)["opleiding"])
