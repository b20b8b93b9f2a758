"""Denessen's two numbers: who gets a diploma, and how many children of parents without one get to havo."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import kerncijfers as numbers
from kansen_lib.benchmark.context import GAP, HIGH, LOW, held_apart, levels_and_gap
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import in_context
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, dropped, pupils_of, with_reference
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

AGAINST_OTHERS = "deze school minus andere scholen"
RATIO = "tegenover andere scholen"
ALONE = "er zijn te weinig andere scholen om mee te vergelijken"
TOO_EARLY = "het is te vroeg, of leerlingen doen elders examen"
CHOSEN = "bij een keuze van cohorten is niet te zien wie later binnenkwam"
#: What each of the bounds allows to be otherwise.
COUNTED, NO_EDUCATION, LEFT = "zoals geteld", "ook zonder bekende ouders", "ook wie eerder vertrok"
_WINDOW = (
    "jaargroepen die nog geen zeven schooljaren te volgen waren; wie naar een andere school ging, telt als "
    "geen diploma"
)


# --- the headline -------------------------------------------------------------------------------------


@about(
    "meso",
    "kwalificatie",
    definitie="Twee cijfers van Eddie Denessen over leerlingen met laagopgeleide ouders: halen zij een "
    "diploma, en komen zij in havo of vwo uit?",
    teller="leerlingen met laagopgeleide ouders met dat diploma, of in een klas met havo of vwo",
    noemer="alle leerlingen met laagopgeleide ouders die hier in leerjaar 1 begonnen en lang genoeg te "
    "volgen waren",
    buiten="jaargroepen die nog te jong zijn; voor leerjaar 3 ook wie voor leerjaar 3 vertrok",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("niveau",))
def two_numbers(school: School, benchmark: Benchmark) -> Result:
    """The headline of pupils whose parents have at most vmbo or mbo-1, beside all other pupils.

    Each number stands only where all groups of its context may be shown: it would give a hidden one back.
    """
    pupils = pupils_of(school)
    found = [item for name in numbers.NUMBERS for item in _headline(name, pupils, benchmark)]
    return Result("", tuple(found), dropped=dropped(pupils["opleiding"]))


def _headline(name: str, pupils: pd.DataFrame, benchmark: Benchmark) -> list[Estimate]:
    """The level of the low group, its difference with other schools, and its ratio to them."""
    outcome, label = indicators.outcome(name, pupils), numbers.NUMBERS[name]
    raw = held_apart(levels_and_gap(indicators.INDICATORS[name], outcome, pupils["opleiding"]), name, pupils)
    own = next((item for item in raw if item.group == LOW and item.n), None)
    if own is None:
        return [Estimate.not_computable(label, TOO_EARLY, group=LOW, unit=Unit.SHARE)]
    cells = [x for item in raw if item.count is not None for x in (item.count, item.n - item.count)]
    cells += [item.smallest for item in raw if item.smallest is not None]
    whole = benchmark.find(name, LOW)
    cells += _elsewhere(own, whole)
    shown = with_reference(own, None if whole is None else whole.value)
    found = [shown, *_against_others(own, whole)]
    names = (f"{label}, verhouding" if item.group == RATIO else label for item in found)
    return [replace(item, name=name, smallest=min(cells)) for item, name in zip(found, names, strict=True)]


def _elsewhere(own: Estimate, whole: Estimate | None) -> list[int]:
    """With and without the outcome at all other schools together: in a small region those are few."""
    if whole is None or whole.n <= own.n:
        return []
    has = whole.count - own.count
    return [has, whole.n - own.n - has]


def _against_others(own: Estimate, whole: Estimate | None) -> list[Estimate]:
    """Difference and ratio of the own share and that of all pupils of other schools."""
    if whole is None or whole.n <= own.n:
        facts = {"group": AGAINST_OTHERS, "unit": Unit.POINTS, "n": own.n}
        return [Estimate.not_computable(own.name, ALONE, **facts)]
    counts, sizes = (whole.count - own.count, own.count), (whole.n - own.n, own.n)
    ratio = gaps.risk_ratio(counts, sizes, group=RATIO)
    return [gaps.share_difference(counts, sizes, group=AGAINST_OTHERS), ratio]


def _in_context(name: str, school: School, benchmark: Benchmark) -> Result:
    """One of the numbers by parental education: level and gap, raw, with less chance and expected."""
    pupils = pupils_of(school)
    outcome = indicators.outcome(name, pupils)
    if outcome.isna().all():
        return Result("", (Estimate.not_computable(numbers.NUMBERS[name], TOO_EARLY, unit=Unit.SHARE),))
    found = held_apart(in_context(name, outcome, pupils["opleiding"], school, benchmark), name, pupils)
    told = outcome.notna()
    return Result("", tuple(found), dropped=dropped(pupils["opleiding"][told]))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de leerlingen een diploma haalde in de jaren die daarvoor staan.",
    teller="leerlingen met een diploma van deze school in die tijd",
    noemer="alle leerlingen die hier in leerjaar 1 begonnen",
    buiten="jaargroepen die nog geen zes schooljaren te volgen waren; wie naar een andere school ging, telt "
    "als geen diploma",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("afloop",))
def diploma_in_time(school: School, benchmark: Benchmark) -> Result:
    """Any diploma within the years of its route, by parental education, in context."""
    return _in_context(numbers.ON_TIME, school, benchmark)


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de leerlingen een diploma havo of vwo haalde in de jaren die daarvoor staan, of "
    "hoogstens een jaar later.",
    teller="leerlingen met een diploma havo of vwo van deze school in die tijd",
    noemer="alle leerlingen die hier in leerjaar 1 begonnen",
    buiten=_WINDOW,
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("afloop",))
def havo_diploma_in_time(school: School, benchmark: Benchmark) -> Result:
    """A havo or vwo diploma within the years of its route and one more, by education, in context."""
    return _in_context(numbers.HAVO_DIPLOMA, school, benchmark)


@about(
    "meso",
    "kwalificatie",
    definitie="Welk diploma leerlingen haalden, naar opleiding van hun ouders.",
    teller="leerlingen met dat diploma als hoogste, op tijd of hoogstens een jaar later",
    noemer="alle leerlingen van die groep die hier in leerjaar 1 begonnen",
    buiten=_WINDOW,
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("afloop",))
def highest_diploma(school: School, benchmark: Benchmark) -> Result:
    """Parental education against the highest diploma: every cell as a share of its row."""
    pupils = pupils_of(school)
    told = pupils["diploma_jaar_extra"].notna()
    if not told.any():
        return Result("", (Estimate.not_computable("diploma", TOO_EARLY, unit=Unit.SHARE),))
    found = beside(numbers.diplomas(pupils), benchmark)
    return Result("", found, crossed=True, dropped=dropped(pupils.loc[told, "opleiding"]))


# --- who is counted, and what the others could change --------------------------------------------------


@about(
    "meso",
    definitie="Wat er werd van alle leerlingen die hier in leerjaar 1 begonnen, en wie er later bij kwam.",
    teller="leerlingen met een diploma op tijd of een jaar later, nog bezig, vertrokken of gestopt",
    noemer="alle leerlingen die hier in leerjaar 1 begonnen, van jaargroepen van zeven jaar of ouder",
    buiten="wie later binnenkwam: die leerlingen staan er apart bij, over alle jaren die er zijn",
)
@needs(leerlingen=("cohort",), loopbaan=("afloop",))
def who_counts(school: School) -> Result:
    """Denominators of the headline: where all starters of the counted cohorts went, and who came in later."""
    pupils = pupils_of(school)
    told = pupils[pupils["diploma_jaar_extra"].notna()]
    if told.empty:
        return Result("", (Estimate.not_computable("begonnen leerlingen", TOO_EARLY, unit="persons"),))
    ends = _ends(told, school.table("loopbaan"))
    shares = [
        gaps.share(int((ends == label).sum()), len(ends), name="leerlingen die begonnen", group=label)
        for label in _ENDS
    ]
    begun = Estimate("aantal", "begonnen", float(len(told)), "persons", n=len(told))
    return Result("", (*shares, _later(school, pupils), begun))


_IN_TIME, _STILL, _ELSEWHERE, _STOPPED = _ENDS = (
    "diploma, hoogstens een jaar later",
    "later klaar of nog op school",
    "naar een andere school",
    "gestopt zonder diploma",
)


def _ends(told: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.Series:
    """What became of each starter, as far as the school of entry saw it."""
    last = loopbaan.sort_values("schooljaar", kind="stable").drop_duplicates("leerling", keep="last")
    afloop = told["leerling"].map(last.set_index("leerling")["afloop"])
    gone = {"andere school": _ELSEWHERE, "uit het onderwijs": _STOPPED}
    in_time = told["diploma_jaar_extra"] != indicators.NO_DIPLOMA
    return afloop.map(gone).fillna(_STILL).mask(in_time, _IN_TIME)


def _later(school: School, pupils: pd.DataFrame) -> Estimate:
    """Which part of all pupils that were seen here entered the vo at another school."""
    facts = {"name": "alle leerlingen die hier zaten", "group": "kwam later binnen"}
    if school.cohorts:
        return Estimate.not_computable(reason=CHOSEN, unit=Unit.SHARE, **facts)
    here = pd.Series(school.table("loopbaan")["leerling"].unique())
    return gaps.share(int((~here.isin(pupils["leerling"])).sum()), len(here), **facts)


@about(
    "meso",
    "kwalificatie",
    definitie="Binnen welke grenzen het deel in havo of vwo in leerjaar 3 ligt, als we over onbekende "
    "leerlingen niets aannemen.",
    teller="leerlingen in een klas met havo of vwo erin; van onbekenden: niemand tot iedereen",
    noemer="leerlingen met laag- of hoogopgeleide ouders; van onbekenden: niemand tot iedereen",
    buiten="eerst wie onbekende ouders heeft of voor leerjaar 3 vertrok; daarna niemand",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("niveau",))
def bounds_of_havo(school: School) -> Result:
    """Worst-case bounds of the share in havo or vwo in leerjaar 3, and of the gap.

    First as counted; then whoever has no known education may belong to either group; then whoever left
    before leerjaar 3 may have ended up anywhere too.
    """
    pupils = pupils_of(school)
    outcome = indicators.outcome(numbers.HAVO_YEAR_3, pupils)
    seen = pupils["seen"] >= 3
    group = pupils["opleiding"].astype(object).where(pupils["opleiding"].notna(), None)
    parts = {label: _counts(outcome[seen & (group == label)]) for label in (LOW, HIGH)}
    nobody, unknown = (0, 0, 0), _counts(outcome[seen & group.isna()])
    found = [
        *_bounded(COUNTED, parts, nobody, left=False),
        *_bounded(NO_EDUCATION, parts, unknown, left=False),
        *_bounded(LEFT, parts, unknown, left=True),
    ]
    return Result("", tuple(found))


def _counts(outcome: pd.Series) -> tuple[int, int, int]:
    """Pupils with the outcome, without it, and of whom it is not known."""
    known = outcome.dropna()
    return int(known.sum()), int((1 - known).sum()), int(outcome.isna().sum())


def _bounded(
    name: str, parts: dict[str, tuple[int, int, int]], unknown: tuple[int, int, int], *, left: bool
) -> list[Estimate]:
    """Both levels and the gap, where the unknown may be of either group and, with ``left``, end anywhere."""
    ends = {}
    for label, (has, has_not, gone) in parts.items():
        extra = (gone + unknown[2]) * left
        ends[label] = ((has, has + unknown[0] + extra), (has_not, has_not + unknown[1] + extra))
    cells = [x for part in parts.values() for x in part[:2]]
    cells += unknown[:2] if any(unknown) else ()
    cells += [part[2] + unknown[2] for part in parts.values()] if left else ()
    found = [gaps.bounded_share(*bounds, name=name, group=label) for label, bounds in ends.items()]
    found.append(gaps.bounded_difference(ends[LOW], ends[HIGH], name=name, group=GAP))
    return [replace(item, smallest=min(cells)) for item in found]
