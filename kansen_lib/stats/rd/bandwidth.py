"""The bandwidth that minimises the mean squared error of the jump at the cut-off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kansen_lib.stats.rd.local import Array, Kernel, Side, powers, residuals, smoother, spread
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason

#: Rule-of-thumb constants of the pilot bandwidth.
PILOT = {Kernel.TRIANGULAR: 2.576, Kernel.EPANECHNIKOV: 2.34, Kernel.UNIFORM: 1.843}

#: Within its pilot bandwidths a discrete score must offer this many different values on each side.
FEWEST_VALUES = 10

#: A bandwidth of a whole side reaches just beyond the last person.
WHOLE = 1 + 2**-26

#: Share of repeated values from which the running variable counts as discrete.
DISCRETE = 0.2


@dataclass(frozen=True)
class _Terms:
    """Variance, bias and regularisation of one side's coefficient, up to the power of the bandwidth."""

    variance: float
    bias: float
    penalty: float
    rate: float


def mse_optimal(
    sides: tuple[Side, Side], *, order: int, kernel: Kernel, sharp_bandwidth: bool
) -> tuple[float, float]:
    """Bandwidths h of the estimate and b of its bias, one for both sides ("mserd").

    Args:
        sides: below and above the cut-off.
        order: order of the local polynomial.
        kernel: weights.
        sharp_bandwidth: take the bandwidth of the jump in the outcome alone, as is done where a side
            has no variation in treatment.

    Source: Calonico, Cattaneo and Titiunik (2014), section 4 and supplement S.2; with the adjustment
    for mass points and the regularisation of Calonico et al. (2017), Stata Journal 17, 372-404.
    """
    if sharp_bandwidth:
        sides = tuple(Side(side.x, side.y[:, :1], side.cluster) for side in sides)
    sd = _robust_sd(np.concatenate([side.x for side in sides]))
    # in units of the running variable's spread, as rdrobust: equal distances to neighbours round alike
    sides = tuple(Side(side.x / sd, side.y, side.cluster) for side in sides)
    values = [np.unique(side.x) for side in sides]
    n = sum(map(len, values))  # repeated scores count once, also where they are too few to call it discrete
    spans = [float(np.abs(side.x).max()) for side in sides]
    most = max(spans)
    least = max(map(_reach, values)) if _discrete(sides, values) else 0.0
    pilot = max(min(PILOT[kernel] * n**-0.2, most), least)
    shape = {"kernel": kernel, "pilot": pilot}
    reach = zip(sides, spans, strict=True)
    d = _solve([_terms(s, order + 2, order + 2, span * WHOLE, 0.0, **shape) for s, span in reach])
    d = max(min(d, most), least)
    b = _solve([_terms(s, order + 1, order + 1, d, 1.0, **shape) for s in sides])
    b = min(b, most)
    h = _solve([_terms(s, order, 0, b, 1.0, **shape) for s in sides])
    return min(h, most) * sd, b * sd


def _robust_sd(x: Array) -> float:
    quartiles = np.quantile(x, [0.25, 0.75], method="averaged_inverted_cdf")
    sd = min(float(x.std(ddof=1)), float(quartiles[1] - quartiles[0]) / 1.349)
    if not sd > 0:
        raise NotComputable(Reason.NO_SPREAD)
    return sd


def _discrete(sides: tuple[Side, Side], values: list[Array]) -> bool:
    return any(1 - len(found) / len(side.x) >= DISCRETE for found, side in zip(values, sides, strict=True))


def _reach(values: Array) -> float:
    """Distance from the cut-off within which a side has :data:`FEWEST_VALUES` different values."""
    return float(np.sort(np.abs(values))[min(FEWEST_VALUES, len(values)) - 1]) * WHOLE


def _solve(both: list[_Terms]) -> float:
    below, above = both
    bias = (above.bias - below.bias) ** 2 + above.penalty + below.penalty
    if not bias > 0:
        raise NotComputable(Reason.NO_SPREAD)
    return float(((below.variance + above.variance) / bias) ** below.rate)


def _terms(
    side: Side,
    order: int,
    derivative: int,
    bias_bandwidth: float,
    scale: float,
    *,
    kernel: Kernel,
    pilot: float,
) -> _Terms:
    near, loading = _fitted(side, order, pilot, kernel)
    along = linearised(loading[derivative] @ near.y)
    noise = residuals(near, powers(near.x, order) @ (loading @ near.y)) @ along
    variance = spread(loading[[derivative]], noise, near.cluster, order + 1)[0, 0]
    constant = pilot**derivative * float(loading[derivative] @ (near.x / pilot) ** (order + 1))
    far, curves = _fitted(side, order + 1, bias_bandwidth, kernel)
    curve = curves[[order + 1]]
    bend = float((curve @ far.y @ along)[0])
    penalty = 0.0
    if scale:
        noise = residuals(far, powers(far.x, order + 1) @ (curves @ far.y)) @ along
        rough = spread(curve, noise, far.cluster, order + 2)[0, 0]
        penalty = scale * 2 * (order + 1 - derivative) * 3 * constant**2 * float(rough)
    return _Terms(
        (2 * derivative + 1) * pilot ** (2 * derivative + 1) * float(variance),
        float(np.sqrt(2 * (order + 1 - derivative))) * constant * bend,
        penalty,
        1 / (2 * order + 3),
    )


def _fitted(side: Side, order: int, bandwidth: float, kernel: Kernel) -> tuple[Side, Array]:
    """The persons within the bandwidth, and the smoother of their polynomial."""
    weight = kernel.weights(side.x / bandwidth) / bandwidth
    return side.within(weight > 0), smoother(side.x[weight > 0], weight[weight > 0], order)


def linearised(found: Array) -> Array:
    """Weights of outcome and treatment in the ratio of both, linearised at ``found``."""
    if len(found) == 1:
        return np.ones(1)
    outcome, treatment = found
    if abs(treatment) < 1e-12:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    return np.array([1 / treatment, -outcome / treatment**2])
