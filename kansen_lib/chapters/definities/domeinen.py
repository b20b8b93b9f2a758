"""More than marks: every outcome that is measured, by Biesta's domain (INVENTORY #2, #14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import enquete as survey
from kansen_lib.benchmark.vergelijken import OPLEIDING, means_and_gap, shares_and_gap
from kansen_lib.chapters.about import about
from kansen_lib.chapters.enquete import answers_of, scale
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of, with_reference
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Scale of the survey that stands for a domain.
SCALES = {"socialisatie": "burgerschap", "persoonsvorming": "zelfstandigheid"}
NOT_MEASURED = "dat is hier niet gemeten"


@about(
    "meso",
    definitie="Elke uitkomst die deze school meet, per doel van onderwijs, naar opleiding van de ouders.",
    teller="gemiddelde score, leerlingen met een diploma, gemiddelde van de antwoorden op een schaal",
    noemer="leerlingen van wie die uitkomst en de opleiding van de ouders bekend zijn",
    buiten="wat niet gemeten is: dat staat er als niet gemeten, nooit als nul",
)
@needs(leerlingen=("opleiding_ouders",))
def outcomes_by_domain(school: School, benchmark: Benchmark) -> Result:
    """Outcomes of kwalificatie, socialisatie and persoonsvorming: levels, gaps, and what is not measured."""
    pupils = pupils_of(school)
    found = [*_score(pupils, benchmark), *_diploma(pupils, benchmark)]
    answers = answers_of(school)
    for domain, schaal in SCALES.items():
        found += _renamed(_scale(answers, schaal, benchmark), domain)
    tables = [name for name in ("leerlingen", "loopbaan", "toetsen", "enquete") if len(school.table(name))]
    return Result("", tuple(found), dropped=dropped(pupils["opleiding"]), sources=tuple(tables))


def _renamed(items: Iterable[Estimate], domain: str) -> list[Estimate]:
    return [replace(item, name=f"{domain}: {item.name}") for item in items]


def _score(pupils: pd.DataFrame, benchmark: Benchmark) -> list[Estimate]:
    name = "score_in_leerjaar_3"
    if pupils[name].isna().all():
        return _renamed([_not_measured("score in leerjaar 3", Unit.SCORE)], "kwalificatie")
    found = means_and_gap(name, pupils[name], pupils["opleiding"], OPLEIDING, unit=Unit.SCORE)
    shown = [
        with_reference(item, benchmark.value(name, item.group) if item.unit == Unit.SCORE else None)
        for item in found
    ]
    return _renamed([replace(item, name="score in leerjaar 3") for item in shown], "kwalificatie")


def _diploma(pupils: pd.DataFrame, benchmark: Benchmark) -> list[Estimate]:
    outcome = indicators.outcome("diploma", pupils)
    if pupils["diploma_niveau"].isna().all():
        return _renamed([_not_measured("diploma", Unit.SHARE)], "kwalificatie")
    found = shares_and_gap("diploma", outcome, pupils["opleiding"], OPLEIDING)
    shown = [with_reference(item, benchmark.value("diploma", item.group)) for item in found]
    return _renamed(shown, "kwalificatie")


def _scale(answers: pd.DataFrame, schaal: str, benchmark: Benchmark) -> Iterable[Estimate]:
    if answers[schaal].isna().all():
        return [_not_measured(survey.label(schaal), Unit.SD)]
    return scale(answers, schaal, [OPLEIDING], benchmark)


def _not_measured(name: str, unit: str) -> Estimate:
    return Estimate.not_computable(name, NOT_MEASURED, group=OPLEIDING.gap, unit=unit)
