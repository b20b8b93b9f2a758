"""The pupils of a region as counts, and when there are enough schools to say something of it.

A card about a region reads :func:`pupils_in` and stands under :func:`of_region`: where the region cannot be
put together, the card gets the reason in the place of its numbers, the same one for all.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Concatenate, Literal, ParamSpec

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.benchmark.numbers import corrected
from kansen_lib.chapters.pupils import with_reference
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

P = ParamSpec("P")
Card = Callable[Concatenate[School, Benchmark, P], Result]

#: Of three schools one index gives the two others back, with the composition of the region and the own.
FEWEST_OTHERS = 3
#: Of the other schools together one may have this part; with more, all of them are nearly that one.
MOST_OF_ONE = 0.75
#: A rest of fewer pupils is lost in the tens to which numbers of pupils are rounded.
FEWEST_LEFT = 50
#: Labels of the groups, in order; a label of another kind is no group.
GROUPS = {"opleiding": codes.OPLEIDING_OUDERS_3, "herkomst": codes.HERKOMST, "geslacht": codes.GESLACHT}

#: An index as it is counted, what chance alone gives, and the index without the bias of small schools.
NOW, BY_CHANCE, CORRECTED = "zoals geteld", "bij toeval", "zonder vertekening"
#: The groups of ``segregation.with_chance`` in these words.
_WORDS = {"": NOW, "by chance": BY_CHANCE, "corrected": CORRECTED}

UNKNOWN_PLACE = "de gemeente van deze school is niet bekend"
FEW_SCHOOLS = (
    "in dit gebied zijn van minder dan drie andere scholen genoeg leerlingen bekend, of één ervan heeft "
    "er verreweg de meeste"
)
NOBODY_HERE = "van deze school zelf zijn hier geen leerlingen bekend"
FEW_LEFT = "wie hier niet meetelt, zit op te weinig andere scholen"
FEW_IN_GEMEENTE = (
    "een van deze gemeenten heeft te weinig scholen met leerlingen; neem alle zulke gemeenten samen erbij, "
    "of geen"
)
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
        background that fewer other schools know is missing for all. A cohort of which fewer other schools
        have pupils takes no part: all cohorts less the others would tell it.

    Raises:
        NoRegion: no gemeente, pupils of fewer than three other schools, or a gemeente that another region
            less this one would tell.
    """
    key = f"{table} {' '.join(area.vestigingen)}"
    return school.once(key, lambda: _counted(school, benchmark, area, table))


def _counted(school: School, benchmark: Benchmark, area: Area, table: str) -> pd.DataFrame:
    if not area.gemeenten:
        raise NoRegion(UNKNOWN_PLACE)
    placed = school.store.vestigingen[["gemeente", "bestuur"]]
    # One gemeente needs no others beside it: a report then reads the counts of that gemeente alone.
    needed = area.vestigingen if len(area.gemeenten) == 1 else tuple(placed.index)
    everyone = benchmark.counts(table, needed)
    if everyone.columns.empty:
        raise NoRegion(NOT_COUNTED)
    everyone = everyone.join(placed, on="vestiging")
    if "cohort" in everyone:
        here = everyone["vestiging"].isin(area.vestigingen)
        cohorts = _cohorts(everyone[here], school.vestiging)
        asked = cohorts if school.cohorts is None else cohorts & set(school.cohorts)
        everyone = everyone[everyone["cohort"].isin(asked)]
    counts = everyone[everyone["vestiging"].isin(area.vestigingen)]
    if not enough_schools(counts, school.vestiging):
        raise NoRegion(FEW_SCHOOLS)
    if not _apart(everyone, area):
        raise NoRegion(FEW_IN_GEMEENTE)
    groups = {name: counts[name].astype(of.dtype()) for name, of in GROUPS.items() if name in counts}
    for name, labels in groups.items():
        enough = enough_schools(counts[labels.notna()], school.vestiging)
        if not enough or not _apart(everyone.dropna(subset=[name]), area):
            groups[name] = labels.where(labels.isna())
    return counts.assign(**groups)


def _cohorts(counts: pd.DataFrame, own: str) -> set[str]:
    """The cohorts of which enough other schools have pupils."""
    others = counts[counts["vestiging"] != own].groupby("cohort")["vestiging"].nunique()
    return set(others.index[others >= FEWEST_OTHERS])


def _apart(everyone: pd.DataFrame, area: Area) -> bool:
    """Whether no other choice of gemeenten, less this one, is of a few schools only.

    Gemeenten can be added and subtracted at will: each has enough schools of its own, for whoever knows one
    of them; those that have not count as one gemeente, in the region all together or not at all.
    """
    if len(area.gemeenten) == 1:
        return True
    few = {
        str(name)
        for name, counts in everyone.groupby("gemeente")
        if not enough_schools(counts, "", fewest=FEWEST_OTHERS + 1)
    }
    if not few & set(area.gemeenten):
        return True
    joined = everyone[everyone["gemeente"].isin(few)]
    return few <= set(area.gemeenten) and enough_schools(joined, "", fewest=FEWEST_OTHERS + 1)


def enough_schools(counts: pd.DataFrame, own: str, *, fewest: int = FEWEST_OTHERS) -> bool:
    """Whether these pupils are of so many schools beside the own that none is told by what it leaves.

    Nor by what it nearly leaves: where one other school has most of them, all are as it is.
    """
    return enough_others(counts[counts["vestiging"] != own].groupby("vestiging")["aantal"].sum(), fewest)


def enough_others(sizes: pd.Series, fewest: int = FEWEST_OTHERS) -> bool:
    """The same, of numbers of pupils of other schools."""
    return bool((sizes >= FEWEST_PUPILS).sum() >= fewest and sizes.max() <= MOST_OF_ONE * sizes.sum())


def of_several(coming: pd.Series) -> bool:
    """Whether pupils who stand for those of this school are of several other schools, not mostly of one.

    Args:
        coming: how many of each other school.
    """
    return bool((coming >= FEWEST_PUPILS).sum() > 1 and coming.max() <= MOST_OF_ONE * coming.sum())


def hides_the_rest(rest: pd.Series) -> bool:
    """Whether pupils who are not counted here, but on another card, are few or of enough other schools.

    Args:
        rest: how many of each other school.
    """
    return bool(rest.sum() < FEWEST_LEFT) or enough_others(rest)


def own(school: School, counts: pd.DataFrame) -> pd.DataFrame:
    """The rows of the school itself.

    Raises:
        NoRegion: it has no pupils among them.
    """
    rows = counts[counts["vestiging"] == school.vestiging]
    if rows.empty:
        raise NoRegion(NOBODY_HERE)
    return rows


def in_words(found: Result) -> Iterator[Estimate]:
    """An index as counted, by chance and without bias; of what cannot be computed the reason, once."""
    for item in found.estimates:
        if item.group in _WORDS:
            yield replace(item, group=_WORDS[item.group])


def beside_chance(found: Result) -> Estimate:
    """An index without bias, beside what chance alone gives; or the reason why there is none."""
    chance = next((item.value for item in found.estimates if item.group == "by chance"), None)
    return with_reference(corrected(found), chance)


def known(counts: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The rows with a value in each of these columns."""
    return counts.dropna(subset=list(columns))


def lost(counts: pd.DataFrame, *columns: str) -> tuple[int, int]:
    """How many pupils of these counts have no value in one of the columns, of how many."""
    everyone, left = counts["aantal"].sum(), known(counts, *columns)["aantal"].sum()
    return int(everyone - left), int(everyone)
