"""Whether persons bunch on one side of the cut-off: the density test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
import pandas as pd
from scipy import stats

from kansen_lib.stats import frames
from kansen_lib.stats.rd.local import Array, Kernel, smoother
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Order of the polynomial that the bandwidth is for; the test uses one order more.
ORDER = 2

#: Persons, and different scores, that a chosen bandwidth holds on either side at least.
ENOUGH = 20 + ORDER + 1

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
    Without ``bandwidth`` that of either side is the median of those of least mean squared error for its
    own density, for the difference and for the sum of both densities, found with local quadratics.

    Interval: 95% normal on either density and on the difference; the p-value is two-sided.

    Source: Cattaneo, Jansson and Ma (2020), JASA 115, 1449-1455; equals rddensity with its defaults
    (unrestricted, bandwidth "comb", jackknife, adjusted for repeated scores).

    Args:
        data: one row a person; rows without a score take no part.
        running: the score that decides.
        cutoff: persons with a score of at least this are above.
        bandwidth: the same on both sides; None finds one for either.
        name: name of the estimates.

    Returns:
        Groups "below", "above" and "above minus below"; "bandwidth below" and "bandwidth above".
    """
    if bandwidth is not None and not 0 < bandwidth < np.inf:
        raise ValueError(f"the bandwidth is {bandwidth}; give a number above 0, or None")
    known, dropped = frames.complete(data, [running])
    x = np.sort(frames.numbers(known, running) - cutoff)
    facts = {"unit": Unit.INDEX, "method": Method.RD_DENSITY}
    try:
        widths = _bandwidths(x) if bandwidth is None else (float(bandwidth), float(bandwidth))
        below, above = (_density(x, keep, h) for keep, h in zip((x < 0, x >= 0), widths, strict=True))
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
    estimates += [
        Estimate(name, f"bandwidth {label}", h, Unit.SCORE, method=Method.RD_DENSITY)
        for label, h in zip(("below", "above"), widths, strict=True)
    ]
    return Result(name, tuple(estimates), dropped=dropped)


def _density(x: Array, side: Array, h: float) -> _Density:
    near = x[side & (np.abs(x) < h)]
    if len(near) < SMALLEST_SIDE or len(np.unique(near)) <= ORDER + 2:
        raise NotComputable(Reason.TOO_FEW)
    return _Density(*_derivative(x, side, h, ORDER + 1, 1), len(near))


def _derivative(x: Array, side: Array, h: float, order: int, power: int) -> tuple[float, float]:
    """Coefficient of a power of the distance in the distribution function of the sorted scores ``x``, from
    one side, and its jackknife standard error; repeated scores share the top of their step."""
    n = len(x)
    weight = Kernel.TRIANGULAR.weights(x / h) / h
    keep = side & (weight > 0)
    near = x[keep]
    _, start, count = np.unique(near, return_index=True, return_counts=True)
    share_up_to = (np.searchsorted(x, near, side="right") - 1) / (n - 1)
    loading = smoother(near, weight[keep], order)[power]
    from_here = np.repeat(np.cumsum(loading[::-1])[::-1][start], count)  # of persons with at least this score
    influence = (from_here - loading) / (n - 1)
    return float(loading @ share_up_to), float(np.sqrt((influence**2).sum()))


def _bandwidths(x: Array) -> tuple[float, float]:
    """Bandwidths below and above of the sorted scores ``x``.

    Source: Cattaneo, Jansson and Ma (2020), supplemental appendix; variance and bias of the density that a
    local polynomial of :data:`ORDER` gives, from pilot bandwidths by a normal rule.
    """
    n, sides = len(x), (x < 0, x >= 0)
    curve = _pilot(x, sides, ORDER + 2, ORDER + 1)
    slope = _pilot(x, sides, ORDER, 1)
    below, above = (n * slope * _derivative(x, side, slope, ORDER, 1)[1] ** 2 for side in sides)
    bias = _triangular_bias()
    bend, turn = (bias * _derivative(x, side, curve, ORDER + 2, ORDER + 1)[0] for side in sides)
    turn *= (-1) ** ORDER

    def width(variance: float, lean: float, part: Sequence[Array]) -> float:
        if not variance > 0 or lean == 0:
            raise NotComputable(Reason.NO_SPREAD)
        best = (variance / (2 * ORDER * n * lean**2)) ** (1 / (2 * ORDER + 1))
        return _within(x, part, best, ENOUGH)

    both = [width(below + above, lean, sides) for lean in (turn - bend, turn + bend)]
    alone = width(below, bend, sides[:1]), width(above, turn, sides[1:])
    return tuple(float(np.median([own, *both])) for own in alone)


def _within(x: Array, sides: Sequence[Array], h: float, enough: int) -> float:
    """The bandwidth, not beyond the furthest score, and so wide that every side has enough in it."""
    distances = [np.sort(np.abs(x[side])) for side in sides]
    if min(map(len, distances)) == 0:
        raise NotComputable(Reason.TOO_FEW)
    h = min(h, max(part[-1] for part in distances))
    for part in distances:
        for values in (part, np.unique(part)):
            h = max(h, values[min(enough, len(values)) - 1])
    return float(h)


def _pilot(x: Array, sides: Sequence[Array], order: int, power: int) -> float:
    """Bandwidth of least mean squared error for a coefficient, were the scores normal, uniform weights."""
    sd = float(x.std(ddof=1)) if len(x) > 1 else 0.0
    if not sd > 0:
        raise NotComputable(Reason.NO_SPREAD)
    z = x.mean() / sd
    bend = np.polynomial.hermite_e.hermeval(z, [0] * order + [1]) ** 2 * stats.norm.pdf(z)
    bias, variance = _uniform_constants(order, power)
    rate = 2 * (order + 1 - power)
    ratio = (2 * power - 1) / rate * variance * factorial(order + 1) ** 2 / (bias**2 * bend * len(x))
    return _within(x, sides, sd * float(ratio) ** (1 / (2 * order + 1)), ENOUGH + order - ORDER)


def _uniform_constants(order: int, power: int) -> tuple[float, float]:
    """Constants of bias and variance of a coefficient at a boundary, uniform weights."""
    i, j = np.indices((order + 1, order + 1))
    inverse = np.linalg.inv(1 / (i + j + 1))
    bias = inverse[power] @ (1 / (np.arange(order + 1) + order + 2))
    least = 1 / ((j + 2) * (i + j + 3)) + 1 / ((j + 1) * (i + 2)) - 1 / ((j + 1) * (i + j + 3))
    return float(bias), float(inverse[power] @ least @ inverse[power])


def _triangular_bias() -> float:
    """Constant of the bias of the slope at a boundary, triangular weights."""
    i, j = np.indices((ORDER + 1, ORDER + 1))
    moments = 1 / ((i + j + 1) * (i + j + 2))
    rest = np.arange(ORDER + 1) + ORDER + 1
    return float(np.linalg.solve(moments, 1 / ((rest + 1) * (rest + 2)))[1])
