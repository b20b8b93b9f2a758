"""Does the place of a child among all children go with that of the parents among all parents?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.frames import codes, complete, distinct, is_category
from kansen_lib.stats.linear import error_of_sum
from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Vector = NDArray[np.float64]


def rank_slope(
    data: pd.DataFrame, *, child: str, parent: str, cluster: str | None = None, name: str = "rank-rank slope"
) -> Estimate:
    """How many places a child is higher for each place that the parents are higher; 0 is no relation.

    Places run from 0 to 1 among the persons in ``data``, so that all may rise and the slope stay as it is.
    Equal values share their mean place. Many equal values of the child (a few levels of education) make
    the slope smaller than that of the places behind them, as levels hide part of the differences; those
    of the parents hardly do, while the slope is then one between groups. Compare slopes only between
    data with the same levels.

    Args:
        data: a row a child; rows with a missing value take no part.
        child: column of numbers or ordered categories.
        parent: the same, of the parents.
        cluster: column with the cluster of each row.
        name: name of the estimate.

    Estimand: slope of the linear projection of the child's place in the distribution of children on the
        parents' place in that of parents.

    Formula: sum((R - 1/2)(Q - 1/2)) / sum((Q - 1/2)^2), R and Q the fractional mid-ranks (rank - 1/2) / n;
        without equal values that is Spearman's correlation.

    Interval: linearised variance, which counts that places are estimated too; normal, or t with clusters
        minus one. The errors of least squares on the places, as often printed, take them for known.

    Source: Chetty, Hendren, Kline and Saez (2014), Q. J. Econ. 129, section IV; Chetverikov and Wilhelm
        (2023) on the variance. The slope equals R ``lm`` on the ranks.
    """
    distinct(child, [parent])
    known, _ = complete(data, [child, parent, cluster])
    facts = {"unit": Unit.INDEX, "n": len(known), "method": Method.RANK_SLOPE}
    try:
        value, influence = _slope(_ordered(known[child]), _ordered(known[parent]))
        code = None if cluster is None else codes(known[cluster])[0]
        error, df = error_of_sum(influence / len(known), code)
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    interval = Interval.LINEARISED if cluster is None else Interval.LINEARISED_CLUSTERED
    return Estimate.from_standard_error(name, value, error, df=df, interval=interval, **facts)


def _ordered(column: pd.Series) -> NDArray[np.int64]:
    """The number of each value among the different values."""
    if is_category(column) and not getattr(column.dtype, "ordered", False):
        raise ValueError(
            f"column '{column.name}' holds labels without an order; give numbers or ordered categories"
        )
    return codes(column)[0]


def _slope(child: NDArray[np.int64], parent: NDArray[np.int64]) -> tuple[float, Vector]:
    """The slope, and the influence of each person on it; raises NotComputable without spread."""
    if len(child) < 3:
        raise NotComputable(Reason.TOO_FEW if len(child) else Reason.NO_PERSONS)
    if np.ptp(parent) == 0 or np.ptp(child) == 0:
        raise NotComputable(Reason.LITTLE_SPREAD)
    of_child, of_parent = _places(child), _places(parent)
    both, square = of_child * of_parent, of_parent**2
    spread = square.mean() - 0.25
    value = (both.mean() - 0.25) / spread
    # each person has a part in the places of all others: of the children, and of the parents
    of_both = both + _lifted(child, of_parent) + _lifted(parent, of_child) - 3 * both.mean()
    of_square = square + 2 * _lifted(parent, of_parent) - 3 * square.mean()
    return float(value), (of_both - value * of_square) / spread


def _places(code: NDArray[np.int64]) -> Vector:
    """Fractional mid-ranks, of which the mean is one half."""
    size = np.bincount(code)
    return ((np.cumsum(size) - size / 2) / len(code))[code]


def _lifted(code: NDArray[np.int64], held: Vector) -> Vector:
    """For each person the sum of ``held`` over those above (and half of those beside) them, over n."""
    total = np.bincount(code, held)
    return ((total.sum() - np.cumsum(total) + total / 2) / len(code))[code]
