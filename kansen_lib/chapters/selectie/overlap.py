"""How sharp the boundaries between vmbo-gt, havo and vwo are in the scores of pupils."""

from __future__ import annotations

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import overlap as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS
from kansen_lib.chapters.pupils import beside, dropped, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

_PUPILS = "leerlingen in leerjaar 3 in een klas van vmbo-gt, havo of vwo, met een score"
_LEFT_OUT = "brede klassen, leerlingen zonder score en wie voor leerjaar 3 vertrok"
#: Where moments stand side by side.
_TWICE = "leerlingen in leerjaar 3 in een klas van vmbo-gt, havo of vwo, met een score op beide momenten"


def _tracks(school: School) -> pd.DataFrame:
    return numbers.in_tracks(pupils_of(school))


def _twice(school: School) -> tuple[pd.DataFrame, tuple[int, int]]:
    """The pupils with a score in groep 8 and in leerjaar 3, and how many lack one."""
    everyone = _tracks(school)
    known = numbers.at_both_moments(everyone)
    return known, (len(everyone) - len(known), len(everyone))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe de scores in leerjaar 3 verdeeld zijn in vmbo-gt, havo en vwo.",
    teller="de score waar een tiende, een kwart, de helft, drie kwart en negen tiende onder zit",
    noemer=_PUPILS,
    buiten=_LEFT_OUT,
)
@needs(loopbaan=("niveau",), toetsen=("score",))
def scores_by_track(school: School, benchmark: Benchmark) -> Result:
    """Percentiles of the score in leerjaar 3 per level, beside those of all schools."""
    pupils = _tracks(school)
    found = beside(numbers.percentiles(pupils), benchmark, numbers.SCORES)
    return Result("", found, dropped=dropped(pupils["score_in_leerjaar_3"]))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de scores van twee niveaus over elkaar heen ligt.",
    teller="het deel van de twee verdelingen dat samenvalt",
    noemer=_TWICE,
    buiten=_LEFT_OUT,
)
@needs(loopbaan=("niveau",), toetsen=("score",))
def overlap_of_tracks(school: School, benchmark: Benchmark) -> Result:
    """Overlap of the scores of each pair of levels, in groep 8 and in leerjaar 3, with and without error."""
    pupils, lost = _twice(school)
    return Result("", beside(numbers.overlaps(pupils), benchmark, numbers.OVERLAP), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel leerlingen op een ander niveau zitten dan één grens in de score zou geven.",
    teller="leerlingen van het lagere niveau op of boven de grens, en van het hogere eronder",
    noemer=_TWICE,
    buiten=_LEFT_OUT,
)
@needs(loopbaan=("niveau",), toetsen=("score",))
def one_cut_off(school: School, benchmark: Benchmark) -> Result:
    """Share of each pair of levels on the wrong side of the one best limit of all schools."""
    pupils, lost = _twice(school)
    found = beside(numbers.wrong_sides(pupils, benchmark), benchmark, numbers.WRONG)
    if not found:
        found = (Estimate.not_computable("één grens", FEW_SCHOOLS, unit=Unit.SHARE),)
    return Result("", found, dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Of een goede leerling van vmbo-gt scoort als de gemiddelde leerling van havo of vwo.",
    teller="leerlingen met een score op of boven het gemiddelde van het hogere niveau",
    noemer=_PUPILS,
    buiten=_LEFT_OUT,
)
@needs(loopbaan=("niveau",), toetsen=("score",))
def good_pupils_of_vmbo(school: School, benchmark: Benchmark) -> Result:
    """Who reaches the mean of a higher level, and where the best tenth of vmbo-gt begins beside it."""
    pupils = _tracks(school)
    found = beside(numbers.good_pupils(pupils), benchmark, numbers.GOOD)
    return Result("", found, dropped=dropped(pupils["score_in_leerjaar_3"]))
