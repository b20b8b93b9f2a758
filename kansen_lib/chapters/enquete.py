"""The survey of one school: scale scores by group beside those of all schools, when a scale is precise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import enquete as survey
from kansen_lib.benchmark.vergelijken import SCALE_POINTS, Groups, means_and_gap, shares_and_gap
from kansen_lib.chapters.pupils import beside, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

#: Below it, what differs between scores is measurement error for too large a part to compare groups.
PRECISE = 0.7
NOT_PRECISE = "deze schaal meet niet precies genoeg"
ALL_SCHOOLS, OWN = "alle scholen samen", ", deze school"
#: Between the two groups of a difference, as the gate knows it.
MINUS = " minus "
NOT_ASKED = "deze vraag is hier niet gesteld"


def answers_of(school: School) -> pd.DataFrame:
    """One row a pupil who answered; see :func:`kansen_lib.benchmark.enquete.of_pupils`.

    Read once for all cards of a school: nobody may change the frame.
    """
    return school.once(
        "enquete",
        lambda: survey.of_pupils(school.table("enquete"), pupils_of(school), school.table("loopbaan")),
    )


def question(
    data: pd.DataFrame, name: str, between: Groups, benchmark: Benchmark, *, suffix: str = ""
) -> tuple[Estimate, ...]:
    """The share who gave an answer in each group and the gap: of this school, and of all schools.

    Few pupils of one school give such an answer, so that the own numbers are often withheld; those of
    all schools stand as rows of their own.

    Args:
        data: rows of :func:`answers_of`.
        name: one of :func:`kansen_lib.benchmark.enquete.yes_no`.
        between: the grouping.
        benchmark: gives the values of all schools.
        suffix: of the names, to tell several groupings in one result apart.
    """
    outcome = survey.yes_no(data)[name]
    if outcome.isna().all():
        return (Estimate.not_computable(name, NOT_ASKED),)
    return beside_all(shares_and_gap(name, outcome, data[between.column], between), benchmark, suffix=suffix)


def beside_all(own: Sequence[Estimate], benchmark: Benchmark, *, suffix: str = "") -> tuple[Estimate, ...]:
    """The numbers of this school, and then the same ones of all schools as rows of their own.

    The rows say in name or group whose they are: beside withheld own rows a bare ``"laag"`` of all schools
    would be read as that of this school.
    """
    here = (replace(item, name=f"{item.name}{suffix}{OWN}") for item in own)
    known = (benchmark.find(item.name, item.group) for item in own)
    there = (
        replace(item, name=f"{item.name}{suffix}", group=_of_all(item.group))
        for item in known
        if item is not None
    )
    return (*here, *there)


def _of_all(group: str) -> str:
    return group if MINUS in group else f"{group}, {ALL_SCHOOLS}"


def scale(
    data: pd.DataFrame, schaal: str, between: Sequence[Groups], benchmark: Benchmark
) -> tuple[Estimate, ...]:
    """The mean of each group and the gap beside all schools, and last the reliability of the scale.

    A scale that is not precise enough (omega below ``PRECISE``) has no levels and no gap. The reliability
    is that of all schools together where it is known: of one school it rests on few pupils. Each
    grouping after the first has a name of its own: the gate guards the groups of a name together.
    """
    name = survey.label(schaal)
    if data[schaal].isna().all():
        return (Estimate.not_computable(name, NOT_ASKED, unit=SCALE_POINTS),)
    omega = precision(data, schaal, benchmark)
    if not is_precise(omega):
        return (Estimate.not_computable(name, NOT_PRECISE, unit=SCALE_POINTS), omega)
    found: list[Estimate] = []
    for place, of in enumerate(between):
        rows = beside(means_and_gap(name, data[schaal], data[of.column], of), benchmark)
        found += [replace(item, name=f"{name} naar {of.column}") if place else item for item in rows]
    return (*found, omega)


def precision(data: pd.DataFrame, schaal: str, benchmark: Benchmark) -> Estimate:
    """Reliability of a scale: of all schools, or of this school where it stands alone."""
    known = benchmark.find(survey.RELIABILITY, survey.label(schaal))
    return survey.reliability(data, schaal) if known is None else known


def is_precise(omega: Estimate) -> bool:
    """Whether groups may be compared on a scale with this reliability."""
    return omega.value is not None and omega.value >= PRECISE


def told(data: pd.DataFrame, *columns: str) -> tuple[int, int]:
    """How many of who answered lack a value in one of the columns, of how many."""
    return int(data[list(columns)].isna().any(axis=1).sum()), len(data)


def result(found: Iterable[Estimate], data: pd.DataFrame, *columns: str) -> Result:
    """The numbers with how many of who answered fell out for want of one of the columns."""
    given = tuple(found)
    if (
        sum(item.name == survey.RELIABILITY for item in given) == 1
    ):  # of one scale there is nothing to tell apart
        given = tuple(replace(item, group="") if item.name == survey.RELIABILITY else item for item in given)
    return Result("", given, dropped=told(data, *columns))
