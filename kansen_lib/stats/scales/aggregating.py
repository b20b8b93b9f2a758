"""Does the mean of a score over a class, school or teacher say something of that unit?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from kansen_lib.stats import frames
from kansen_lib.stats.result import LEVEL, ROUNDING, Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def aggregation(data: pd.DataFrame, *, value: str, unit: str, name: str = "aggregation") -> Result:
    """How much of a score is shared within units (``ICC1``), and how reliable a unit's mean is (``ICC2``).

    Below 0 where units differ less than chance would have it. ICC2 is of a unit of the usual size: the mean
    of a small unit is less reliable.

    Estimand: ICC1: correlation of the scores of two persons of the same unit; ICC2: share of the variance
    between the means of units that is true, both over a population of units.

    Formula: ICC1 = (B - W) / (B + (m - 1) W), ICC2 = (B - W) / B with B and W the mean squares between
    and within units, and m = (N - sum n_j^2 / N) / (J - 1), the size of all where units are equally large.

    Interval: from the F distribution of B / W; exact for units of equal size. With m otherwise, which is
    somewhat too narrow where a few units are much larger than the others. p-value: no differences.

    Source: Shrout and Fleiss (1979), ICC(1,1) and ICC(1,k); Bliese (2000); Donner (1986) on unequal
    sizes. Equals R ``psych::ICC`` and ``multilevel::ICC1``, ``ICC2`` for units of equal size; with unequal
    sizes ``ICC2`` still, while ``ICC1`` has the mean size for m, which makes it too low.

    Args:
        data: a row a person; rows with a missing value take no part.
        value: column of the score.
        unit: column of the unit.
        name: name of the result.
    """
    frames.distinct(value, [unit])
    known, dropped = frames.complete(data, [value, unit])
    facts = {"unit": Unit.INDEX, "n": len(known), "interval": Interval.ANOVA_F}
    try:
        ratio, size, df = _anova(known, value, unit)
    except NotComputable as problem:
        found = [
            Estimate.not_computable(kind, problem.reason, unit=Unit.INDEX, n=len(known), method=method)
            for kind, method in (("ICC1", Method.ICC1), ("ICC2", Method.ICC2))
        ]
        return Result(name, tuple(found), dropped=dropped)
    tail = (1 - LEVEL) / 2
    ends = [ratio / float(stats.f.ppf(part, *df)) for part in (1 - tail, tail)]
    p_value = float(stats.f.sf(ratio, *df))
    one = [(f - 1) / (f + size - 1) for f in (ratio, *ends)]
    two = [1 - 1 / f for f in (ratio, *ends)]
    found = [
        Estimate(
            "ICC1", value=one[0], lower=one[1], upper=one[2], method=Method.ICC1, p_value=p_value, **facts
        ),
        Estimate(
            "ICC2", value=two[0], lower=two[1], upper=two[2], method=Method.ICC2, p_value=p_value, **facts
        ),
    ]
    return Result(name, tuple(found), dropped=dropped)


def _anova(known: pd.DataFrame, value: str, unit: str) -> tuple[float, float, tuple[int, int]]:
    """Ratio of mean squares, size of a unit, and degrees of freedom between and within."""
    if known.empty:
        raise NotComputable(Reason.NO_PERSONS)
    y = frames.numbers(known, value)
    code, units = frames.codes(known[unit])
    if units < 2:
        raise NotComputable(Reason.FEW_UNITS)
    if len(y) <= units:  # nobody shares a unit
        raise NotComputable(Reason.TOO_FEW)
    sizes = np.bincount(code)
    means = np.bincount(code, y) / sizes
    inside = float(((y - means[code]) ** 2).sum())
    outside = float((sizes * (means - y.mean()) ** 2).sum())
    scale = ROUNDING * len(y) * (1 + np.abs(y).max()) ** 2
    if inside <= scale or outside <= scale:
        raise NotComputable(Reason.NO_SPREAD)
    df = units - 1, len(y) - units
    size = (len(y) - (sizes**2).sum() / len(y)) / (units - 1)
    return outside / df[0] / (inside / df[1]), float(size), df
