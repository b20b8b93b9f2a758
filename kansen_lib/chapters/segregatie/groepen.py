"""The pupils of a region as counts, and when there are enough schools to say something of it.

A card about a region reads :func:`pupils_in` and stands under :func:`of_region`: where the region cannot be
put together, the card gets the reason in the place of its numbers, the same one for all.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, Literal, ParamSpec

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

P = ParamSpec("P")
Card = Callable[Concatenate[School, Benchmark, P], Result]

#: Of all pupils of two schools less the own, those of the other are left over.
FEWEST_SCHOOLS = 3
#: Of three schools one index gives the two others back, with the composition of the region and the own.
FEWEST_OTHERS = 3
#: Labels of the groups, in order; a label of another kind is no group.
GROUPS = {"opleiding": codes.OPLEIDING_OUDERS_3, "herkomst": codes.HERKOMST, "geslacht": codes.GESLACHT}

#: An index as it is counted, what chance alone gives, and the index without the bias of small schools.
NOW, BY_CHANCE, CORRECTED = "zoals geteld", "bij toeval", "zonder vertekening"
#: The groups of ``segregation.with_chance`` in these words.
WORDS = {"": NOW, "by chance": BY_CHANCE, "corrected": CORRECTED}

UNKNOWN_PLACE = "de gemeente van deze school is niet bekend"
FEW_SCHOOLS = "in dit gebied zijn van minder dan drie andere scholen genoeg leerlingen bekend"
NOT_COUNTED = "de aantallen van leerlingen per school zijn niet bewaard"


class NoRegion(Exception):
    """There is no region to compare in; says why, in the words of a report."""


def of_region(card: Card[P]) -> Card[P]:
    """A card that gives the reason in the place of its numbers where :class:`NoRegion` is raised in it."""

    @functools.wraps(card)
    def guarded(school: School, benchmark: Benchmark, *args: P.args, **kwargs: P.kwargs) -> Result:
        try:
            return card(school, benchmark, *args, **kwargs)
        except NoRegion as stop:
            return Result("", (Estimate.not_computable("deze vraag", str(stop)),))

    return guarded


def pupils_in(
    school: School,
    benchmark: Benchmark,
    area: Area,
    table: Literal["leerlingen", "woonplaats", "klassen"] = "leerlingen",
) -> pd.DataFrame:
    """Counts of the pupils of the region, of the asked cohorts; made once a report.

    The pupils of a vestiging with fewer than :data:`~kansen_lib.benchmark.context.FEWEST_PUPILS` take part,
    but it is no school that hides the others.

    Args:
        school: the school that the report is about.
        benchmark: keeps the counts.
        area: the region.
        table: which counts, see :func:`kansen_lib.benchmark.area.tables`.

    Returns:
        The columns of that table with ``gemeente`` and ``bestuur``; groups in their order. A part of
        background that fewer other schools know is missing for all.

    Raises:
        NoRegion: no gemeente, or pupils of fewer than three other schools.
    """
    key = f"{table} {' '.join(area.vestigingen)}"
    return school.once(key, lambda: _counted(school, benchmark, area, table))


def _counted(school: School, benchmark: Benchmark, area: Area, table: str) -> pd.DataFrame:
    if not area.gemeenten:
        raise NoRegion(UNKNOWN_PLACE)
    counts = benchmark.counts(table, area.vestigingen)
    if counts.columns.empty:
        raise NoRegion(NOT_COUNTED)
    if school.cohorts is not None and "cohort" in counts:
        counts = counts[counts["cohort"].isin(school.cohorts)]
    if not enough_schools(counts, school.vestiging):
        raise NoRegion(FEW_SCHOOLS)
    groups = {name: counts[name].astype(of.dtype()) for name, of in GROUPS.items() if name in counts}
    for name, labels in groups.items():
        if not enough_schools(counts[labels.notna()], school.vestiging):
            groups[name] = labels.where(labels.isna())
    placed = school.store.vestigingen[["gemeente", "bestuur"]]
    return counts.assign(**groups).join(placed, on="vestiging")


def enough_schools(counts: pd.DataFrame, own: str) -> bool:
    """Whether these pupils are of so many schools beside the own that none is told by what it leaves."""
    sizes = counts[counts["vestiging"] != own].groupby("vestiging")["aantal"].sum()
    return bool((sizes >= FEWEST_PUPILS).sum() >= FEWEST_OTHERS)


def own(school: School, counts: pd.DataFrame) -> pd.DataFrame:
    """The rows of the school itself.

    Raises:
        NoRegion: it has no pupils among them.
    """
    rows = counts[counts["vestiging"] == school.vestiging]
    if rows.empty:
        raise NoRegion("van deze school zelf zijn hier geen leerlingen bekend")
    return rows


def known(counts: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The rows with a value in each of these columns."""
    return counts.dropna(subset=list(columns))


def lost(counts: pd.DataFrame, *columns: str) -> tuple[int, int]:
    """How many pupils of these counts have no value in one of the columns, of how many."""
    everyone, left = counts["aantal"].sum(), known(counts, *columns)["aantal"].sum()
    return int(everyone - left), int(everyone)
