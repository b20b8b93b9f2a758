"""The same numbers where the education of parents is not known: by neighbourhood and basisschool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import kerncijfers as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

FEW_SCHOOLS = "van te weinig scholen zijn opleiding van ouders en buurt allebei bekend"


def _thirds(school: School, pupils: pd.DataFrame, benchmark: Benchmark) -> pd.DataFrame:
    """The third of each proxy that each pupil falls in."""
    names = [numbers.cut_name(proxy.name) for proxy in numbers.PROXIES]
    ends = [[benchmark.value(name, str(place)) for place in (1, 2)] for name in names]
    cuts = {
        proxy.name: tuple(pair) if None not in pair else ()
        for proxy, pair in zip(numbers.PROXIES, ends, strict=True)
    }
    return school.once("thirds", lambda: numbers.thirds(school.store, pupils, cuts))


def _by_proxy(school: School, benchmark: Benchmark, chosen: Sequence[str]) -> tuple[Estimate, ...]:
    pupils = pupils_of(school)
    known = _thirds(school, pupils, benchmark)
    found: list[Estimate] = []
    for name in chosen:
        items = beside(numbers.by_proxy(name, pupils, known), benchmark, name)
        found += [item if len(chosen) == 1 else _called(item, name) for item in items]
    return tuple(found)


def _called(item: Estimate, number: str) -> Estimate:
    """The estimate under the name of its number, with the proxy behind it."""
    return replace(item, name=f"{numbers.NUMBERS[number]} ({item.name})")


@about(
    "meso",
    "kwalificatie",
    definitie="Hetzelfde cijfer zonder opleiding van de ouders: havo of vwo in leerjaar 3, naar buurt en "
    "basisschool.",
    teller="leerlingen in een klas met havo of vwo erin",
    noemer="leerlingen die leerjaar 3 haalden en van wie de buurt of de basisschool bekend is",
    buiten="leerlingen zonder bekende postcode of basisschool",
)
@needs(leerlingen=("pc4",), loopbaan=("niveau",))
def havo_by_proxy(school: School, benchmark: Benchmark) -> Result:
    """Havo or vwo in leerjaar 3 by the thirds of what a school does know, beside all schools."""
    found = _by_proxy(school, benchmark, [numbers.HAVO_YEAR_3])
    return Result("", found, sources=("leerlingen", "loopbaan", "kenmerken"))


@about(
    "meso",
    "kwalificatie",
    definitie="De twee cijfers over diploma's zonder opleiding van de ouders, naar buurt of basisschool.",
    teller="leerlingen met dat diploma van deze school, op tijd of hoogstens een jaar later",
    noemer="alle leerlingen die hier in leerjaar 1 begonnen en van wie de buurt of de basisschool bekend is",
    buiten="jaargroepen die nog geen zeven schooljaren te volgen waren; leerlingen zonder postcode of "
    "basisschool",
)
@needs(leerlingen=("pc4",), loopbaan=("afloop",))
def diplomas_by_proxy(school: School, benchmark: Benchmark) -> Result:
    """Both diploma numbers by the thirds of the first proxy that these data have."""
    found = _by_proxy(school, benchmark, [numbers.ON_TIME, numbers.HAVO_DIPLOMA])
    first = next((proxy.name for proxy in numbers.PROXIES if any(proxy.name in x.name for x in found)), "")
    shown = tuple(item for item in found if first in item.name)
    return Result("", shown, sources=("leerlingen", "loopbaan", "kenmerken"))


@about(
    "macro",
    definitie="Wat een kenmerk van buurt of basisschool zegt over de opleiding van ouders, op alle scholen.",
    teller="leerlingen met laagopgeleide ouders in het ongunstigste derde; het verschil tussen de derden",
    noemer="alle leerlingen in dat derde; alle leerlingen met laagopgeleide ouders",
    buiten="leerlingen van wie de opleiding van de ouders of het kenmerk niet bekend is",
)
@needs(leerlingen=("opleiding_ouders",))
def what_proxies_tell(school: School, benchmark: Benchmark) -> Result:
    """Whom the first third of each proxy holds, and which part of the gap by education its own gap keeps.

    Numbers of all schools: they say how far a school without the education of parents may trust a proxy.
    """
    names = [proxy.name for proxy in numbers.PROXIES]
    low = [numbers.EVERYBODY, *(numbers.in_first(name) for name in names)]
    wanted = [(numbers.LOW_IN_THIRD, group) for group in low]
    wanted += [(numbers.IN_THIRD, numbers.of_low(name)) for name in names]
    wanted += [(numbers.KEPT, name) for name in names]
    found = [benchmark.find(name, group) for name, group in wanted]
    known = tuple(item for item in found if item is not None)
    if not known:
        return Result("", (Estimate.not_computable(numbers.LOW_IN_THIRD, FEW_SCHOOLS, unit=Unit.SHARE),))
    return Result("", known)
