"""Weights under which the untreated have the moments of the treated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp

from kansen_lib.stats import arms, frames, linear
from kansen_lib.stats.matching.balance import binary, indicators
from kansen_lib.stats.matching.propensity import ROW, with_rows
from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]

#: Newton steps, after which no weights are taken to exist.
STEPS = 200

#: Largest difference of a standardised moment that counts as none.
CLOSE = 1e-10


@dataclass(frozen=True)
class Weights:
    """Weights of entropy balancing.

    Attributes:
        values: 1 for the treated, and weights of the untreated that add up to the number of treated; by
            the index of the data, without rows that have a missing value. None when there are none.
        effective: the number of untreated that an unweighted comparison as precise would have (Kish).
        dropped: rows without a weight, of how many.
        reason: why there are no weights; empty when there are.
    """

    values: pd.Series | None
    effective: float | None
    dropped: tuple[int, int]
    reason: str = ""


def entropy_balancing(
    data: pd.DataFrame, *, treated: str, covariates: Sequence[str], moments: int = 1
) -> Weights:
    """Weights of the untreated under which they equal the treated in the moments of the covariates.

    Estimand: the untreated, reweighted to the covariates of the treated (for effects on the treated).

    Formula: the weights closest to equal ones (least Kullback-Leibler distance) under which each mean, and
    with ``moments`` 2 or 3 each mean square and mean cube, equals that of the treated; solved in the dual
    by Newton's method with step halving.

    Interval: none: weights are not estimates.

    Source: Hainmueller (2012), equations 2-8; equals ``ebal`` in R and Stata.

    Args:
        data: one row a person; rows with a missing value take no part.
        treated: column with True for the treated.
        covariates: columns of numbers, booleans, text or categories.
        moments: highest power of the numeric covariates, 1 to 3; of yes/no covariates only the mean.

    Returns:
        The weights; a reason when none exist, such as a treated mean beyond every untreated person.
    """
    if moments not in (1, 2, 3):
        raise ValueError(f"entropy balancing balances 1, 2 or 3 moments, not {moments}")
    frames.distinct(treated, covariates)
    known, dropped = frames.complete(with_rows(data), [treated, *covariates, ROW])
    drawn = arms.indicator(known[treated])
    try:
        arms.require(drawn)
        found = _weights(_moments(indicators(known, covariates), moments), drawn)
    except NotComputable as reason:
        return Weights(None, None, dropped, str(reason))
    values = np.ones(len(known))
    values[drawn == 0] = found * drawn.sum()
    index = data.index[known[ROW].to_numpy()]
    return Weights(pd.Series(values, index, name="weight"), float(1 / (found**2).sum()), dropped)


def weighted_difference(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    weight: str,
    cluster: str | None = None,
    name: str = "effect",
) -> Estimate:
    """Difference of weighted means of treated and untreated persons.

    Estimand: the mean outcome of the treated minus that of the untreated, both weighted; with the weights
    of entropy balancing the effect on the treated if, given the covariates, treatment was as good as
    drawn. There is no lottery behind it.

    Formula: weighted least squares of the outcome on treatment.

    Interval: 95% t: HC3 with n - 2 degrees of freedom, with clusters CR2 with Satterthwaite; the weights
    are taken as given, which is on the safe side for weights that balance.

    Source: Hainmueller (2012), section 4; equals ``lm`` with weights and ``vcovHC(type = "HC3")`` of the R
    package sandwich, with clusters ``vcovCR(type = "CR2")`` of clubSandwich.

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: score column.
        treated: column with True for the treated.
        weight: column with weights; rows with weight 0 take no part.
        cluster: column with the cluster in which persons are alike.
        name: name of the estimate.
    """
    known, _ = frames.complete(data, [outcome, treated, weight, cluster])
    known = frames.positive(known, weight)
    facts = {"unit": Unit.SCORE, "n": len(known), "method": Method.ENTROPY}
    drawn = arms.indicator(known[treated])
    try:
        arms.require(drawn)
        design = pd.DataFrame({"intercept": np.ones(len(known)), "treated": drawn})
        labels = None if cluster is None else known[cluster]
        fit = linear.fit(design, frames.numbers(known, outcome), cluster=labels, weight=known[weight])
    except NotComputable as reason:
        return Estimate.not_computable(name, str(reason), **facts)
    value, error, df = fit.contrast("treated")
    interval = Interval.T_HC3 if cluster is None else Interval.T_CR2
    return Estimate.from_standard_error(
        name, value, error, df=df, interval=interval, smallest=arms.smallest(drawn), **facts
    )


def _moments(columns: pd.DataFrame, moments: int) -> Matrix:
    """What must be equal, as uncorrelated columns of variance 1: what follows from others is left out."""
    parts = []
    for _, column in columns.items():
        x = column.to_numpy(float)
        spread = x.std()
        if spread == 0:
            continue
        z = (x - x.mean()) / spread
        parts += [z] if binary(x) else [z**power for power in range(1, moments + 1)]
    if not parts:
        raise NotComputable(Reason.NO_SPREAD)
    columns = np.column_stack(parts)
    columns = columns[:, columns.std(axis=0) > 1e-9]
    columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, size > 1e-9 * size[0]] * np.sqrt(len(columns))


def _weights(moments: Matrix, drawn: Matrix) -> Matrix:
    """Weights of the untreated, adding up to 1."""
    x = moments[drawn == 0] - moments[drawn == 1].mean(axis=0)

    def dual(at: Matrix) -> float:
        return float(logsumexp(x @ at))

    params = np.zeros(x.shape[1])
    for _ in range(STEPS):
        weights = np.exp(x @ params - dual(params))
        gap = weights @ x
        if np.abs(gap).max() < CLOSE:
            return weights
        hessian = (x * weights[:, None]).T @ x - np.outer(gap, gap)
        step = -np.linalg.lstsq(hessian, gap, rcond=1e-12)[0]
        length = 1.0
        while dual(params + length * step) > dual(params) and length > 1e-8:
            length /= 2
        params = params + length * step
        if not np.all(np.isfinite(params)) or np.abs(x @ params).max() > 1e6:
            break
    raise NotComputable(Reason.NO_BALANCE)
