"""Profile-likelihood interval of any function of the variance parameters of a mixed model.

The ends are the smallest and largest value of the function over all parameters whose deviance is within
the quantile of chi-square with 1 degree of freedom of the smallest deviance. As lme4's ``confint`` has
it, the likelihood is that of ML, also for a model fitted by REML.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from scipy import optimize

from kansen_lib.stats.linear import Matrix
from kansen_lib.stats.multilevel import fitting, numeric
from kansen_lib.stats.multilevel.fitting import MixedFit
from kansen_lib.stats.result import quantile

#: A function of the variance parameters: value at (fit, point).
Quantity = Callable[[MixedFit, Matrix], float]

#: Parts of the way to the end that the curvature promises, from which the end is looked for.
STARTS = (0.9, 0.4, 1.6)
#: Largest difference between the deviance at an end and the one wanted.
CLOSE = 1e-5


def maximum_likelihood(fit: MixedFit) -> MixedFit:
    """The same model fitted by ML."""
    if not fit.restricted:
        return fit
    return fitting.optimum(fit.data, restricted=False, near=fit.theta + 1e-3 * fit.data.diagonal())


def interval(
    fit: MixedFit, quantity: Quantity, *, within: tuple[float, float] = (-np.inf, np.inf)
) -> tuple[float | None, float | None]:
    """Both ends for a quantity, from a fit by ML; None for an end that was not found.

    Args:
        fit: by ML, see :func:`maximum_likelihood`.
        quantity: the function of the variance parameters.
        within: values that it cannot pass; an end may lie there.
    """
    size = max(abs(quantity(fit, _off_the_edge(fit))), 1e-3)
    lower = _end(fit, lambda at: quantity(fit, at) / size)
    upper = _end(fit, lambda at: -quantity(fit, at) / size)
    low = None if lower is None else _inside(lower * size, size, within)
    high = None if upper is None else _inside(-upper * size, size, within)
    return low, high


def _inside(end: float, size: float, within: tuple[float, float]) -> float:
    """An end within its bounds; on a bound where only rounding keeps it off."""
    for bound in within:
        if abs(end - bound) <= CLOSE**2 * size:
            return bound
    return float(min(max(end, within[0]), within[1]))


def _end(fit: MixedFit, target: Callable[[Matrix], float]) -> float | None:
    """Least value of ``target`` over the parameters that the data do not contradict."""
    limit = fit.deviance + quantile() ** 2
    start = _off_the_edge(fit)
    slope = numeric.gradient(target, start, fit.steps)
    values, vectors = np.linalg.eigh(fit.hessian)
    towards = -vectors @ ((vectors.T @ slope) / np.maximum(values, 1e-3))
    length = np.sqrt(2 * quantile() ** 2 / max(float(-slope @ towards), 1e-12))
    tries = (_search(fit, target, start + part * length * towards, limit) for part in STARTS)
    return next((value for value in tries if value is not None), None)


def _off_the_edge(fit: MixedFit) -> Matrix:
    """The optimum, moved where a variance is 0: nothing has a slope there."""
    edge = np.append(fit.data.diagonal() & (fit.theta == 0), False)
    return fit.point + 10 * fit.steps * edge


def _search(fit: MixedFit, target: Callable[[Matrix], float], start: Matrix, limit: float) -> float | None:
    """Least value of ``target`` with a deviance up to ``limit``, looked for from ``start``."""

    def room(point: Matrix) -> float:
        try:
            return limit - fit.deviance_at(point)
        except np.linalg.LinAlgError:
            return -1e6

    constraint = {"type": "ineq", "fun": room, "jac": lambda point: _slope(fit, room, point)}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # of steps outside, judged by ``_is_end``
        found = optimize.minimize(
            target,
            start,
            jac=lambda point: _slope(fit, target, point),
            constraints=[constraint],
            method="SLSQP",
            options={"ftol": 1e-12, "maxiter": 200},
        )
        return float(found.fun) if _is_end(fit, target, room, found.x) else None


def _slope(fit: MixedFit, function: Callable[[Matrix], float], point: Matrix) -> Matrix:
    step = np.append(0.02 * fitting.steps(fit.data, point[:-1]), 1e-3)
    return np.array([function(point + one) - function(point - one) for one in np.diag(step)]) / (2 * step)


def _is_end(
    fit: MixedFit, target: Callable[[Matrix], float], room: Callable[[Matrix], float], point: Matrix
) -> bool:
    """Whether ``target`` can only fall where the deviance passes its limit (Karush-Kuhn-Tucker)."""
    if not np.all(np.isfinite(point)) or room(point) < -CLOSE:
        return False
    slopes = [_slope(fit, function, point) * fit.steps for function in (target, room)]
    down, inward = slopes
    if np.abs(down).max() < CLOSE:
        return True
    left = down - (down @ inward) / (inward @ inward) * inward
    return bool(down @ inward > 0 and abs(room(point)) < CLOSE and np.abs(left).max() < 1e-3)
