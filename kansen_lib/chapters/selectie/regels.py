"""Leerjaar 3 against the advies, under each of the official rules."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib import indicators
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Result
from kansen_lib.store import School


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
