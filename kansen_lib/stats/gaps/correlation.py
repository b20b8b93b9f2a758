"""How closely two quantities go together in a straight line."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import ROUNDING, Estimate, NotComputable, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]

#: Fewest persons and clusters for an interval.
FEWEST_PERSONS, FEWEST_CLUSTERS = 4, 5


def correlation(
    data: pd.DataFrame,
    *,
    first: str,
    second: str,
    cluster: str | None = None,
    name: str = "correlation",
    group: str = "",
) -> Estimate:
    """Pearson's correlation of two columns; no p-value.

    Args:
        data: a row a person; rows with a missing value take no part.
        first, second: columns of numbers, or True and False.
        cluster: column with the cluster of each row.
        name: name of the estimate.
        group: label of the pair.

    Estimand: the correlation in the population of which the persons (or clusters) are a random draw; an
    association, and only its straight-line part.

    Formula: covariance over the product of both standard deviations.

    Interval: Fisher's z with 1 / (n - 3), which takes persons for independent and both quantities for
    normal. With G clusters: z plus and minus t(G-1) times its jackknife error,
    root of (G - 1)/G times the sum over clusters of (z without it - their mean) squared.

    Source: Fisher (1921); Efron and Tibshirani (1993), chapter 11; equals R ``cor.test``, and
    ``cor`` without each cluster in turn.
    """
    frames.distinct(first, [second])
    known, _ = frames.complete(data, [first, second, cluster])
    facts = {"group": group, "unit": Unit.CORRELATION, "n": len(known), "method": Method.CORRELATION}
    try:
        moments, clusters = _moments(known, first, second, cluster)
        value = _pearson(moments.sum(axis=0))
        half = _half(len(known)) if cluster is None else _jackknifed(moments, clusters)
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    lower, upper = (float(np.tanh(np.arctanh(value) + side * half)) for side in (-1, 1))
    interval = Interval.FISHER_Z if cluster is None else Interval.FISHER_JACKKNIFE
    return Estimate(name, value=value, lower=lower, upper=upper, interval=interval, **facts)


def _moments(known: pd.DataFrame, first: str, second: str, cluster: str | None) -> tuple[Matrix, int]:
    """Sums of 1, x, y, x2, xy, y2 of each cluster (or of all persons), and the number of clusters."""
    if len(known) < FEWEST_PERSONS:
        raise NotComputable(Reason.TOO_FEW if len(known) else Reason.NO_PERSONS)
    x, y = (_standard(frames.numbers(known, name)) for name in (first, second))
    code, clusters = frames.codes(known[cluster]) if cluster else (np.zeros(len(x), np.int64), 1)
    if cluster and clusters < FEWEST_CLUSTERS:
        raise NotComputable(Reason.FEW_CLUSTERS)
    return frames.cluster_sums(np.column_stack([np.ones(len(x)), x, y, x * x, x * y, y * y]), code), clusters


def _standard(values: Matrix) -> Matrix:
    """Deviations in standard deviations: sums of them lose no digits."""
    spread = values.std()
    if spread <= ROUNDING * (1 + np.abs(values).max()):
        raise NotComputable(Reason.NO_SPREAD)
    return (values - values.mean()) / spread


def _pearson(moments: Matrix) -> float:
    n, x, y, xx, xy, yy = moments
    spread = (xx - x * x / n) * (yy - y * y / n)
    if not n or spread <= (ROUNDING * n) ** 2:
        raise NotComputable(Reason.NO_SPREAD)
    value = float((xy - x * y / n) / np.sqrt(spread))
    if abs(value) > 1 - ROUNDING:  # one is a multiple of the other
        raise NotComputable(Reason.NOT_IDENTIFIED)
    return value


def _half(n: int) -> float:
    return float(quantile() / np.sqrt(n - 3))


def _jackknifed(moments: Matrix, clusters: int) -> float:
    total = moments.sum(axis=0)
    without = np.arctanh([_pearson(total - own) for own in moments])
    error = np.sqrt((clusters - 1) / clusters * ((without - without.mean()) ** 2).sum())
    return float(quantile(clusters - 1) * error)
