"""How far two groups overlap: what a standardised gap means for persons."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kansen_lib.stats.gaps.standardised import TwoGroups, known_values
from kansen_lib.stats.result import Estimate, NotComputable, Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Vector = NDArray[np.float64]


def overlap(first: pd.Series, second: pd.Series, *, name: str = "overlap", group: str = "") -> Result:
    """Overlap of two independent groups, in three estimates.

    ``overlapping coefficient``, ``Cohen's U3`` and ``superiority``. The p-value of the last is
    of the null that neither group tends to score higher (0.5).

    Args:
        first: values of the first group; missing values take no part.
        second: values of the second group.
        name: name of the result.
        group: label of the contrast.

    Estimand: the area that the two densities share; the share of the first group below the median of
    the second; the probability that a person of the second group scores above one of the first, ties
    for a half. The first two hold for normal distributions with the same spread; the third for any.

    Formula: 2 Phi(-|d| / 2); Phi(d); mean over all pairs of 1(y2 > y1) + 1(y2 = y1) / 2; d is Cohen's,
    second minus first, without small-sample correction.

    Interval: the first two: that of d from the noncentral t, transformed (the first ends at 1 where d
    may be 0). The third: t with the variance and the degrees of freedom of Brunner and Munzel.

    Source: Cohen (1988), table 2.2.1 (U3); Reiser and Faraggi (1999); Brunner and Munzel (2000); equals
    R ``effectsize::p_overlap``, ``cohens_u3`` and ``lawstat::brunner.munzel.test``.
    """
    one, two = known_values(first), known_values(second)
    facts = {"group": group, "unit": Unit.SHARE, "n": len(one) + len(two)}
    estimates = (*_normal(one, two, facts), _superiority(one, two, facts))
    missing = len(first) + len(second) - len(one) - len(two)
    return Result(name, estimates, dropped=(missing, len(first) + len(second)))


def _normal(one: Vector, two: Vector, facts: dict) -> tuple[Estimate, Estimate]:
    """Overlapping coefficient and U3 from d and its interval."""
    methods = {"overlapping coefficient": Method.OVERLAP, "Cohen's U3": Method.U3}
    try:
        found = TwoGroups.of(one, two)
    except NotComputable as problem:
        return tuple(
            Estimate.not_computable(name, problem.reason, method=method, **facts)
            for name, method in methods.items()
        )
    lower, upper = found.limits()
    nearest = 0.0 if lower < 0 < upper else min(abs(lower), abs(upper))
    ends = {
        "overlapping coefficient": (_shared(found.d), _shared(max(-lower, upper)), _shared(nearest)),
        "Cohen's U3": tuple(float(stats.norm.cdf(d)) for d in (found.d, lower, upper)),
    }
    rest = {"interval": Interval.NONCENTRAL_T, "smallest": min(found.sizes), **facts}
    return tuple(
        Estimate(name, value=ends[name][0], lower=ends[name][1], upper=ends[name][2], method=method, **rest)
        for name, method in methods.items()
    )


def _shared(d: float) -> float:
    """Area that two unit normal densities at distance ``d`` share."""
    return float(2 * stats.norm.cdf(-abs(d) / 2))


def _superiority(one: Vector, two: Vector, facts: dict) -> Estimate:
    """Probability that the second group scores higher, with Brunner and Munzel's interval."""
    rest = {"method": Method.SUPERIORITY, **facts}
    if min(len(one), len(two)) < 2:
        return Estimate.not_computable("superiority", Reason.TOO_FEW, **rest)
    n1, n2 = len(one), len(two)
    ranks = stats.rankdata(np.concatenate([one, two]))
    # for each person the share of the other group that scores lower
    above1 = (ranks[:n1] - stats.rankdata(one)) / n2
    above2 = (ranks[n1:] - stats.rankdata(two)) / n1
    parts = above1.var(ddof=1) / n1, above2.var(ddof=1) / n2
    if sum(parts) == 0:
        return Estimate.not_computable("superiority", Reason.NO_SPREAD, **rest)
    value, error = float(above2.mean()), float(np.sqrt(sum(parts)))
    df = sum(parts) ** 2 / (parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1))
    half = quantile(df) * error
    return Estimate(
        "superiority",
        value=value,
        lower=max(0.0, value - half),
        upper=min(1.0, value + half),
        interval=Interval.BRUNNER_MUNZEL,
        smallest=min(n1, n2),
        standard_error=error,
        df=float(df),
        p_value=float(2 * stats.t.sf(abs(value - 0.5) / error, df)),
        **rest,
    )
