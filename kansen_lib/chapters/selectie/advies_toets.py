"""Advies and toets of groep 8 side by side."""

from __future__ import annotations

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import in_context
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats.result import Result
from kansen_lib.store import School


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe vaak het toetsadvies hoger is dan het eerste schooladvies.",
    teller="leerlingen met een toetsadvies boven het eerste advies",
    noemer="leerlingen met een toetsadvies, een eerste advies en een bekende opleiding van de ouders",
    buiten="leerlingen zonder toets of zonder advies op de ladder",
)
@needs(leerlingen=("opleiding_ouders", "toetsadvies", "advies_eerste"))
def toets_above_advies(school: School, benchmark: Benchmark) -> Result:
    """Share of pupils whose toetsadvies lies above the first advies, with level and gap.

    Adviezen are compared on the half-step scale: a double lies between its two levels, so that a
    single advies is mechanically passed more often than a double one.
    """
    pupils = pupils_of(school)
    higher = indicators.outcome("toets_hoger", pupils)
    estimates = in_context("toets_hoger", higher, pupils["opleiding"], school, benchmark)
    return Result("", estimates, dropped=dropped(pupils["opleiding"], pupils["toets"], pupils["eerste"]))
