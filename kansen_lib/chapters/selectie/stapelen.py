"""From entry to diploma: what becomes of pupils, by when, and by which route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import stapelen as numbers
from kansen_lib.benchmark.context import GAP
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, dropped, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

NOT_SEEN = (
    "wat er na het vertrek van deze school gebeurt; wie nog op school zit, telt mee tot en met het laatste "
    "jaar dat bekend is"
)
ALL = "alle scholen"


def _careers(school: School) -> pd.DataFrame:
    return school.once("careers", lambda: numbers.careers(pupils_of(school), school.table("loopbaan")))


def _here_and_anywhere(
    items: list[Estimate], groups: Sequence[str], hidden: str, benchmark: Benchmark
) -> tuple[Estimate, ...]:
    """Each number beside the one of all schools counted alike, and after it that of pupils at any school.

    Args:
        items: numbers of the school.
        groups: labels of the groups that all schools have, in order.
        hidden: of what one school has too few: told of all schools only.
        benchmark: keeps those of all schools.
    """
    found: list[Estimate] = []
    for name in dict.fromkeys(item.name for item in items):
        own = [item for item in items if item.name == name]
        anywhere = [benchmark.find(name, group, numbers.ANYWHERE) for group in groups]
        found += () if name.startswith(hidden) else beside(own, benchmark)
        found += [replace(x, name=f"{x.name}, {numbers.ANYWHERE}") for x in anywhere if x is not None]
    return tuple(found)


@about(
    "meso",
    "kwalificatie",
    definitie="Wat er van leerlingen geworden is na elk jaar: een diploma, een andere school, of uit het "
    "onderwijs.",
    teller="leerlingen die zo van deze school gingen, tot en met dat jaar",
    noemer="alle leerlingen die op deze school begonnen",
    buiten=NOT_SEEN,
)
@needs(loopbaan=("afloop",))
def what_becomes_of_pupils(school: School, benchmark: Benchmark) -> Result:
    """Cumulative incidence of each end by year since entry, with the line of diplomas of all schools."""
    own = numbers.over_years(_careers(school))
    years = [item.group for item in own if item.name == numbers.DIPLOMA]
    everywhere = [benchmark.find(numbers.DIPLOMA, year) for year in years]
    lines = [replace(x, name=f"{x.name}, {ALL}") for x in everywhere if x is not None]
    return Result("", (*beside(own, benchmark), *lines))


@about(
    "meso",
    "kwalificatie",
    definitie="Wat er binnen zes jaar van leerlingen geworden is, naar opleiding van de ouders. Op een "
    "vmbo-school binnen vier of vijf jaar.",
    teller="leerlingen die binnen die jaren zo van deze school gingen",
    noemer="leerlingen in een groep die op deze school begonnen",
    buiten=f"de middelste groep van opleiding; {NOT_SEEN}",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("afloop",))
def ends_by_group(school: School, benchmark: Benchmark) -> Result:
    """Each end within six years: the outer groups of parental education, and the gap, beside all schools.

    Within four or five where nobody is at the school for longer.
    """
    careers = _careers(school)
    found = beside(numbers.by_group(careers, numbers.years_to_compare(careers)), benchmark)
    return Result("", found, dropped=dropped(pupils_of(school)["opleiding"]))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel na een diploma het jaar erna een niveau hoger doorgaat.",
    teller="wie het schooljaar na het diploma op havo (na vmbo-gt) of vwo (na havo) zit",
    noemer="leerlingen met een diploma van vmbo-gt of havo van wie het jaar erna te zien is",
    buiten="wie naar het mbo of hbo gaat, is hier niet te volgen. De school ziet alleen wie hier doorgaat",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("niveau", "afloop"))
def stacking(school: School, benchmark: Benchmark) -> Result:
    """Stapelen: of who got a diploma the share on the next level a year later, here and at any school."""
    items = numbers.stacked(_careers(school))
    groups = ("", *codes.OPLEIDING_OUDERS_3.codes, GAP)
    found = _here_and_anywhere(items, groups, numbers.TO_VWO, benchmark)
    return Result("", found, dropped=dropped(pupils_of(school)["opleiding"]))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk diploma leerlingen na zes jaar hebben, naar hun niveau in leerjaar 3.",
    teller="leerlingen die binnen zes jaar na de start zo eindigden",
    noemer="leerlingen die in leerjaar 3 op vmbo-gt of op havo zaten",
    buiten=f"andere niveaus en brede klassen in leerjaar 3; {NOT_SEEN}",
)
@needs(loopbaan=("niveau", "afloop"))
def long_route(school: School, benchmark: Benchmark) -> Result:
    """The way by vmbo-gt and by havo: diploma of havo or vwo, of vmbo only, and without, within six years."""
    routes = numbers.by_route(_careers(school))
    groups = (numbers.VIA, numbers.DIRECT, f"{numbers.DIRECT} minus {numbers.VIA}")
    return Result("", _here_and_anywhere(routes, groups, numbers.STOPPED, benchmark))


@about(
    "meso",
    "kwalificatie",
    definitie="Wat er binnen twee jaar wordt van wie in havo 4 begint, met en zonder vmbo-diploma.",
    teller="leerlingen die binnen twee jaar zo eindigden",
    noemer="leerlingen die in leerjaar 4 van de havo begonnen",
    buiten=f"wie vanaf een andere school in havo 4 begon; {NOT_SEEN}",
)
@needs(loopbaan=("niveau", "afloop"))
def after_coming_into_havo(school: School, benchmark: Benchmark) -> Result:
    """Diploma and ways out within two years of havo 4, for who came straight and who stacked."""
    routes = numbers.in_havo(_careers(school))
    groups = (numbers.STRAIGHT, numbers.AFTER, f"{numbers.AFTER} minus {numbers.STRAIGHT}")
    return Result("", _here_and_anywhere(routes, groups, numbers.OFF_HAVO, benchmark))
