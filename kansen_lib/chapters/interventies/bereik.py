"""Who the interventions reach: before any effect, and level and gap together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark, evaluatie
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.benchmark.evaluatie import Aanpak
from kansen_lib.benchmark.evaluatie import bereik as numbers
from kansen_lib.benchmark.evaluatie.names import ALL, FEWEST_SCHOOLS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import Keuze
from kansen_lib.chapters.needs import needs, needs_of_all
from kansen_lib.chapters.pupils import EVERYWHERE, beside, dropped, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Names of the card of all own interventions: each is a row under them.
TOOK, UNEQUAL = "meegedaan", "concentratie-index"
_WHOLE = "alle aanpakken van deze school zijn voor hele klassen of leerjaren: iedereen doet mee"
_ALL_SCHOOLS = "dit zijn alle scholen samen"
_FEW = f"te weinig leerlingen in een van de groepen, {_ALL_SCHOOLS}"
_NOT_WITHIN = f"hier is niet per leerling gekozen wie meedoet, {_ALL_SCHOOLS}"
_OTHER_COHORTS = "in de gekozen cohorten liep op deze school geen van deze aanpakken"
_NOT_HERE = "deze school doet met geen van deze aanpakken mee"


@about(
    "micro",
    definitie="Hoe ver de aanpak kwam: voor wie hij bedoeld is, aan wie hij is aangeboden, wie meedeed en "
    "wie de gebruikelijke dosis kreeg.",
    teller="Leerlingen die zo ver kwamen. De gebruikelijke dosis is wat de helft van de deelnemers van alle "
    "scholen samen minstens kreeg.",
    noemer="Alle leerlingen van de cohorten en scholen waarin de aanpak liep. Bij een aanpak voor hele "
    "scholen tellen ook de scholen mee die ermee worden vergeleken.",
    buiten="Leerlingen van wie de achtergrond niet bekend is. Een stap die iedereen zette, "
    "staat er niet bij.",
)
@needs_of_all(leerlingen=("opleiding_ouders",), interventies=("doelgroep",), deelname=("deelgenomen",))
def reach(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """How far the chosen intervention came with each group: of this school beside all, else of all schools.

    Args:
        school: the school of the report.
        benchmark: numbers of all schools.
        keuze: what is evaluated.
    """
    if keuze.aanpak is None:
        return Result("", (_none(keuze.reason),))
    if not _within(school, keuze.aanpak):
        return Result("", (*_of_all(school, benchmark, keuze), _own(_NOT_WITHIN)))
    everyone = _everyone(school, benchmark, keuze.aanpak)
    own = numbers.reach(everyone)
    if own and all(_told(item) for item in own if item.name == numbers.TOOK):
        groups = everyone[evaluatie.background(everyone).column]
        return Result("", _beside(own, benchmark, keuze.aanpak), dropped=dropped(groups))
    return Result("", (*_of_all(school, benchmark, keuze), _own(_FEW)))


@about(
    "meso",
    definitie="Van de leerlingen voor wie een aanpak bedoeld is: welk deel meedeed, hoe ver de groepen "
    "uit elkaar liggen, en bij wie het meedoen zich ophoopt.",
    teller="Leerlingen die meededen.",
    noemer="Leerlingen voor wie de aanpak bedoeld is, van de cohorten waarin hij liep.",
    buiten="Aanpakken voor hele klassen of leerjaren: daar doet iedereen mee. Leerlingen van wie de "
    "achtergrond niet bekend is.",
)
@needs(leerlingen=("leerling",), interventies=("doelgroep",), deelname=("deelgenomen",))
def reach_side_by_side(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Level, gap and concentration of taking part, for every intervention that this school chose pupils for.

    Args:
        school: the school of the report.
        benchmark: numbers of all schools.
        keuze: what is evaluated; its register tells which interventions there are.
    """
    begun = [entry for entry in (keuze.register or {}).values() if school.vestiging in entry.begun]
    chosen = [entry for entry in begun if _within(school, entry)]
    found = [item for entry in chosen for item in _participation(school, benchmark, entry)]
    if not found:
        reason = _OTHER_COHORTS if chosen else _WHOLE if begun else _NOT_HERE
        return Result("", (_none(reason),))
    return Result("", tuple(sorted(found, key=lambda item: _ORDER[item.unit])))


#: Panels of the card: level first, then gap, then concentration.
_ORDER = {Unit.SHARE: 0, Unit.POINTS: 1, numbers.AROUND_0: 2}


def _participation(school: School, benchmark: Benchmark, aanpak: Aanpak) -> Iterable[Estimate]:
    """Level of this school; gap and concentration too, or of all schools where a group of it is small."""
    everyone = _everyone(school, benchmark, aanpak)
    found = numbers.participation(everyone) if everyone[numbers.MEANT].any() else []
    for item in _beside(found, benchmark, aanpak):
        if item.group == ALL:
            yield replace(item, name=TOOK, group=aanpak.naam)
            continue
        name = UNEQUAL if item.name == numbers.INDEX else f"{TOOK}, {item.group}"
        whole = benchmark.find(item.name, item.group, _place(aanpak))
        if _told(item) or whole is None or len(aanpak.begun) < FEWEST_SCHOOLS:
            yield replace(item, name=name, group=aanpak.naam)
        else:
            yield replace(whole, name=name, group=aanpak.naam + EVERYWHERE)


def _told(item: Estimate) -> bool:
    """Whether neither those with the outcome nor those without are few."""
    cells = [item.n or 0] if item.smallest is None else [item.smallest]
    if item.count is not None and item.n is not None:
        cells += [item.count, item.n - item.count]
    return item.value is not None and min(cells) >= FEWEST_PUPILS


def _within(school: School, aanpak: Aanpak) -> bool:
    """Whether this school takes part with some of its pupils."""
    return school.vestiging in aanpak.begun and aanpak.toewijzing not in numbers.WHOLE_SCHOOLS


def _everyone(school: School, benchmark: Benchmark, aanpak: Aanpak) -> pd.DataFrame:
    usual = benchmark.value(numbers.USUAL, "", _place(aanpak))
    return numbers.stages(pupils_of(school), school.table("deelname"), aanpak, usual)


def _beside(items: Iterable[Estimate], benchmark: Benchmark, aanpak: Aanpak) -> tuple[Estimate, ...]:
    """The own numbers beside those of all schools, where these are enough not to tell one other."""
    if len(aanpak.begun) < FEWEST_SCHOOLS:
        return tuple(items)
    return beside(items, benchmark, _place(aanpak))


def _of_all(school: School, benchmark: Benchmark, keuze: Keuze) -> tuple[Estimate, ...]:
    reason = keuze.told(school)
    if reason or keuze.aanpak is None:
        return (_none(reason),)
    stages = [item for stage in numbers.STAGES for item in benchmark.all(stage, _place(keuze.aanpak))]
    return tuple(stages) or (_none("deze aanpak was voor iedereen bedoeld, en iedereen deed mee"),)


def _place(aanpak: Aanpak) -> str:
    """Under which unit the benchmark keeps the reach of an intervention."""
    return evaluatie.unit(aanpak.interventie, "", "")


def _own(reason: str) -> Estimate:
    """Why the numbers beside it are of all schools."""
    return Estimate.not_computable("deze school", reason, unit=Unit.SHARE)


def _none(reason: str) -> Estimate:
    return Estimate.not_computable(numbers.TOOK, reason, unit=Unit.SHARE)
