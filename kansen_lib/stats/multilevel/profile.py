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
Function = Callable[[Matrix], float]

#: Parts of the way to the limit in the direction of the curvature, from which the end is looked for.
STARTS = (1.0, 0.5, 0.1)
#: Largest difference between the deviance at an end and the one wanted.
CLOSE = 1e-5
#: Largest slope at an end, of a slope of about 1 at the optimum, by which it could still be bettered.
FLAT = 1e-3
#: An end within this part of the quantity from its bound lies on it.
AT_BOUND = 1e-7


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
        if abs(end - bound) <= AT_BOUND * size:
            return bound
    return float(min(max(end, within[0]), within[1]))


def _end(fit: MixedFit, target: Callable[[Matrix], float]) -> float | None:
    """Least value of ``target`` over the parameters that the data do not contradict.

    Looked for in coordinates in which the deviance rises by about the square of the distance.
    """
    limit = fit.deviance + quantile() ** 2
    inside = _off_the_edge(fit)
    values, vectors = np.linalg.eigh(fit.hessian)
    axes = vectors / np.sqrt(np.maximum(values, 1e-3) / 2)
    slope = axes.T @ numeric.gradient(target, inside, fit.steps)
    size = max(float(np.sqrt(slope @ slope)), 1e-12)

    def aim(place: Matrix) -> float:
        return target(inside + axes @ place) / size

    def room(place: Matrix) -> float:
        return _room(fit, inside + axes @ place, limit)

    way = -slope / size
    reach = _reach(lambda part: room(part * way))
    tries = (_search(aim, room, part * reach * way) for part in STARTS)
    return next((value * size for value in tries if value is not None), None)


def _reach(room: Callable[[float], float]) -> float:
    """How far the curvature's way can be gone before the deviance passes its limit, to a tenth."""
    low, high = 0.0, 1.0
    while room(high) > 0 and high < 64:
        low, high = high, 2 * high
    while high - low > 0.1 * high and high > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if room(middle) > 0 else (low, middle)
    return low


def _room(fit: MixedFit, point: Matrix, limit: float) -> float:
    """What the deviance may still rise."""
    with np.errstate(all="ignore"):
        try:
            return max(limit - fit.deviance_at(point), -1e6)
        except np.linalg.LinAlgError:
            return -1e6


def _off_the_edge(fit: MixedFit) -> Matrix:
    """The optimum, moved where a variance is 0: nothing has a slope there."""
    edge = np.append(fit.data.diagonal() & (fit.theta == 0), False)
    return fit.point + 10 * fit.steps * edge


def _search(aim: Function, room: Function, start: Matrix) -> float | None:
    """Least value of ``aim`` where there is room, looked for from ``start``."""
    constraint = {"type": "ineq", "fun": room, "jac": lambda place: _slope(room, place)}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # of steps outside, judged by ``_is_end``
        found = optimize.minimize(
            aim,
            start,
            jac=lambda place: _slope(aim, place),
            constraints=[constraint],
            method="SLSQP",
            options={"ftol": 1e-9, "maxiter": 60},
        )
        return float(found.fun) if _is_end(aim, room, found.x) else None


def _slope(function: Function, place: Matrix) -> Matrix:
    moves = 1e-3 * np.eye(len(place))
    return np.array([function(place + one) - function(place - one) for one in moves]) / 2e-3


def _is_end(aim: Function, room: Function, place: Matrix) -> bool:
    """Whether ``aim`` can only fall where the deviance passes its limit (Karush-Kuhn-Tucker)."""
    if not np.all(np.isfinite(place)) or room(place) < -CLOSE:
        return False
    down, inward = _slope(aim, place), _slope(room, place)
    if np.abs(down).max() < FLAT and room(place) > 0:
        return True
    left = down - (down @ inward) / (inward @ inward) * inward
    flat = np.abs(left).max() < FLAT * np.abs(down).max()
    return bool(down @ inward > 0 and abs(room(place)) < CLOSE and flat)
