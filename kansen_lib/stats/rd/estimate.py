"""The jump in the outcome at a cut-off, sharp or fuzzy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.rd.bandwidth import linearised, mse_optimal
from kansen_lib.stats.rd.local import Array, Kernel, Side, powers, residuals, smoother, spread
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: The three estimates, in the order of rdrobust.
KINDS = ("conventional", "bias-corrected", "robust")

#: Fewest persons within the bandwidth on either side.
SMALLEST_SIDE = 10


@dataclass(frozen=True)
class _Fit:
    """The polynomial of one side at the cut-off.

    Attributes:
        values: plain and bias-corrected value of each variable, shape (2, d).
        loadings: the weights of the persons in them, shape (2, n).
        noise: residuals for the variance of either, shape (2, n, d).
        cluster: cluster of each person, None without.
        n: persons within h.
    """

    values: Array
    loadings: Array
    noise: Array
    cluster: Array | None
    n: int


def regression_discontinuity(
    data: pd.DataFrame,
    *,
    outcome: str,
    running: str,
    cutoff: float,
    treated: str | None = None,
    cluster: str | None = None,
    bandwidth: float | None = None,
    order: int = 1,
    kernel: str = Kernel.TRIANGULAR,
    name: str = "effect at the cut-off",
) -> Result:
    """The effect at a cut-off of a score, from local polynomials on either side.

    Estimand: the mean effect for persons at the cut-off; with ``treated`` for those whom the cut-off
    moves into treatment (fuzzy: the jump in the outcome divided by the jump in treatment). It says
    nothing of persons far from the cut-off.

    Formula: local polynomials of ``order`` within h of the cut-off; their bias from polynomials of
    ``order + 1`` within b; h and b minimise the mean squared error, one for both sides ("mserd");
    persons at the cut-off itself are above it.

    Interval: group "robust" is the one to report: bias-corrected estimate, standard error that
    includes the correction, normal quantiles; variance from three nearest neighbours, with
    ``cluster`` from residuals summed over clusters times (n-1)/(n-k) G/(G-1) on each side.

    Source: Calonico, Cattaneo and Titiunik (2014), Econometrica 82, 2295-2326; equals rdrobust.

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: numeric column.
        running: the score that decides.
        cutoff: persons with a score of at least this are above.
        treated: column with True for who was treated; None for a sharp design, in which the effect
            is of being above the cut-off.
        cluster: column with the cluster.
        bandwidth: h and b; None finds them.
        order: 1 for local linear.
        kernel: one of :class:`Kernel`.
        name: name of the estimates.

    Returns:
        Groups "conventional", "bias-corrected", "robust"; the jump in treatment as "first stage" where
        the design is fuzzy; the bandwidths "h" and "b"; the persons used, "n below" and "n above".
    """
    if not order >= 0 or (bandwidth is not None and not 0 < bandwidth < np.inf):
        raise ValueError(f"order {order} and bandwidth {bandwidth} should be 0 or more, and above 0 or None")
    frames.distinct(outcome, [running] if treated is None else [running, treated])
    known, dropped = frames.complete(data, [outcome, running, treated, cluster])
    shape = Kernel(kernel)
    method = Method.RD_SHARP if treated is None else Method.RD_FUZZY
    try:
        sides = sides_of(known, [outcome, *([treated] if treated else [])], running, cutoff, cluster)
        if bandwidth is None:
            flat = treated is not None and any(np.ptp(side.y[:, 1]) == 0 for side in sides)
            h, b = mse_optimal(sides, order=order, kernel=shape, sharp_bandwidth=flat)
        else:
            h = b = float(bandwidth)
        fits = [_fit(side, h, b, order, shape) for side in sides]
        n = [fit.n for fit in fits]
        facts = {
            "unit": Unit.OUTCOME,
            "n": sum(n),
            "smallest": min(n),
            "method": method,
            "interval": Interval.RD_NEIGHBOURS if cluster is None else Interval.RD_CLUSTERED,
        }
        estimates = [*_effects(name, fits, order, facts), *_facts(name, fits, (h, b))]
    except NotComputable as failure:
        missing = Estimate.not_computable(name, failure.reason, group="robust", n=len(known), method=method)
        return Result(name, (missing,), dropped=dropped)
    return Result(name, tuple(estimates), dropped=dropped)


def sides_of(
    known: pd.DataFrame, columns: list[str], running: str, cutoff: float, cluster: str | None
) -> tuple[Side, Side]:
    """The persons below and above the cut-off.

    Raises:
        NotComputable: fewer than :data:`SMALLEST_SIDE` persons on a side, or an outcome without spread.
    """
    code = None if cluster is None else frames.codes(known[cluster])[0]
    scores = frames.numbers(known, running)
    values = np.column_stack([frames.numbers(known, column) for column in columns])
    place = np.lexsort(np.column_stack([values, scores]).T)  # the order of rows must not matter
    x, y = scores[place] - cutoff, values[place]
    found = []
    for keep in (x < 0, x >= 0):
        if keep.sum() < SMALLEST_SIDE:
            raise NotComputable(Reason.TOO_FEW)
        found.append(Side(x[keep], y[keep], None if code is None else code[place][keep]))
    if np.ptp(y[:, 0]) == 0 or np.ptp(x) == 0:
        raise NotComputable(Reason.NO_SPREAD)
    return found[0], found[1]


def _fit(side: Side, h: float, b: float, order: int, kernel: Kernel) -> _Fit:
    weight_h, weight_b = (kernel.weights(side.x / width) / width for width in (h, b))
    if min((weight_h > 0).sum(), (weight_b > 0).sum()) < SMALLEST_SIDE:
        raise NotComputable(Reason.TOO_FEW)
    keep = (weight_h > 0) | (weight_b > 0)
    near = side.within(keep)
    plain = smoother(near.x, weight_h[keep], order)
    curve = smoother(near.x, weight_b[keep], order + 1)
    bias = float(plain[0] @ near.x ** (order + 1)) * curve[order + 1]
    loadings = np.stack([plain[0], plain[0] - bias])
    fitted = [powers(near.x, order + row) @ (fit @ near.y) for row, fit in enumerate((plain, curve))]
    noise = np.stack([residuals(near, values) for values in fitted])
    return _Fit(loadings @ near.y, loadings, noise, near.cluster, int((weight_h > 0).sum()))


def _variance(fits: list[_Fit], along: Array, order: int, corrected: bool) -> float:
    """Variance of the weighted sum ``along`` of the jumps; the correction costs one coefficient more."""
    row, columns = int(corrected), order + 1 + corrected
    parts = [spread(fit.loadings[[row]], fit.noise[row] @ along, fit.cluster, columns) for fit in fits]
    return float(sum(parts)[0, 0])


def _effects(name: str, fits: list[_Fit], order: int, facts: dict[str, Any]) -> list[Estimate]:
    """The conventional, the bias-corrected and the robust estimate, and the first stage if there is one."""
    plain, corrected = fits[1].values - fits[0].values
    along = linearised(plain)
    value = plain[0] / plain[1] if len(plain) == 2 else plain[0]
    without_bias = value - along @ (plain - corrected)
    errors = [_variance(fits, along, order, robust) ** 0.5 for robust in (False, False, True)]
    rows = list(zip(KINDS, (value, without_bias, without_bias), errors, strict=True))
    if len(plain) == 2:
        rows.append(("first stage", plain[1], _variance(fits, np.array([0.0, 1.0]), order, False) ** 0.5))
    return [Estimate.from_standard_error(name, at, error, group=kind, **facts) for kind, at, error in rows]


def _facts(name: str, fits: list[_Fit], bandwidths: tuple[float, float]) -> list[Estimate]:
    """The bandwidths and the persons on either side."""
    method = Method.RD_BANDWIDTH
    widths = zip(("h", "b"), bandwidths, strict=True)
    sides = zip(("below", "above"), (fit.n for fit in fits), strict=True)
    return [
        *(Estimate(name, f"bandwidth {label}", at, Unit.SCORE, method=method) for label, at in widths),
        *(Estimate(name, f"n {label}", float(n), Unit.COUNT, n=n, method=method) for label, n in sides),
    ]
