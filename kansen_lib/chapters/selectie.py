"""Chapter 3: advies, toets, placement and the way through the school."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.views import at_equal_score
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import in_context
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

_HAVO_UP = tuple(label for label in codes.ADVIES.codes if codes.step(label) >= codes.step("havo"))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de adviezen van basisscholen in de gemeente havo of hoger is.",
    teller="adviezen havo, havo/vwo en vwo",
    noemer="alle adviezen van basisscholen in de gemeente in dat schooljaar",
    buiten="aantallen onder de 5 zijn afgeschermd en tellen als 1 tot 4",
)
@needs()
def advies_of_basisscholen(school: School) -> Result:
    """Share of havo, havo/vwo and vwo adviezen of the basisscholen in the gemeente, per school year.

    Masked counts are carried as bounds; pupils without an advies on the ladder are in the total.
    """
    sources = ("adviezen_po",)
    gemeente = school.record["gemeente"]
    rows = (
        school.store.read("adviezen_po", where={"gemeente": gemeente})
        if pd.notna(gemeente)
        else school.table("adviezen_po")
    )
    if rows.empty:
        return Result("", sources=sources, missing=("adviezen_po.aantal_lower",))
    estimates = []
    for year, part in rows.groupby("schooljaar"):
        up = part["advies"].isin(_HAVO_UP)
        count, rest = (
            indicators.bounds(part[chosen].sum(numeric_only=True), "aantal") for chosen in (up, ~up)
        )
        estimates.append(gaps.bounded_share(count, rest, name="havo of hoger", group=str(year)))
    return Result("", tuple(estimates), sources=sources)


@about(
    "meso",
    definitie="Hoeveel leerlingen in een brugklas met één, twee of meer niveaus zitten.",
    teller="leerlingen in leerjaar 1 per soort brugklas",
    noemer="alle leerlingen in leerjaar 1 met een bekend soort brugklas",
    buiten="klassen waarvan het soort niet bekend is",
)
@needs(aantallen=("brugklastype",))
def brugklas_breadth(school: School, benchmark: Benchmark) -> Result:
    """Share of first-year pupils in a brugklas with one, two or more levels."""
    counts = indicators.breadth(school.table("aantallen"))
    if counts.empty:
        reason = "geen leerlingen in leerjaar 1 met een bekend soort brugklas"
        return Result("", (Estimate.not_computable("brugklas", reason, unit=Unit.SHARE),))
    estimates = [
        gaps.bounded_share(
            indicators.bounds(row, "aantal"),
            indicators.bounds(row, "rest"),
            name="brugklas",
            group=f"{row['niveaus']} niveau" + ("s" if row["niveaus"] > 1 else ""),
            reference=benchmark.value("brugklas", str(row["niveaus"])),
        )
        for _, row in counts.iterrows()
    ]
    return Result("", tuple(estimates))


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


@about(
    "micro",
    "kwalificatie",
    definitie="Hoeveel stappen het eerste advies verschilt tussen groepen leerlingen met dezelfde "
    "toetsscore.",
    teller="plaats van het eerste advies op de ladder, in stappen",
    noemer="leerlingen met een score, een advies, een bekende basisschool en een bekende opleiding van "
    "de ouders",
    buiten="cohorten zonder toets en leerlingen met een toets van een oudere soort",
)
@needs(leerlingen=("opleiding_ouders", "toetsscore", "advies_eerste", "basisschool"))
def advies_at_equal_score(school: School, benchmark: Benchmark) -> Result:
    """Levels of the first advies by parental education, and the gap that is left at an equal score.

    Both are about the pupils with a score, an advies and a basisschool, and so is the reference.
    """
    everyone = pupils_of(school)
    pupils = indicators.comparable_at_score(everyone)
    higher = indicators.outcome("havo_advies", pupils)
    levels = in_context("havo_advies", higher, pupils["opleiding"], school, benchmark)
    gap = at_equal_score(pupils, "eerste", "gat bij gelijke score")
    lost = (len(everyone) - len(pupils), len(everyone))
    return Result("", (*levels, gap), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Of leerlingen in leerjaar 3 onder, op of boven hun advies zitten.",
    teller="leerlingen onder, op of boven het advies",
    noemer="leerlingen van wie advies en leerjaar 3 bekend zijn",
    buiten="wie voor leerjaar 3 vertrok, of geen advies op de ladder heeft",
)
@needs(leerlingen=("advies_eerste", "advies_definitief"), loopbaan=("niveau",))
def position_in_leerjaar3(school: School, rule: str = "inspectie") -> Result:
    """Where pupils sit in leerjaar 3 against their advies, under one of the official rules.

    Args:
        school: the school.
        rule: one of :data:`kansen_lib.indicators.RULES`; the Inspectie takes the first advies, the
            others the definitive one.
    """
    pupils = pupils_of(school)
    column = "advies_eerste" if rule == "inspectie" else "advies_definitief"
    place = indicators.position(pupils[column], pupils["leerjaar3"], rule).dropna()
    estimates = [
        gaps.share(int((place == label).sum()), len(place), name=rule, group=f"{label} advies")
        for label in place.cat.categories
    ]
    return Result("", tuple(estimates))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak leerlingen boven hun advies zitten, onder elke officiële regel.",
    teller="leerlingen boven het advies",
    noemer="leerlingen van wie advies en leerjaar 3 bekend zijn",
    buiten="wie voor leerjaar 3 vertrok, of geen advies op de ladder heeft",
)
@needs(leerlingen=("advies_eerste", "advies_definitief"), loopbaan=("niveau",))
def position_under_all_rules(school: School) -> Result:
    """Share above the advies under each official rule: the same pupils, other numbers.

    Each is held to the smallest of its rule's three groups: beside the card of one rule it would give
    a withheld group back.
    """
    estimates = []
    for rule in indicators.RULES:
        parts = position_in_leerjaar3(school, rule).estimates
        above = gaps.share(parts[-1].count or 0, parts[-1].n or 0, name="boven advies", group=rule)
        cells = [part.count for part in parts if part.count is not None]
        estimates.append(replace(above, smallest=min(cells, default=None)))
    return Result("", tuple(estimates))
