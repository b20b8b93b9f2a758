"""Whether groups differ in the time to an event, over all times together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kansen_lib.stats.flows.spells import Spells
from kansen_lib.stats.frames import cluster_sums, codes, complete, flags
from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.terms import Method, Reason, Unit


def log_rank(
    data: pd.DataFrame,
    *,
    duration: str,
    event: str,
    group: str,
    entry: str | None = None,
    cluster: str | None = None,
    name: str = "log-rank",
) -> Estimate:
    """Test that all groups have the same hazard of the event at all times.

    Without ``cluster`` it takes persons for independent: pupils of the same school are not. Curves that
    cross can differ much and yet give a small statistic.

    Args:
        data, duration, event, entry: as in :func:`kaplan_meier`.
        group: column of labels; a group in which no event is expected takes no part.
        cluster: column with the cluster of each person. The statistic cannot exceed the number of
            clusters, so that with few of them only large differences are seen.
        name: name of the estimate.

    Returns:
        The statistic, ``df`` the number of groups minus one.

    Estimand: none: the p-value is of the null of equal hazards.

    Formula: (O - E)' V^-1 (O - E) over all groups but one: events O, expected E = sum of d Y_g / Y, and V
    the hypergeometric variance, sum of d (Y - d) / (Y - 1) (diag(Y_g/Y) - Y_g Y_h / Y^2); with clusters
    V is the sum over clusters of u u', u the sum of the score residuals of the persons in it.

    Interval: none: it is a test; the chi-squared distribution gives the p-value.

    Source: Mantel (1966); Peto and Peto (1972); Kalbfleisch and Prentice (2002), section 1.5; Lee, Wei
    and Amato (1992) for clusters; equals R ``survival::survdiff`` (rho = 0) and the robust score test of
    ``coxph(cluster, ties = "breslow")``.
    """
    known, _ = complete(data, [duration, event, entry, group, cluster])
    method = Method.LOG_RANK if cluster is None else Method.LOG_RANK_ROBUST
    facts = {"unit": Unit.CHI_SQUARED, "n": len(known), "method": method}
    cause = flags(known[event]).astype(np.int64) - 1
    spells = Spells.of(known, cause, duration=duration, entry=entry, weight=None, cluster=cluster)
    try:
        statistic, df = _statistic(spells.checked(), *codes(known[group]))
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    return Estimate(
        name,
        value=statistic,
        df=float(df),
        p_value=float(stats.chi2.sf(statistic, df)),
        smallest=int(known[group].value_counts().min()),
        **facts,
    )


def _statistic(spells: Spells, code: NDArray[np.int64], groups: int) -> tuple[float, int]:
    """The statistic and its degrees of freedom."""
    member = (code[:, None] == np.arange(groups)).astype(float)
    residual, expected, variance = np.zeros(member.shape), np.zeros(groups), np.zeros((groups, groups))
    for time in np.unique(spells.exit[spells.cause >= 0]):
        here = (spells.entry < time) & (spells.exit >= time)
        gone = (spells.exit == time) & (spells.cause >= 0)
        part, n, d = member[here].mean(axis=0), int(here.sum()), int(gone.sum())
        expected += d * part
        residual += (gone - here * d / n)[:, None] * (member - part)
        if n > 1:
            variance += d * (n - d) / (n - 1) * (np.diag(part) - np.outer(part, part))
    kept = np.flatnonzero(expected > 0)[:-1]
    if len(kept) == 0:
        raise NotComputable(Reason.FEW_GROUPS)
    if spells.cluster is not None:
        summed = cluster_sums(residual, spells.cluster)
        variance = summed.T @ summed
    excess, inside = residual.sum(axis=0)[kept], variance[np.ix_(kept, kept)]
    if np.linalg.matrix_rank(inside) < len(kept):
        raise NotComputable(Reason.NO_SPREAD if spells.cluster is None else Reason.FEW_CLUSTERS)
    return float(excess @ np.linalg.solve(inside, excess)), len(kept)
