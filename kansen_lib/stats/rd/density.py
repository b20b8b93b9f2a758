"""Whether persons bunch on one side of the cut-off: the density test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.rd.local import Array, Kernel, smoother
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Order of the polynomial that the bandwidth is for; the test uses one order more.
ORDER = 2

#: Fewest persons on either side within the bandwidth.
SMALLEST_SIDE = 20


@dataclass(frozen=True)
class _Density:
    """Density at the cut-off from one side, its standard error, and the persons used."""

    value: float
    error: float
    n: int


def density_test(
    data: pd.DataFrame,
    *,
    running: str,
    cutoff: float,
    bandwidth: float | None = None,
    name: str = "density at the cut-off",
) -> Result:
    """Whether the density of the score jumps at the cut-off, as it does when scores are nudged over it.

    Estimand: the density just above minus just below the cut-off; the null is that they are equal.

    Formula: slope at the cut-off of a local cubic through the empirical distribution function, apart
    on either side, triangular weights; jackknife variance; ratio = difference / standard error.
    Without ``bandwidth`` the normal-scale rule for the local quadratic slope at a boundary.

    Interval: 95% normal on either density and on the difference; the p-value is two-sided.

    Source: Cattaneo, Jansson and Ma (2020), JASA 115, 1449-1455; equals rddensity at a given bandwidth
    (rddensity chooses its own differently).

    Args:
        data: one row a person; rows without a score take no part.
        running: the score that decides.
        cutoff: persons with a score of at least this are above.
        bandwidth: the same on both sides.
        name: name of the estimates.

    Returns:
        Groups "below", "above" and "above minus below", and the bandwidth "h".
    """
    known, dropped = frames.complete(data, [running])
    x = np.sort(known[running].to_numpy(float) - cutoff)
    facts = {"unit": Unit.INDEX, "method": Method.RD_DENSITY}
    try:
        h = _normal_scale(x) if bandwidth is None else float(bandwidth)
        below, above = (_density(x, keep, h) for keep in (x < 0, x >= 0))
    except NotComputable as failure:
        reason = Estimate.not_computable(name, failure.reason, group="above minus below", n=len(x), **facts)
        return Result(name, (reason,), dropped=dropped)
    error = float(np.hypot(below.error, above.error))
    parts = [("below", below), ("above", above)]
    rows = [(label, side.value, side.error, side.n) for label, side in parts]
    rows.append(("above minus below", above.value - below.value, error, below.n + above.n))
    estimates = [
        Estimate.from_standard_error(name, value, se, interval=Interval.NORMAL, group=label, n=n, **facts)
        for label, value, se, n in rows
    ]
    width = Estimate(name, "bandwidth h", h, Unit.SCORE, method=Method.RD_DENSITY)
    return Result(name, (*estimates, width), dropped=dropped)


def _density(x: Array, side: Array, h: float) -> _Density:
    """From one side of the sorted scores ``x``; repeated scores share the top of their step."""
    n = len(x)
    weight = Kernel.TRIANGULAR.weights(x / h) / h
    keep = side & (weight > 0)
    near = x[keep]
    values, start, count = np.unique(near, return_index=True, return_counts=True)
    if len(near) < SMALLEST_SIDE or len(values) <= ORDER + 2:
        raise NotComputable(Reason.TOO_FEW)
    share_up_to = (np.searchsorted(x, near, side="right") - 1) / (n - 1)
    loading = smoother(near, weight[keep], ORDER + 1)[1]
    from_here = np.repeat(np.cumsum(loading[::-1])[::-1][start], count)  # of persons with at least this score
    influence = (from_here - loading) / (n - 1)
    return _Density(float(loading @ share_up_to), float(np.sqrt((influence**2).sum())), len(near))


def _normal_scale(x: Array) -> float:
    """Bandwidth of least mean squared error at a boundary, the curvature that of a normal density.

    Squared curvature and density are those that a normal distribution has on average over its
    persons: 1/(3 pi sqrt 3 sd^6) and 1/(2 sqrt(pi) sd).
    """
    sd = float(x.std(ddof=1)) if len(x) > 1 else 0.0
    if not sd > 0:
        raise NotComputable(Reason.NO_SPREAD)
    bias, variance = _boundary_constants()
    curvature = 1 / (3 * np.pi * np.sqrt(3))
    ratio = variance / (2 * np.sqrt(np.pi)) / (2 * ORDER * len(x) * (bias / 6) ** 2 * curvature)
    return sd * float(ratio) ** (1 / (2 * ORDER + 1))


def _boundary_constants() -> tuple[float, float]:
    """Constants of bias and variance of the slope at a boundary, triangular kernel, by the midpoint rule."""
    u = (np.arange(1000) + 0.5) / 1000
    basis = np.vander(u, ORDER + 1, increasing=True)
    weighted = basis * (1 - u)[:, None] / len(u)
    inverse = np.linalg.inv(basis.T @ weighted)
    bias = inverse @ (weighted.T @ u ** (ORDER + 1))
    spread = inverse @ weighted.T @ np.minimum.outer(u, u) @ weighted @ inverse
    return float(bias[1]), float(spread[1, 1])
