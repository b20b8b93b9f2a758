"""Gaps in the units of the outcome: between two shares and between two means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kansen_lib.stats import linear
from kansen_lib.stats.frames import design, distinct, numbers
from kansen_lib.stats.gaps.ratios import check, score, smallest
from kansen_lib.stats.gaps.rows import of_two_groups
from kansen_lib.stats.inference import wilson
from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Vector = NDArray[np.float64]


def share_difference(
    count: Sequence[int], n: Sequence[int], *, name: str = "difference of shares", group: str = ""
) -> Estimate:
    """Difference of two independent shares, second minus first; with an empty group a reason.

    The p-value is that of the score test (Pearson's chi-squared) of no difference; none when nobody or
    everybody has the property.

    Args:
        count: persons with the property in the first and the second group.
        n: persons in the first and the second group.
        name: name of the estimate.
        group: label of the contrast.

    Estimand: the share of the second population minus that of the first.

    Formula: count2 / n2 - count1 / n1.

    Interval: Newcombe's hybrid score interval, from the Wilson bounds of both shares.

    Source: Newcombe (1998b), Statistics in Medicine 17, 873-890, method 10; equals statsmodels
    ``confint_proportions_2indep(method="newcomb")``, the p-value R ``prop.test(correct = FALSE)``.
    """
    check(count, n)
    facts = {"group": group, "unit": Unit.POINTS, "n": int(sum(n)), "method": Method.SHARE_DIFFERENCE}
    if min(n) == 0:
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts)
    (first, second), intervals = np.divide(count, n), [wilson(k, m) for k, m in zip(count, n, strict=True)]
    (low1, high1), (low2, high2) = intervals
    gap = float(second - first)
    spread = 0 < sum(count) < sum(n)
    return Estimate(
        name,
        value=gap,
        lower=gap - float(np.hypot(second - low2, high1 - first)),
        upper=gap + float(np.hypot(high2 - second, first - low1)),
        interval=Interval.NEWCOMBE,
        smallest=smallest(count, n),
        p_value=float(2 * stats.norm.sf(score(count, n, 1.0))) if spread else None,
        **facts,
    )


def mean_difference(
    data: pd.DataFrame,
    *,
    outcome: str,
    group: str,
    low: object,
    high: object,
    cluster: str | None = None,
    weight: str | None = None,
    covariates: Sequence[str] = (),
    name: str = "difference of means",
    unit: str = Unit.SCORE,
) -> Estimate:
    """Difference of the means of two groups, ``high`` minus ``low``; the null is no difference.

    Args:
        data: a row a person; rows of other groups or with a missing value take no part.
        outcome: column of numbers.
        group: column of labels.
        low, high: labels of the two groups.
        cluster: column with the cluster of each row.
        weight: column of weights, not negative.
        covariates: columns at equal values of which the groups are compared.
        name: name of the estimate.
        unit: unit of the outcome.

    Estimand: the mean of the population ``high`` minus that of ``low``; with covariates, the
    coefficient of the group in a linear model, a comparison at equal covariates and no causal effect.

    Formula: the coefficient of a dummy for ``high`` in (weighted) least squares.

    Interval: t. Plain: Welch's standard error and degrees of freedom. With weights or covariates: HC2
    with n - k degrees of freedom. With clusters: CR2 with Satterthwaite's degrees of freedom.

    Source: Welch (1947); Pustejovsky and Tipton (2018); equals R ``t.test``, ``estimatr::lm_robust``
    (HC2) and ``clubSandwich::coef_test`` (CR2).
    """
    distinct(outcome, covariates)
    columns = [outcome, cluster, *covariates]
    rows, sizes, _ = of_two_groups(data, columns, group=group, low=low, high=high, weight=weight)
    adjusted = Method.ADJUSTED_DIFFERENCE if covariates else Method.MEAN_DIFFERENCE
    facts = {"unit": unit, "n": len(rows), "method": adjusted}
    if min(sizes) == 0:
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts)
    facts["smallest"] = min(sizes)
    try:
        if cluster is None and weight is None and not covariates:
            y = numbers(rows, outcome)
            value, error, df = _welch(*(y[(rows[group] == of).to_numpy()] for of in (low, high)))
            interval = Interval.WELCH
        else:
            x = design(rows, covariates).assign(**{GAP: (rows[group] == high).to_numpy(float)})
            value, error, df = _fitted(rows, x, outcome, cluster, weight)
            interval = Interval.T_HC2 if cluster is None else Interval.T_CR2
    except NotComputable as problem:
        facts.pop("smallest")
        return Estimate.not_computable(name, problem.reason, **facts)
    return Estimate.from_standard_error(name, value, error, df=df, interval=interval, **facts)


#: The regressor whose coefficient is the gap; no column of a school is called so.
GAP = "high minus low"


def _welch(first: Vector, second: Vector) -> tuple[float, float, float]:
    """Difference of means, its standard error and degrees of freedom."""
    if min(len(first), len(second)) < 2:
        raise NotComputable(Reason.TOO_FEW)
    one, two = (part.var(ddof=1) / len(part) for part in (first, second))
    if one + two == 0:
        raise NotComputable(Reason.NO_SPREAD)
    df = (one + two) ** 2 / (one**2 / (len(first) - 1) + two**2 / (len(second) - 1))
    return float(second.mean() - first.mean()), float(np.sqrt(one + two)), float(df)


def _fitted(
    rows: pd.DataFrame, x: pd.DataFrame, outcome: str, cluster: str | None, weight: str | None
) -> tuple[float, float, float]:
    """Coefficient of the gap, its standard error and degrees of freedom: HC2, or CR2 with clusters."""
    fitted = linear.fit(
        x,
        numbers(rows, outcome),
        cluster=None if cluster is None else rows[cluster],
        weight=None if weight is None else rows[weight],
        kind=linear.Covariance.HC2 if cluster is None else linear.Covariance.CR2,
    )
    return fitted.contrast(GAP)
