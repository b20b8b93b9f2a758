"""What open data say: exams over the years, who sits on which level, and how marks are given."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark, examens
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import FEW_SCHOOLS, LESS_CHANCE
from kansen_lib.chapters.needs import needs
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.shrinkage import shrink
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

#: DUO publishes mean marks without their spread: of fewer candidates the mean is mostly chance.
FEWEST_WITH_MARK = 20
FEW_CANDIDATES = f"minder dan {FEWEST_WITH_MARK} kandidaten: dan is een gemiddelde vooral toeval"
LEVEL, DIFFERENCE = "cijfer, 1 tot 10", "verschil in cijferpunten"


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de examenkandidaten slaagt, per route en schooljaar.",
    teller="geslaagden",
    noemer="examenkandidaten van de vestiging",
    buiten="niemand; aantallen onder de vijf zijn afgeschermd en tellen mee als 1 tot en met 4",
)
@needs(examens=("kandidaten_lower",))
def exam_yield_over_time(school: School, benchmark: Benchmark) -> Result:
    """Pass rate of each route in every school year, with bounds where counts are masked.

    The reference is that of all schools in the same year: the exam rules of 2020 to 2022 lifted both.
    """
    table = indicators.exam_yield(school.table("examens"))
    estimates = [
        gaps.bounded_share(
            indicators.bounds(row, "geslaagden"),
            indicators.bounds(row, "gezakten"),
            name=row["onderwijstype"],
            group=row["schooljaar"],
            reference=benchmark.value("slaagt", row["schooljaar"], row["onderwijstype"]),
        )
        for _, row in table.iterrows()
    ]
    return Result("", tuple(estimates))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de kandidaten slaagt, met minder toeval op een kleine route.",
    teller="geslaagden in de laatste schooljaren met dezelfde examenregels, hoogstens drie",
    noemer="examenkandidaten in die jaren",
    buiten="niemand; aantallen onder de vijf zijn afgeschermd en tellen mee als 1 tot en met 4",
)
@needs(examens=("kandidaten_lower",))
def exam_yield_in_context(school: School, benchmark: Benchmark) -> Result:
    """Pass rate of each route over the latest years: as counted beside all schools, and with less chance.

    The second is pulled towards the average school of the route, as far as few candidates ask for it.
    """
    table = indicators.exam_yield(examens.latest_rules(school.table("examens")))
    pooled = table.groupby("onderwijstype", sort=False).sum(numeric_only=True)
    raw = [
        gaps.bounded_share(
            indicators.bounds(row, "geslaagden"),
            indicators.bounds(row, "gezakten"),
            name=examens.ALL_PASSED,
            group=str(route),
            reference=benchmark.value(examens.ALL_PASSED, str(route)),
        )
        for route, row in pooled.iterrows()
    ]
    return Result("", (*raw, *(_calm(item, benchmark) for item in raw)))


def _calm(raw: Estimate, benchmark: Benchmark) -> Estimate:
    """The pass rate with less chance in it; a reason where the spread between schools is not known."""
    name = examens.ALL_PASSED + LESS_CHANCE
    prior = benchmark.prior(examens.PASSED, raw.group)
    if raw.value is None or prior is not None:
        renamed = replace(raw, name=name, reference=None)
        return renamed if prior is None else shrink(renamed, prior)
    return Estimate.not_computable(name, FEW_SCHOOLS, group=raw.group, unit=Unit.SHARE)


def _over_time(table: pd.DataFrame, name: str, benchmark: Benchmark) -> Result:
    """The share of a table of counts, a line a route, beside that of all schools in the same year."""
    estimates = []
    for _, row in table.iterrows():
        route = str(row["onderwijstype"])
        item = examens.share_of(row, route, benchmark.value(name, str(row["schooljaar"]), route))
        estimates.append(item)
    return Result("", tuple(estimates))


@about(
    "meso",
    definitie="Welk deel van de examenkandidaten van elke route een meisje is, per schooljaar.",
    teller="meisjes onder de kandidaten",
    noemer="jongens en meisjes onder de kandidaten",
    buiten="niemand; aantallen onder de vijf zijn afgeschermd en tellen mee als 1 tot en met 4",
)
@needs(examens=("kandidaten_lower",))
def girls_among_candidates(school: School, benchmark: Benchmark) -> Result:
    """Share of girls among the exam candidates of each route, in every school year, with bounds."""
    table = examens.girl_candidates(school.table("examens"))
    return _over_time(table, examens.GIRL_CANDIDATES, benchmark)


@about(
    "meso",
    definitie="Welk deel van de examenkandidaten elke route volgt, per schooljaar.",
    teller="kandidaten van die route",
    noemer="alle examenkandidaten van de vestiging in dat schooljaar",
    buiten="praktijkonderwijs, dat geen centraal examen kent; afgeschermde aantallen zijn 1 tot en met 4",
)
@needs(examens=("kandidaten_lower",))
def tracks_of_candidates(school: School, benchmark: Benchmark) -> Result:
    """Share of each route among exam candidates, in every school year, with bounds."""
    table = examens.track_candidates(school.table("examens"))
    return _over_time(table, examens.TRACK_CANDIDATES, benchmark)


@about(
    "meso",
    "kwalificatie",
    definitie="Het gemiddelde cijfer voor het schoolexamen en het centraal examen, per route.",
    teller="het gemiddelde cijfer over alle vakken",
    noemer="kandidaten van de route in het laatste schooljaar dat er is",
    buiten="routes waarvan een van beide cijfers ontbreekt, of met minder dan 20 kandidaten",
)
@needs(cijfers=("cijfer",))
def exam_marks(school: School, benchmark: Benchmark) -> Result:
    """Mean mark of schoolexamen and centraal examen of each route, and the second minus the first.

    Without an interval: there are no marks of pupils, and no spread of them. The difference is no proof
    of anything: both exams ask other things.
    """
    estimates = []
    table = examens.marks(school.table("cijfers"))
    for route, rows in table.groupby("onderwijstype", sort=False):
        if rows["aantal"].min() < FEWEST_WITH_MARK:
            estimates.append(Estimate.not_computable(str(route), FEW_CANDIDATES, unit=LEVEL))
            continue
        own = {row.onderdeel: (row.cijfer, int(row.aantal)) for row in rows.itertuples(index=False)}
        known = {part: benchmark.value(examens.MARK, part, str(route)) for part in examens.PARTS}
        for part in examens.PARTS:
            facts = {"n": own[part][1], "method": Method.MEAN, "reference": known[part]}
            estimates.append(Estimate(str(route), part, own[part][0], LEVEL, **facts))
        estimates.append(_mark_difference(str(route), own, known))
    return Result("", tuple(estimates))


def _mark_difference(
    route: str, own: dict[str, tuple[float, int]], known: dict[str, float | None]
) -> Estimate:
    """Centraal examen minus schoolexamen."""
    first, second = examens.PARTS
    both = known[first] is not None and known[second] is not None
    return Estimate(
        f"op {route}",  # a name of its own, so that a sentence says which route it is about
        f"{second} minus {first}",
        own[second][0] - own[first][0],
        DIFFERENCE,
        n=min(own[first][1], own[second][1]),
        method=Method.MEAN_DIFFERENCE,
        reference=known[second] - known[first] if both else None,
    )
