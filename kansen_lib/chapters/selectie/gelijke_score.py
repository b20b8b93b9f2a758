"""The advies of pupils with the same score: of this school, and by each feature over all schools."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import gelijke_score as numbers
from kansen_lib.benchmark import scorebanden as bands
from kansen_lib.benchmark.context import GAP
from kansen_lib.benchmark.geslacht import BETWEEN
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import in_context, with_less_chance
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS
from kansen_lib.chapters.pupils import beside, pupils_of, with_reference
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

_ADVICE = ("opleiding_ouders", "toetsscore", "advies_eerste", "basisschool")
#: Of whom the cards of one school tell, and who is left out.
_PUPILS = (
    "leerlingen met een score, een advies, een bekende basisschool en een bekende opleiding van de ouders"
)
_LEFT_OUT = "cohorten zonder toets en leerlingen met een toets van een andere soort"
_OF_ALL = "leerlingen van alle scholen samen met een score, een advies en alle vijf kenmerken"
_FEATURES = "Alleen scholen samen zijn groot genoeg: van één school zijn er te weinig leerlingen."


def _comparable(school: School) -> tuple[pd.DataFrame, tuple[int, int]]:
    everyone = pupils_of(school)
    known = indicators.comparable_at_score(everyone)
    return known, (len(everyone) - len(known), len(everyone))


def _gaps(known: pd.DataFrame, benchmark: Benchmark, group: str) -> list[Estimate]:
    """The gaps of this school between two groups, each beside all schools and with less chance in it."""
    raw = [item for item in numbers.own_gaps(known) if item.group == group]
    return [*beside(raw, benchmark), *(with_less_chance(item, item.name, benchmark) for item in raw)]


@about(
    "micro",
    "kwalificatie",
    definitie="Hoeveel stappen het eerste advies verschilt tussen groepen leerlingen met dezelfde "
    "toetsscore.",
    teller="plaats van het eerste advies op de ladder, in stappen",
    noemer=_PUPILS,
    buiten=_LEFT_OUT,
)
@needs(leerlingen=_ADVICE)
def advies_at_equal_score(school: School, benchmark: Benchmark) -> Result:
    """Levels of the first advies by parental education, and the gap at an equal observed and true score.

    All are about the pupils with a score, an advies and a basisschool, and so are the references.
    """
    known, lost = _comparable(school)
    higher = indicators.outcome("havo_advies", known)
    levels = in_context("havo_advies", higher, known["opleiding"], school, benchmark)
    return Result("", (*levels, *_gaps(known, benchmark, GAP)), dropped=lost)


@about(
    "micro",
    "kwalificatie",
    definitie="Hoeveel stappen het eerste advies verschilt tussen meisjes en jongens met dezelfde "
    "toetsscore.",
    teller="plaats van het eerste advies op de ladder, in stappen",
    noemer=_PUPILS,
    buiten=_LEFT_OUT,
)
@needs(leerlingen=(*_ADVICE, "geslacht"))
def sex_at_equal_score(school: School, benchmark: Benchmark) -> Result:
    """Mean place of the first advies of boys and of girls, and the gap at an equal score."""
    known, lost = _comparable(school)
    levels = beside(numbers.levels(known), benchmark, numbers.EQUAL)
    return Result("", (*levels, *_gaps(known, benchmark, BETWEEN)), dropped=lost)


@about(
    "micro",
    "kwalificatie",
    definitie="Bij welke scores het advies van groepen leerlingen het verst uit elkaar ligt.",
    teller="gemiddelde plaats van het eerste advies op de ladder, in stappen",
    noemer=_PUPILS,
    buiten=_LEFT_OUT + "; leerlingen van wie de opleiding van de ouders midden is",
)
@needs(leerlingen=_ADVICE)
def advies_along_the_score(school: School, benchmark: Benchmark) -> Result:
    """Advies of both groups in five bands of scores, the gap at an equal score in each, of school and all."""
    known, lost = _comparable(school)
    edges = bands.edges_of(benchmark)
    if not edges:
        return Result("", (Estimate.not_computable("advies", FEW_SCHOOLS, unit=Unit.STEPS),), dropped=lost)
    own = beside(bands.by_band(known, edges), benchmark, bands.ALONG)
    everywhere = [benchmark.find(GAP, item.group, bands.ALONG) for item in own if item.name == GAP]
    return Result(
        "", (*own, *(replace(item, name="alle scholen") for item in everywhere if item)), dropped=lost
    )


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van elke groep een score heeft die in beide groepen voorkomt.",
    teller="leerlingen met een score tussen de laagste en de hoogste gedeelde score",
    noemer=_PUPILS,
    buiten=_LEFT_OUT,
)
@needs(leerlingen=_ADVICE)
def scores_in_common(school: School, benchmark: Benchmark) -> Result:
    """Share of each group with a score that the other group has too, and between which scores that is."""
    known, lost = _comparable(school)
    return Result("", beside(bands.shared_range(known), benchmark, bands.ALONG), dropped=lost)


# --- over all schools ---------------------------------------------------------------------------------


def _of_all(benchmark: Benchmark, keys: Iterable[tuple[str, str]], unit: str) -> list[Estimate]:
    """Numbers of all schools by name and group; a reason for one that is not there."""
    found = [(key, benchmark.find(*key, numbers.EQUAL)) for key in keys]
    return [
        item or Estimate.not_computable(key[0], FEW_SCHOOLS, group=key[1], unit=unit) for key, item in found
    ]


def _contrasts(benchmark: Benchmark, name: str, other: str, unit: str) -> list[Estimate]:
    """Each contrast of all schools, beside the same one counted otherwise."""
    items = _of_all(benchmark, [(name, one.label) for one in numbers.CONTRASTS], unit)
    return [with_reference(item, benchmark.value(other, item.group, numbers.EQUAL)) for item in items]


def _about_all(benchmark: Benchmark, items: Iterable[Estimate], reference_name: str = "") -> Result:
    """The result, with how many of all schools together fell out of the model."""
    everybody = benchmark.value(numbers.PERSONS, "", numbers.EQUAL)
    found = tuple(items)
    counted = max((item.n or 0 for item in found), default=0)
    lost = (int(everybody) - counted, int(everybody)) if everybody and counted else None
    return Result("", found, dropped=lost, reference_name=reference_name)


@about(
    "macro",
    "kwalificatie",
    definitie="Hoeveel stappen het eerste advies verschilt tussen leerlingen met dezelfde score die in één "
    "kenmerk verschillen.",
    teller="verwachte plaats van het eerste advies op de ladder, in stappen",
    noemer=_OF_ALL,
    buiten=_LEFT_OUT + ". " + _FEATURES,
)
@needs(leerlingen=_ADVICE)
def features_at_equal_score(school: School, benchmark: Benchmark) -> Result:
    """Each contrast over all schools with the other features held equal too, beside the contrast alone."""
    items = _contrasts(benchmark, numbers.TOGETHER, numbers.ALONE, Unit.STEPS)
    return _about_all(benchmark, items, numbers.ALONE)


@about(
    "macro",
    "kwalificatie",
    definitie="Hoeveel stappen het eerste advies verschilt tussen leerlingen die evenveel kunnen en in één "
    "kenmerk verschillen.",
    teller="plaats van het eerste advies op de ladder, in stappen",
    noemer=_OF_ALL,
    buiten=_LEFT_OUT + ". " + _FEATURES,
)
@needs(leerlingen=_ADVICE)
def features_at_equal_skill(school: School, benchmark: Benchmark) -> Result:
    """The same at an equal true score, beside the contrast at an equal observed one."""
    items = _contrasts(benchmark, numbers.TRUE, numbers.TOGETHER, Unit.STEPS)
    return _about_all(benchmark, items, "bij gelijke score")


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak leerlingen een advies van havo of hoger krijgen, zonder en met een gelijke score.",
    teller="leerlingen met een eerste advies van havo of hoger",
    noemer=_OF_ALL,
    buiten=_LEFT_OUT + ". " + _FEATURES,
)
@needs(leerlingen=_ADVICE)
def havo_at_equal_score(school: School, benchmark: Benchmark) -> Result:
    """Share with havo or higher at both ends of each feature; the gap at an equal score, beside the whole."""
    keys = [(numbers.RAW, word) for one in numbers.CONTRASTS for word in one.words]
    levels = _of_all(benchmark, keys, Unit.SHARE)
    held = _contrasts(benchmark, numbers.HELD, numbers.RAW, Unit.POINTS)
    return _about_all(benchmark, [*levels, *held], numbers.RAW)


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe de verschillen bij gelijke kennis veranderen met de vraag hoe precies de toets meet.",
    teller="plaats van het eerste advies op de ladder, in stappen",
    noemer=_OF_ALL,
    buiten=_LEFT_OUT + ". " + _FEATURES,
)
@needs(leerlingen=_ADVICE)
def homes_by_reliability(school: School, benchmark: Benchmark) -> Result:
    """The contrasts between homes at an equal true score, were the test more or less precise."""
    keys = [(one.about, place) for one in numbers.HOMES for place in numbers.AT_RELIABILITY]
    return _about_all(benchmark, _of_all(benchmark, keys, Unit.STEPS))


@about(
    "macro",
    "kwalificatie",
    definitie="Of de verschillen bij gelijke score anders worden met een vrijer rekenmodel.",
    teller="verwachte plaats van het eerste advies op de ladder, in hele stappen",
    noemer=_OF_ALL,
    buiten=_LEFT_OUT + ". " + _FEATURES,
)
@needs(leerlingen=_ADVICE)
def features_by_model(school: School, benchmark: Benchmark) -> Result:
    """Each contrast free at every threshold, beside the same at all of them; and the test of that."""
    keys = [(numbers.CHANCE, one.about) for one in numbers.CONTRASTS]
    chances = _of_all(benchmark, keys, Unit.SHARE)
    free = _contrasts(benchmark, numbers.FREE, numbers.SAME, Unit.STEPS)
    return _about_all(benchmark, [*chances, *free], numbers.SAME)


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe ver basisscholen uiteenlopen in het advies bij dezelfde score.",
    teller="spreiding tussen basisscholen van het eerste advies, in stappen",
    noemer=_OF_ALL,
    buiten=_LEFT_OUT + ". Geen enkele basisschool wordt getoond.",
)
@needs(leerlingen=_ADVICE)
def advies_between_basisscholen(school: School, benchmark: Benchmark) -> Result:
    """Spread between basisscholen of the height of the advies and of its gap, at an equal score."""
    keys = [(numbers.SPREAD, numbers.HEIGHT), (numbers.SPREAD, numbers.OF_GAP), (numbers.PART, "")]
    return _about_all(benchmark, _of_all(benchmark, keys, Unit.STEPS))
