"""Belonging, safety and citizenship: by group, and how far classes differ; never a list of classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import enquete as survey
from kansen_lib.benchmark.vergelijken import HERKOMST, OPLEIDING, RICHTING, SCALE_POINTS
from kansen_lib.chapters import enquete
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

SAFETY = ("veiligheid_sociaal", "veiligheid_onderwijskundig", "veiligheid_emotioneel")


@about(
    "meso",
    "socialisatie",
    definitie="Hoe sterk leerlingen zich betrokken voelen bij de samenleving, op vmbo en op havo/vwo.",
    teller="het gemiddelde van de antwoorden (1 tot 5) op de schaal burgerschap",
    noemer="leerlingen die de vragenlijst invulden, naar het niveau van hun klas",
    buiten="Klassen met vmbo en havo of vwo samen, en praktijkonderwijs.",
)
@needs(enquete=("antwoord",), loopbaan=("niveau",))
def citizenship_by_track(school: School, benchmark: Benchmark) -> Result:
    """Citizenship on vmbo and on havo/vwo: level of each and the gap, beside all schools."""
    data = enquete.answers_of(school)
    return enquete.result(enquete.scale(data, "burgerschap", (RICHTING,), benchmark), data, "richting")


@about(
    "meso",
    "socialisatie",
    definitie="Hoe sterk leerlingen zich thuis voelen op school, en hoe ver klassen daarin uiteenlopen.",
    teller="het gemiddelde van de antwoorden (1 tot 5) op de schaal verbondenheid",
    noemer="leerlingen die de vragenlijst invulden, naar opleiding van de ouders en naar herkomst",
    buiten="Wie de helft van de schaal of minder invulde. Klassen worden niet elk apart getoond.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders",))
def belonging(school: School, benchmark: Benchmark) -> Result:
    """Belonging by parental education and herkomst, and its differences between classes."""
    data = enquete.answers_of(school)
    found = enquete.scale(data, "verbondenheid", (OPLEIDING, HERKOMST), benchmark)
    (share, _) = _between_classes(data, "verbondenheid", benchmark)
    return enquete.result((*found, replace(share, group="")), data, "opleiding")


@about(
    "micro",
    "persoonsvorming",
    definitie="Hoe veilig leerlingen zich voelen: met elkaar, in de les en bij zichzelf; en hoe ver klassen "
    "daarin uiteenlopen.",
    teller="het gemiddelde van de antwoorden (1 tot 5) op drie schalen voor veiligheid",
    noemer="leerlingen die de vragenlijst invulden",
    buiten="Wie de helft van een schaal of minder invulde. Geen enkele klas of leraar wordt apart getoond.",
)
@needs(enquete=("antwoord",), loopbaan=("klas",))
def safety(school: School, benchmark: Benchmark) -> Result:
    """The three kinds of safety: mean of the school and the part of the differences between classes.

    Classes are pooled and never shown one by one: with few respondents each their order is chance.
    """
    data = enquete.answers_of(school)
    found = [item for schaal in SAFETY for item in _safety(data, schaal, benchmark)]
    return enquete.result(found, data, "klas")


def _safety(data: pd.DataFrame, schaal: str, benchmark: Benchmark) -> Iterator[Estimate]:
    name = survey.label(schaal)
    if data[schaal].isna().all():
        yield Estimate.not_computable(name, enquete.NOT_ASKED, unit=SCALE_POINTS)
        return
    omega = enquete.precision(data, schaal, benchmark)
    if enquete.is_precise(omega):
        level = gaps.mean(data[schaal], name=name, unit=SCALE_POINTS)
        yield from beside([replace(level, group="alle leerlingen")], benchmark)
        yield from _between_classes(data, schaal, benchmark)
    else:
        yield Estimate.not_computable(name, enquete.NOT_PRECISE, unit=SCALE_POINTS)
    yield omega


def _between_classes(data: pd.DataFrame, schaal: str, benchmark: Benchmark) -> tuple[Estimate, ...]:
    """Part of the differences between classes, and how reliable the mean of a class would be.

    Both fall below 0 where classes differ less than by chance: a part of a whole is then shown as 0.
    """
    found = beside(survey.between_classes(data, schaal), benchmark)
    return tuple(_not_below_zero(item) for item in found)


def _not_below_zero(item: Estimate) -> Estimate:
    ends = {name: getattr(item, name) for name in ("value", "lower", "upper", "reference")}
    return replace(item, **{name: max(0.0, end) for name, end in ends.items() if end is not None})
