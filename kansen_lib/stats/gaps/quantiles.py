"""The gap at the bottom, the middle and the top of two distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.frames import numbers
from kansen_lib.stats.gaps.rows import of_two_groups
from kansen_lib.stats.inference import cluster_bootstrap
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Reason, Unit

Vector = NDArray[np.float64]


def quantile_gaps(
    data: pd.DataFrame,
    *,
    outcome: str,
    group: str,
    low: object,
    high: object,
    quantiles: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9),
    cluster: str | None = None,
    weight: str | None = None,
    draws: int = 999,
    seed: int,
    name: str = "quantile gap",
    unit: str = Unit.SCORE,
) -> Result:
    """Difference of the quantiles of two groups, ``high`` minus ``low``, an estimate a quantile.

    Args:
        data: a row a person; rows of other groups or with a missing value take no part.
        outcome: column of numbers.
        group: column of labels.
        low, high: labels of the two groups.
        quantiles: between 0 and 1; each is the group of its estimate as text, e.g. ``"0.25"``.
        cluster: column of the highest level of sampling; None lets each person be a cluster.
        weight: column of weights, not negative.
        draws: number of bootstrap draws.
        seed: of the draws.
        name, unit: of the estimates.

    Estimand: the quantile of the population ``high`` minus the same quantile of ``low``: a gap between
    distributions, not between the same persons.

    Formula: without weights type 7 of Hyndman and Fan; with weights the smallest value at which the
    cumulative weight reaches the part q of the whole.

    Interval: percentiles of the bootstrap over clusters (without clusters: over persons).

    Source: Hyndman and Fan (1996); Davison and Hinkley (1997), section 5.3; equals R ``quantile`` and
    with weights ``survey::svyquantile(qrule="math")``; interval: R ``boot.ci(type="perc")`` up to the
    draws.
    """
    outside = [q for q in quantiles if not 0 < q < 1]
    if outside:
        raise ValueError(f"quantiles lie between 0 and 1; these do not: {outside}")
    rows, sizes, dropped = of_two_groups(
        data, [outcome, cluster], group=group, low=low, high=high, weight=weight
    )
    numbers(rows, outcome)
    method = Method.QUANTILE_GAP if weight is None else Method.QUANTILE_GAP_WEIGHTED
    facts = {"unit": unit, "n": len(rows), "method": method}
    frame = rows.drop(columns=group).assign(**{HIGH: (rows[group] == high).to_numpy()})
    statistics = {f"{q:g}": partial(_gap, outcome=outcome, weight=weight, q=q) for q in quantiles}
    if min(sizes) == 0:
        none = [Estimate.not_computable(name, Reason.EMPTY_GROUP, group=q, **facts) for q in statistics]
        return Result(name, tuple(none), dropped=dropped)
    estimates = []
    for q, gap in statistics.items():
        found = cluster_bootstrap(frame, gap, cluster=cluster, draws=draws, seed=seed, name=name, unit=unit)
        smallest = None if found.value is None else min(sizes)
        estimates.append(replace(found, group=q, method=method, smallest=smallest))
    return Result(name, tuple(estimates), dropped=dropped)


#: The column that tells the two groups apart in a draw.
HIGH = "is high"


def _gap(frame: pd.DataFrame, *, outcome: str, weight: str | None, q: float) -> float:
    """The gap at one quantile; raises NotComputable where a draw lacks a group."""
    values, high = frame[outcome].to_numpy(float), frame[HIGH].to_numpy()
    if high.all() or not high.any():
        raise NotComputable(Reason.EMPTY_GROUP)
    if weight is None:
        return float(np.quantile(values[high], q) - np.quantile(values[~high], q))
    weights = frame[weight].to_numpy(float)
    return weighted_quantile(values[high], weights[high], q) - weighted_quantile(
        values[~high], weights[~high], q
    )


def weighted_quantile(values: Vector, weights: Vector, q: float) -> float:
    """The smallest value at which the cumulative weight reaches its part ``q``."""
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weights[order])
    # a cumulative weight that only rounding keeps below the part has reached it
    return float(values[order][np.searchsorted(cumulative, q * cumulative[-1] * (1 - 1e-12))])
