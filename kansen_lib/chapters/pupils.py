"""The pupils of one school as every chapter sees them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit
from kansen_lib.store import School


def pupils_of(school: School) -> pd.DataFrame:
    """One row a pupil of the asked cohorts; see :func:`kansen_lib.indicators.pupils`."""
    last = school.store.last_schooljaar
    return indicators.pupils(school.table("leerlingen"), school.table("loopbaan"), last)


def dropped(known: pd.Series, *more: pd.Series) -> tuple[int, int]:
    """How many rows lack a value in one of the series, of how many."""
    complete = known.notna()
    for other in more:
        complete &= other.notna()
    return int((~complete).sum()), len(known)


def with_reference(item: Estimate, reference: float | None) -> Estimate:
    """The estimate beside a value to compare with; one without a value needs none."""
    return item if item.value is None else replace(item, reference=reference)


def levels_and_gap(
    name: str, outcome: pd.Series, group: pd.Series, benchmark: Benchmark, *, low: str, high: str
) -> tuple[Estimate, ...]:
    """The share in each group beside that of all schools, and the gap between two of the groups."""
    levels = tuple(
        with_reference(item, benchmark.value(name, item.group))
        for item in gaps.shares(outcome, group, name=name).estimates
    )
    known = {item.group: item for item in levels}
    if low not in known or high not in known:
        absent = Estimate.not_computable(
            name, Reason.EMPTY_GROUP, group=f"{high} minus {low}", unit=Unit.POINTS
        )
        return (*levels, absent)
    pair = (known[low], known[high])
    gap = gaps.share_difference(
        [item.count for item in pair], [item.n for item in pair], name=name, group=f"{high} minus {low}"
    )
    return (*levels, gap)
