"""The second definition: the same chances for who performs alike, and how sure we are of 'alike'."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.context import GAP
from kansen_lib.benchmark.definities import MERIT, TILES, merit
from kansen_lib.benchmark.trajectories import at_equal_level
from kansen_lib.benchmark.views import at_equal_score, by_reliability, curve, held_to, two_groups
from kansen_lib.chapters.about import about
from kansen_lib.chapters.definities.referentie import LOST, NO_LEVEL, SAME, counted
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, pupils_of
from kansen_lib.stats import ordinal
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

_ADVICE = ("opleiding_ouders", "toetsscore", "advies_eerste", "basisschool")
#: Levels of which the share at an equal score is shown.
THRESHOLDS = ("vmbo-gt", "havo", "vwo")


def _comparable(school: School) -> tuple[pd.DataFrame, tuple[int, int]]:
    everyone = pupils_of(school)
    known = indicators.comparable_at_score(everyone)
    return known, (len(everyone) - len(known), len(everyone))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe het verschil bij gelijke kennis verandert met de vraag hoe precies de toets meet.",
    teller="plaats van het eerste advies op de ladder, en van de klas in leerjaar 3, in stappen",
    noemer="leerlingen met een score, een advies, een bekende basisschool en een bekende opleiding van "
    "de ouders",
    buiten="cohorten zonder toets en leerlingen met een toets van een oudere soort",
)
@needs(leerlingen=_ADVICE)
def gap_by_reliability(school: School, benchmark: Benchmark) -> Result:
    """The gap at an equal true score, were the test more or less precise: reliability 0.75 to 1."""
    known, lost = _comparable(school)
    found = [
        replace(item, group=item.group.removeprefix("reliability ").replace(".", ","))
        for item in by_reliability(known, "eerste", "advies bij gelijke kennis").estimates
    ]
    return Result("", tuple(found), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Welk advies leerlingen met dezelfde score gemiddeld krijgen, naar opleiding van de ouders.",
    teller="verwachte plaats van het eerste advies op de ladder, in stappen",
    noemer="leerlingen met een score, een advies, een bekende basisschool en een bekende opleiding van "
    "de ouders",
    buiten="scores die maar in een van de twee groepen voorkomen",
)
@needs(leerlingen=_ADVICE)
def advies_by_score(school: School, benchmark: Benchmark, scores: int = 5) -> Result:
    """Expected first advice of both groups at scores that both have; a line a group.

    Args:
        school: the school.
        benchmark: not read: all schools have another range of common scores.
        scores: number of scores.
    """
    known, lost = _comparable(school)
    found = curve(known, "eerste", "advies", scores).estimates
    return Result("", tuple(_point(item) for item in found if " minus " not in item.group), dropped=lost)


def _point(item: Estimate) -> Estimate:
    """A point of a line: the line is the group, the place is the score."""
    if item.value is None:
        return item
    score = round(float(item.name.rpartition(" ")[2]))
    return replace(item, name=f"opleiding {item.group}", group=f"score {score}")


@about(
    "meso",
    "kwalificatie",
    definitie="Of het verschil bij gelijke score overal op de ladder even groot is.",
    teller="leerlingen met een advies van dit niveau of hoger; en de plaats van het advies in stappen",
    noemer="leerlingen met een score, een advies, een bekende basisschool en een bekende opleiding van "
    "de ouders",
    buiten="cohorten zonder toets en leerlingen met een toets van een oudere soort",
)
@needs(leerlingen=_ADVICE)
def gap_along_the_ladder(school: School, benchmark: Benchmark) -> Result:
    """The gap at an equal score at each threshold, and in steps with and without the same gap at each.

    Last the chance of lines that differ so much, were they parallel (likelihood-ratio test).
    """
    known, lost = _comparable(school)
    whole = known.assign(niveau=_whole_levels(known["eerste"]))
    estimates = [_at_threshold(known, label) for label in THRESHOLDS]
    estimates.append(at_equal_score(whole, "niveau", "in stappen, overal even groot"))
    estimates.append(at_equal_score(whole, "niveau", "in stappen, overal vrij", parallel=False))
    return Result("", (*estimates, _parallel(whole)), dropped=lost)


def _whole_levels(place: pd.Series) -> pd.Series:
    """The lower level of each advice, from vmbo-b on: few have the rarest, and no model can be free there."""
    return np.floor(place).clip(lower=codes.step("vmbo-b"))


def _at_threshold(known: pd.DataFrame, label: str) -> Estimate:
    """Gap in the share with this advice or higher, released when the shares of both groups may be."""
    step = codes.step(label)
    reached = known.assign(gehaald=(known["eerste"] >= step).astype(float))
    gap = at_equal_score(reached, "gehaald", f"advies {label} of hoger", at_least=1.0)
    told = [part >= step for part in two_groups(known, "eerste")]
    return held_to(gap, [int(part.sum()) for part in told], [len(part) for part in told])


def _parallel(known: pd.DataFrame) -> Estimate:
    name = "kans op zulke verschillen tussen drempels bij toeval"
    tests = ordinal.parallel_lines(
        known.assign(kwadraat=(known["toetsscore"] - known["toetsscore"].mean()) ** 2),
        outcome="niveau",
        regressors=["toetsscore", "kwadraat", "opleiding"],
    )
    found = next(
        (i for i in tests.estimates if i.name == "likelihood ratio" and i.group == "opleiding"),
        tests.estimates[-1],
    )
    if found.value is None or found.p_value is None:
        return Estimate.not_computable(name, found.reason, unit=Unit.SHARE, n=found.n, method=found.method)
    # no share of persons: it rests on them, and is held to their number
    return Estimate(name, value=found.p_value, unit=Unit.SHARE, smallest=found.n, method=found.method)


@about(
    "meso",
    "kwalificatie",
    definitie="De tegels van het Dashboard Kansengelijkheid van OCW: score, advies, bijgesteld advies en "
    "de plaats in leerjaar 3, naar opleiding van de ouders en bij gelijke score.",
    teller="per tegel: score, plaats van het advies, leerlingen met een bijgesteld advies, leerlingen boven "
    "of onder hun advies",
    noemer="leerlingen met een score, een advies, een bekende basisschool en een bekende opleiding van "
    "de ouders; bij bijgesteld advies alleen wie een hoger toetsadvies had",
    buiten="cohorten zonder toets; stapelen van diploma's is bij deze school niet te zien",
)
@needs(leerlingen=("opleiding_ouders", "toetsscore", "advies_eerste", "advies_definitief", "basisschool"))
def dashboard_tiles(school: School, benchmark: Benchmark) -> Result:
    """The tiles of OCW by parental education: level of each group, gap at an equal score."""
    pupils = pupils_of(school)
    stacking = Estimate.not_computable(
        "stapelen", "dat is niet gemeten en pas na het diploma te zien", group=GAP, unit=Unit.POINTS
    )
    found = beside(at_equal_level(pupils), benchmark, TILES)
    lost = len(pupils) - len(indicators.comparable_at_score(pupils))
    return Result("", (*found, stacking), dropped=(lost, len(pupils)))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de verschillen in niveau in leerjaar 3 samengaat met de toetsscore, en welk "
    "deel met de achtergrond van leerlingen.",
    teller="verklaarde spreiding van het niveau in leerjaar 3",
    noemer="alle spreiding in het niveau in leerjaar 3; " + SAME,
    buiten=LOST,
)
@needs(
    leerlingen=(*_ADVICE, "advies_definitief", "inkomenskwintiel"), loopbaan=("niveau",), toetsen=("score",)
)
def merit_shares(school: School, benchmark: Benchmark) -> Result:
    """Shapley shares of R2 of the level in leerjaar 3: score against background."""
    known, lost = counted(school)
    if known["niveau3"].isna().all() and len(known):
        return Result("", (Estimate.not_computable("deel dat samengaat met", NO_LEVEL),), dropped=lost)
    return Result("", beside(merit(known), benchmark, MERIT), dropped=lost)
