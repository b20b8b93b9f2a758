"""The bootstrap over clusters, for any statistic of a frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import LEVEL, ROUNDING, Estimate, NotComputable
from kansen_lib.stats.terms import Interval, Method, Reason

#: With fewer clusters a draw of one cluster only is likelier than 2.5%: no percentile is inside.
FEWEST_CLUSTERS = 4

#: The part of the draws that must have a value.
MOST = 0.95

Statistic = Callable[[pd.DataFrame], float]


def cluster_bootstrap(
    data: pd.DataFrame,
    statistic: Statistic,
    *,
    cluster: str | None,
    draws: int = 999,
    seed: int,
    name: str = "statistic",
    unit: str = "",
) -> Estimate:
    """Any statistic of a frame, with the error and interval of clusters drawn with replacement.

    Estimand: what the statistic estimates; the clusters stand for a population of clusters.

    Formula: standard error = standard deviation (over draws - 1) of the statistic over draws of G of the
    G clusters; each copy of a cluster counts as a cluster of its own.

    Interval: 95% percentile: order statistics (draws + 1) 0.025 and (draws + 1) 0.975 of the draws.

    Source: Davison and Hinkley (1997), sections 2.2 and 5.2.1; equals boot and boot.ci(type="perc") of R
    up to the draws.

    Args:
        data: a row a person.
        statistic: from a frame like ``data`` to a number. In a draw, the labels in the column
            ``cluster`` are those of the copies.
        cluster: column of the highest level of sampling; None lets each row be a cluster. Rows without a
            cluster are left out.
        draws: number of draws.
        seed: of the draws.
        name: of the estimate.
        unit: of the estimate.
    """
    frames.complete(data, [cluster])
    frames.enough(draws)
    used = data if cluster is None else data[data[cluster].notna()]
    facts = {"unit": unit, "n": len(used), "method": Method.CLUSTER_BOOTSTRAP}
    try:
        value, drawn = _draw(used, statistic, cluster, draws, seed)
    except NotComputable as why:
        return Estimate.not_computable(name, why.reason, **facts)
    tail = (1 - LEVEL) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail], method="weibull")
    error = float(drawn.std(ddof=1))
    bounds = {"lower": float(lower), "upper": float(upper), "interval": Interval.PERCENTILE}
    return Estimate(name, value=value, standard_error=error, **bounds, **facts)


def _draw(
    used: pd.DataFrame, statistic: Statistic, cluster: str | None, draws: int, seed: int
) -> tuple[float, NDArray[np.float64]]:
    if used.empty:
        raise NotComputable(Reason.NO_PERSONS)
    rows = _clusters(used, cluster)
    if len(rows) < FEWEST_CLUSTERS:
        raise NotComputable(Reason.FEW_CLUSTERS)
    value = _number(statistic, used)
    if not np.isfinite(value):
        raise NotComputable(Reason.NOT_IDENTIFIED)
    rng = np.random.default_rng(seed)
    chosen = (rng.integers(0, len(rows), len(rows)) for _ in range(draws))  # never all at once: n x draws
    drawn = np.array([_number(statistic, _copies(used, rows, picks, cluster)) for picks in chosen])
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < max(2, MOST * draws):
        raise NotComputable(Reason.UNSTABLE)
    if drawn.std() <= ROUNDING * max(1.0, abs(value)):
        raise NotComputable(Reason.NO_SPREAD)
    return value, drawn


Rows = list[NDArray[np.int64]] | NDArray[np.int64]


def _clusters(used: pd.DataFrame, cluster: str | None) -> Rows:
    """The rows of each cluster (without clusters: the rows), in an order that does not depend on theirs."""
    if cluster is None:
        return frames.canonical(used)
    return frames.cluster_rows(frames.codes(used[cluster])[0])


def _copies(used: pd.DataFrame, rows: Rows, picks: NDArray[np.int64], cluster: str | None) -> pd.DataFrame:
    if cluster is None:
        return used.take(rows[picks]).reset_index(drop=True)
    drawn = used.take(np.concatenate([rows[pick] for pick in picks])).reset_index(drop=True)
    return drawn.assign(**{cluster: np.repeat(np.arange(len(picks)), [len(rows[pick]) for pick in picks])})


def _number(statistic: Statistic, frame: pd.DataFrame) -> float:
    """The statistic as a number; NaN where it cannot be computed."""
    try:
        return float(statistic(frame))
    except NotComputable:
        return float("nan")
