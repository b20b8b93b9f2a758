"""How far an event study holds when trends were not quite parallel, after Rambachan and Roth (2023)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from kansen_lib.stats.panel.reading import Matrix
from kansen_lib.stats.panel.staggered import EventStudy
from kansen_lib.stats.result import LEVEL, Estimate, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

KINDS = ("smoothness", "relative magnitudes")

#: Size of the first, least-favourable test of the hybrid; a tenth of the whole, as in HonestDiD.
FIRST_STAGE = (1 - LEVEL) / 10


@dataclass(frozen=True)
class _Path:
    """Effects before the base and at the start: ``beta`` of K + 1 periods, the last is the start."""

    beta: Matrix
    covariance: Matrix


def honest_bounds(study: EventStudy, *, kind: str, m: Sequence[float], name: str = "effect") -> Result:
    """Bounds of the effect at the start under trends that differ by no more than ``m``.

    Estimand: the effect in the period of the start (e=0), when the difference in trend between the
    groups need not be zero. "smoothness": from one period to the next its slope changes by at most m.
    "relative magnitudes": from the base to the start it changes by at most m times the largest change
    between two successive periods before the start.

    Formula: smoothness: the linear estimator a'b with the shortest interval a'b +- s(a) cv(B(a)/s(a)),
    where B(a) is its largest bias, s(a) its standard error and cv(t) the 95% quantile of abs(N(t, 1)).
    Relative magnitudes: all values that the hybrid test of the moment inequalities does not reject, for
    any of the periods before the start as the largest change, in either direction.

    Interval: smoothness: the fixed length interval (FLCI), whose middle is the value. Relative
    magnitudes: the conditional and least-favourable hybrid (C-LF), with the exact critical value of the
    first stage and without moments of later periods, which say nothing about the start; the value is
    the effect itself. Both with the normal distribution.

    Source: Rambachan and Roth (2023), equations 17 to 21 and section 3.1; Andrews, Roth and Pakes
    (2023); Armstrong and Kolesar (2018). Equals R HonestDiD, which draws its critical values and
    reports the ends on a grid.

    Args:
        study: of :func:`group_time_effects` with ``base="universal"``.
        m: the values of the bound to show, zero or larger; groups are "M=0.5".

    Raises:
        ValueError: an unknown kind, a negative bound, or an event study with a varying base.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}: choose one of {KINDS}")
    if any(bound < 0 for bound in m):
        raise ValueError(f"m is {list(m)}: a bound is zero or larger")
    if study.base != "universal":
        raise ValueError('the event study has base "varying": make it with base="universal"')
    path = _path(study)
    compute = _smooth if kind == "smoothness" else _relative
    method = Method.HONEST_SMOOTH if kind == "smoothness" else Method.HONEST_RELATIVE
    found = []
    for bound in m:
        group = f"M={bound:g}"
        if path is None:
            found.append(Estimate.not_computable(name, Reason.NO_EARLIER, group=group, method=method))
        else:
            found.append(compute(name, group, path, float(bound), method))
    return Result(name, tuple(found), study.dropped)


def _path(study: EventStudy) -> _Path | None:
    """From the earliest of the successive periods before the base (e=-1) to the start; None without any."""
    place = {exposure: index for index, exposure in enumerate(study.exposures)}
    before = []
    while (exposure := -2 - len(before)) in place:
        before.insert(0, exposure)
    if not before or 0 not in place:
        return None
    kept = [place[exposure] for exposure in (*before, 0)]
    beta, covariance = np.array(study.path)[kept], np.array(study.covariance)[np.ix_(kept, kept)]
    if np.linalg.matrix_rank(covariance) < len(kept):
        return None
    return _Path(beta, covariance)


def _critical(shift: float) -> tuple[float, float]:
    """The quantile c of abs(N(shift, 1)), and its derivative in ``shift``."""

    def excess(c: float) -> float:
        return float(special.ndtr(c - shift) - special.ndtr(-c - shift) - LEVEL)

    c = optimize.brentq(excess, 0.0, shift + 10.0, xtol=1e-14, rtol=1e-14)
    up, down = stats.norm.pdf(c - shift), stats.norm.pdf(c + shift)
    return c, float((up - down) / (up + down))


def _smooth(name: str, group: str, path: _Path, bound: float, method: Method) -> Estimate:
    weights = _shortest(path, bound)
    if weights is None:
        return Estimate.not_computable(name, Reason.NO_OPTIMUM, group=group, method=method)
    error = float(np.sqrt(weights @ path.covariance @ weights))
    bias = bound * (1 + np.abs(_bends(len(weights) - 1) @ weights[:-1]).sum())
    value, half = float(weights @ path.beta), _critical(bias / error)[0] * error
    return Estimate(
        name, group, value, Unit.SCORE, value - half, value + half, Interval.FLCI,
        method=method, standard_error=error,
    )  # fmt: skip


def _bends(k: int) -> Matrix:
    """How the weights of k periods before the base turn changes of slope there into bias; (k-1, k)."""
    period = np.arange(-k, 0)
    return np.array([np.maximum(centre - period, 0) for centre in range(-k + 1, 0)], float).reshape(k - 1, k)


def _shortest(path: _Path, bound: float) -> Matrix | None:
    """Weights of all periods (1 for the start) with the shortest interval; a straight line has no bias.

    The size of each contribution to the bias is a variable of its own, so that all is smooth.
    """
    k = len(path.beta) - 1
    bends, scale = _bends(k), float(np.sqrt(path.covariance[-1, -1]))
    covariance, bound = path.covariance / scale**2, bound / scale
    period = np.arange(-k, 0, dtype=float)

    def length(point: Matrix) -> tuple[float, Matrix]:
        full = np.append(point[:k], 1.0)
        error = float(np.sqrt(full @ covariance @ full))
        ratio = bound * (1 + point[k:].sum()) / error
        quantile, slope = _critical(ratio)
        of_weights = (quantile - ratio * slope) * (covariance @ full)[:k] / error
        return quantile * error, np.append(of_weights, np.full(k - 1, bound * slope))

    start = -period / (period @ period)
    sizes, rows = np.abs(bends @ start), np.eye(k - 1)
    constraints = [
        {
            "type": "eq",
            "fun": lambda p: p[:k] @ period + 1,
            "jac": _constant(np.append(period, np.zeros(k - 1))),
        }
    ]
    for sign in (1, -1) if k > 1 else ():
        both = np.hstack([sign * bends, rows])
        constraints.append({"type": "ineq", "fun": _linear(both), "jac": _constant(both)})
    found = optimize.minimize(
        length, np.append(start, sizes), jac=True, method="SLSQP", constraints=constraints,
        options={"ftol": 1e-14, "maxiter": 500},
    )  # fmt: skip
    # 8: no descent to within rounding
    return np.append(found.x[:k], 1.0) if found.status in (0, 8) else None


def _linear(rows: Matrix) -> Callable[[Matrix], Matrix]:
    return lambda point: rows @ point


def _constant(rows: Matrix) -> Callable[[Matrix], Matrix]:
    return lambda _: rows


def _relative(name: str, group: str, path: _Path, bound: float, method: Method) -> Estimate:
    error = float(np.sqrt(path.covariance[-1, -1]))
    jumps = np.diff(np.append(path.beta[:-1], 0.0))
    reach = bound * np.abs(jumps).max() + 20 * (1 + bound) * np.sqrt(np.diag(path.covariance)).max()
    grid = path.beta[-1] + np.linspace(-reach, reach, 4001)
    ends = [
        found
        for change in _changes(len(path.beta) - 1)
        if (found := _accepted(path, bound * change, grid)) is not None
    ]
    value = float(path.beta[-1])
    facts = {"group": group, "unit": Unit.SCORE, "method": method}
    if not ends:
        return Estimate.not_computable(name, Reason.NOT_IDENTIFIED, **facts)
    return Estimate(
        name, value=value, lower=min(low for low, _ in ends), upper=max(high for _, high in ends),
        interval=Interval.ARP_HYBRID, standard_error=error, **facts,
    )  # fmt: skip


def _changes(k: int) -> list[Matrix]:
    """Every successive change before the start as weights of the periods, in both directions."""
    steps = np.diff(np.vstack([np.eye(k + 1)[:k], np.zeros(k + 1)]), axis=0)
    return [sign * step for step in steps for sign in (1.0, -1.0)]


def _accepted(path: _Path, change: Matrix, grid: Matrix) -> tuple[float, float] | None:
    """The outermost effects that are not rejected when the trend moves by at most ``change``."""
    test = _hybrid(path, change)
    inside = np.flatnonzero(test(grid))
    if not len(inside):
        return None
    low, high = inside[0], inside[-1]
    return (
        _edge(test, grid[low], grid[max(low - 1, 0)]),
        _edge(test, grid[high], grid[min(high + 1, len(grid) - 1)]),
    )


def _edge(test: Callable[[Matrix], Matrix], inside: float, outside: float) -> float:
    for _ in range(50):
        middle = (inside + outside) / 2
        if test(np.array([middle]))[0]:
            inside = middle
        else:
            outside = middle
    return float(inside)


def _hybrid(path: _Path, change: Matrix) -> Callable[[Matrix], Matrix]:
    """Which effects pass: both moments, +-(b0 - effect) - change, may be at most zero in expectation."""
    own = np.eye(len(path.beta))[-1]
    rows = np.array([own - change, -own - change])
    covariance = rows @ path.covariance @ rows.T
    error = np.sqrt(np.diag(covariance))
    correlation = float(np.clip(covariance[0, 1] / error.prod(), -1, 1))
    first = _least_favourable(correlation)
    second = (1 - LEVEL - FIRST_STAGE) / (1 - FIRST_STAGE)

    def test(effects: Matrix) -> Matrix:
        moments = ((rows @ path.beta)[:, None] - np.outer([1, -1], effects)) / error[:, None]
        large, small = moments.max(axis=0), moments.min(axis=0)
        # the larger one is truncated from below: it was the larger one
        least = (small - correlation * large) / max(1 - correlation, 1e-12)
        return large <= np.minimum(first, np.maximum(0.0, _tail(least, second)))

    return test


def _tail(least: Matrix, size: float) -> Matrix:
    """The value that a standard normal above ``least`` exceeds with probability ``size``."""
    near = np.minimum(least, 30.0)
    far = least - np.log(size) / np.maximum(least, 1.0)
    return np.where(least > 30, far, stats.norm.isf(size * stats.norm.sf(near)))


def _least_favourable(correlation: float) -> float:
    """Quantile of the larger of two standard normals, by Owen's T."""
    slope = np.sqrt((1 - correlation) / (1 + correlation)) if correlation > -1 else np.inf

    def excess(c: float) -> float:
        below = special.ndtr(c) - 2 * special.owens_t(c, slope)
        return float(below - (1 - FIRST_STAGE))

    return float(optimize.brentq(excess, 0.0, 10.0, xtol=1e-13))
