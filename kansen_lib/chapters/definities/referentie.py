"""Who is counted in chapter 1, and the numbers of all schools beside those of this one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.views import same_pupils
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats.result import Estimate
from kansen_lib.store import School

#: Denominator and exclusions of every card about the same pupils.
SAME = (
    "steeds dezelfde leerlingen, van wie alles bekend is: basisschool, adviezen, toetsen tot en met "
    "leerjaar 3, de klas in leerjaar 3 en, waar de school die heeft, de gegevens over thuis"
)
LOST = (
    "wie voor leerjaar 3 vertrok of daar nog niet is, zoals wie in het jongste cohort bleef zitten; cohorten "
    "zonder toets in groep 8, of met een toets van een oudere soort"
)

#: Why there is no level in leerjaar 3, where classes hold three levels or more.
NO_LEVEL = "in leerjaar 3 zitten hier veel niveaus bij elkaar: het eigen niveau is niet te zien"


def counted(school: School) -> tuple[pd.DataFrame, tuple[int, int]]:
    """The pupils that count under every definition, and how many fell out, of how many."""
    everyone = pupils_of(school)
    known = same_pupils(everyone)
    return known, (len(everyone) - len(known), len(everyone))


def without_level(items: Iterable[Estimate], known: pd.DataFrame) -> tuple[Estimate, ...]:
    """The numbers, with the plain reason where pupils of this school have no level in leerjaar 3."""
    if known.empty or known["niveau3"].notna().any():
        return tuple(items)
    return tuple(
        replace(item, reason=NO_LEVEL) if item.value is None and "niveau" in item.name else item
        for item in items
    )
