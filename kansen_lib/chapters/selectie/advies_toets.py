"""Advies and toets of groep 8 side by side: by two yardsticks, by advies, on three scales, nationally."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import gepubliceerd, indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import advies_toets as numbers
from kansen_lib.benchmark.vergelijken import Groups, shares_and_gap
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import in_context
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import and_everywhere, beside, dropped, pupils_of
from kansen_lib.gepubliceerd import HOOGSTE, TWEEDE, Telling
from kansen_lib.rules import MAATSTAVEN, known_rule
from kansen_lib.stats import decomposition, gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

NO_TEST = "leerlingen zonder toets of zonder advies op de ladder, en met een toets van een andere soort"
#: Yardstick to the indicator that is shown in context.
_INDICATOR = dict(zip(MAATSTAVEN, ("toets_hoger", "toets_hoger_zonder_overlap"), strict=True))
HERE, COUNTRY = "deze school", "heel Nederland"
#: The groups of income that could be read of the published table.
INKOMEN = Groups("inkomen", TWEEDE, HOOGSTE)
ALL, LOWEST, REST = "alle adviezen samen", "vier laagste adviezen samen", "vmbo-gt en hoger samen"
SAME_MIX = "die vier, bij een gelijke mix"


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe vaak het toetsadvies hoger is dan het eerste schooladvies.",
    teller="leerlingen met een toetsadvies boven het eerste advies",
    noemer="leerlingen met een toetsadvies, een eerste advies en een bekende opleiding van de ouders",
    buiten=NO_TEST,
)
@needs(leerlingen=("opleiding_ouders", "toetsadvies", "advies_eerste"))
def toets_above_advies(school: School, benchmark: Benchmark, maatstaf: str = MAATSTAVEN[0]) -> Result:
    """Share of pupils whose toetsadvies lies above the first advies, with level and gap.

    Args:
        school: the school.
        benchmark: reference values.
        maatstaf: one of :data:`kansen_lib.rules.MAATSTAVEN`. In half steps a double advies lies between
            its two levels, so that a single one is mechanically passed more often; without overlap a
            toets is higher when it has no level in common with the advies.

    Raises:
        RuleError: no such yardstick.
    """
    pupils = pupils_of(school)
    name = _INDICATOR[known_rule(maatstaf, MAATSTAVEN)]
    higher = indicators.outcome(name, pupils)
    estimates = in_context(name, higher, pupils["opleiding"], school, benchmark)
    if maatstaf != MAATSTAVEN[0]:
        estimates = tuple(numbers.held_to_half_steps(estimates, pupils))
    return Result("", estimates, dropped=dropped(pupils["opleiding"], higher))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe vaak de toets lager, gelijk of hoger is dan het eerste advies, op twee manieren geteld.",
    teller="leerlingen bij wie de toets lager, gelijk of hoger is",
    noemer="leerlingen met een toetsadvies en een eerste advies: op beide manieren dezelfde",
    buiten=NO_TEST,
)
@needs(leerlingen=("toetsadvies", "advies_eerste"))
def toets_by_yardstick(school: School, benchmark: Benchmark) -> Result:
    """Toets below, at and above the first advies: in half steps, and without overlap."""
    pupils = pupils_of(school)
    found = beside(numbers.by_yardstick(pupils), benchmark, numbers.UNIT)
    return Result("", found, dropped=dropped(indicators.outcome("toets_hoger", pupils)))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe vaak de toets hoger is dan het eerste advies, bij elk advies apart.",
    teller="leerlingen met een toetsadvies boven het eerste advies, in halve stappen",
    noemer="leerlingen met dat eerste advies en een toetsadvies",
    buiten=f"{NO_TEST}; van heel Nederland konden wij de adviezen boven vmbo-gt niet lezen",
)
@needs(leerlingen=("toetsadvies", "advies_eerste"))
def toets_by_advies(school: School, benchmark: Benchmark) -> Result:
    """Share with a higher toets at each first advies: here, over all schools, and as CBS published it."""
    pupils = pupils_of(school)
    own = beside(numbers.by_advies(pupils), benchmark, numbers.UNIT)
    order = [item.group for item in own]
    both = [*(replace(item, name=HERE) for item in own), *_country()]
    found = tuple(sorted(both, key=lambda item: (order + [item.group]).index(item.group)))
    lost = dropped(indicators.outcome("toets_hoger", pupils))
    return Result("", found, dropped=lost, sources=("leerlingen", gepubliceerd.BRON))


def _country() -> Iterator[Estimate]:
    for telling in gepubliceerd.TELLINGEN:
        if telling.advies and not telling.inkomen:
            yield gaps.share(telling.hoger, telling.leerlingen, name=COUNTRY, group=telling.advies)


SCALES = "op elke schaal dezelfde leerlingen, met een bekende opleiding van de ouders"


@about(
    "macro",
    "kwalificatie",
    definitie="Of de conclusie over een hogere toets anders wordt met minder niveaus.",
    teller="leerlingen bij wie de toets hoger is dan het eerste advies",
    noemer=SCALES,
    buiten=NO_TEST,
)
@needs(leerlingen=("opleiding_ouders", "toetsadvies", "advies_eerste"))
def toets_by_scale(school: School, benchmark: Benchmark) -> Result:
    """The gap in a higher toets with 3 levels, 5, and half steps, and without overlap.

    The data hold no gymnasium, no gl apart from tl: half steps are the finest scale there is.
    """
    pupils = pupils_of(school)
    found = and_everywhere(numbers.toets_by_scale(pupils), benchmark, numbers.TEST_ABOVE)
    return Result("", found, dropped=dropped(pupils["opleiding"], indicators.outcome("toets_hoger", pupils)))


@about(
    "macro",
    "kwalificatie",
    definitie="Of de conclusie over leerjaar 3 boven het eerste advies anders wordt met minder niveaus.",
    teller="leerlingen van wie de klas in leerjaar 3 hoger is dan het eerste advies",
    noemer=SCALES,
    buiten="Wie geen advies op de ladder heeft, of geen leerjaar 3. Klassen met drie of meer niveaus.",
)
@needs(leerlingen=("opleiding_ouders", "advies_eerste"), loopbaan=("niveau",))
def class_by_scale(school: School, benchmark: Benchmark) -> Result:
    """The gap in a class of leerjaar 3 above the first advies, with 3 levels, 5, and half steps."""
    pupils = pupils_of(school)
    found = and_everywhere(numbers.class_by_scale(pupils), benchmark, numbers.CLASS_ABOVE)
    lost = dropped(pupils["opleiding"], pupils["eerste"], pupils["niveau3"])
    return Result("", found, dropped=lost)


# --- the trap, on published counts ----------------------------------------------------------------------


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak de toets hoger is dan het eerste advies, bij twee groepen inkomens in Nederland.",
    teller="leerlingen met een toetsadvies boven het eerste advies",
    noemer="leerlingen in groep 8 met een eerste advies, schooljaar 2022/2023",
    buiten="speciaal basisonderwijs; van drie van de vijf groepen inkomens konden wij de tabel niet lezen",
)
@needs()
def toets_by_income_nationally(school: School) -> Result:
    """The trap of a mix: over adviezen together, within each, and at an equal mix of the same ones.

    Published counts of CBS (84274NED). The adviezen from vmbo-gt on could be read together only: they are
    the published total less the others.
    """
    counts = gepubliceerd.TELLINGEN
    low = [telling for telling in counts if telling.advies and telling.inkomen]
    rest = [_rest(telling, low) for telling in counts if telling.inkomen and not telling.advies]
    persons = _persons([*low, *rest])
    lowest = persons[persons["advies"] != REST]
    found = [*_by_income(ALL, persons), *_by_income(LOWEST, lowest)]
    for advies in persons["advies"].unique():
        found += _by_income(advies, persons[persons["advies"] == advies])
    found.insert(6, _at_equal_mix(lowest))
    return Result("", tuple(found), sources=(gepubliceerd.BRON,))


def _rest(total: Telling, cells: list[Telling]) -> Telling:
    """Everybody of an income whose advies could not be read apart."""
    own = [cell for cell in cells if cell.inkomen == total.inkomen]
    left = {
        name: getattr(total, name) - sum(getattr(cell, name) for cell in own)
        for name in ("leerlingen", "herzien", "niet_herzien")
    }
    return Telling(REST, total.inkomen, **left)


def _persons(cells: list[Telling]) -> pd.DataFrame:
    """One row a person of the published counts."""
    parts = [
        pd.DataFrame({"advies": cell.advies, "inkomen": cell.inkomen, "hoger": [True, False]}).loc[
            lambda rows, cell=cell: rows.index.repeat([cell.hoger, cell.leerlingen - cell.hoger])
        ]
        for cell in cells
    ]
    return pd.concat(parts, ignore_index=True)


def _by_income(name: str, persons: pd.DataFrame) -> list[Estimate]:
    order = pd.CategoricalDtype([TWEEDE, HOOGSTE], ordered=True)
    return shares_and_gap(name, persons["hoger"], persons["inkomen"].astype(order), INKOMEN)


def _at_equal_mix(persons: pd.DataFrame) -> Estimate:
    """What is left of the gap when both groups have the same mix of adviezen (Kitagawa's rates)."""
    found = decomposition.kitagawa(
        persons.astype({"hoger": float}),
        outcome="hoger",
        group="inkomen",
        low=TWEEDE,
        high=HOOGSTE,
        by="advies",
    )
    return replace(found["rates", ""], name=SAME_MIX, group=INKOMEN.gap, unit=Unit.POINTS)
