"""How reliable the score on a scale is: omega of a model with one factor, and Cronbach's alpha."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import LEVEL, ROUNDING, Estimate, NotComputable, Result
from kansen_lib.stats.scales.items import answers, cronbach
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]

#: With fewer clusters a draw of one cluster only is likelier than 2.5%: no percentile is inside.
FEWEST_CLUSTERS = 4
#: The part of the draws that must have a value.
MOST = 0.95
#: Least part of its variance that an item has for itself, as in R factanal: at it the solution is improper.
SMALLEST_UNIQUE = 0.005
#: Largest slope of the likelihood at its top, the most steps to get there, and the curvature
#: that a step takes for granted where there is none.
FLAT, STEPS, CURVED = 1e-9, 100, 1e-3
#: Farthest step in a loading or the log of a unique variance.
FARTHEST = 2.0


def reliability(
    data: pd.DataFrame,
    *,
    items: Sequence[str],
    cluster: str | None = None,
    draws: int = 999,
    seed: int,
    name: str = "reliability",
) -> Result:
    """How much of the variance of a scale score is what its items have in common: ``omega`` and ``alpha``.

    Omega needs three items or more. Alpha is no more than omega where one factor holds, and equals it
    where all items weigh alike. Neither says that the items measure one thing, or the right one.

    Estimand: share of the variance of the sum of the items that is true score, if one factor is all that
    the items have in common; answers count as numbers with equal steps.

    Formula: omega = (sum l)^2 / ((sum l)^2 + sum u), with loadings l and unique variances u of a factor
    model fitted to the covariance matrix by maximum likelihood; alpha = k/(k-1) (1 - trace S / sum S).

    Interval: 95% percentile bootstrap over persons, or over clusters where they are given. There is no
    omega where an item would have less than 0.5% of its variance for itself (Heywood); in a draw it has
    0.5% then, as in factanal.

    Source: McDonald (1999), Test Theory, equation 6.20b; Cronbach (1951); Kelley and Pornprasertmanit
    (2016) on the bootstrap. Equals R ``lavaan`` (ML), ``psych::alpha``, and ``factanal`` times the standard
    deviations of the items; ``psych::omega`` works on correlations instead.

    Args:
        data: a row a person; rows without an answer to every item take no part.
        items: columns of numbers, all with the high answer at the same end.
        cluster: column of the class or school of each person.
        draws: number of draws.
        seed: of the draws.
        name: name of the result.
    """
    frames.enough(draws)
    frames.complete(data, [cluster])
    given = answers(data, items)
    known = given if cluster is None else given.assign(**{cluster: data[cluster]})
    known, dropped = frames.complete(known, [*items, cluster])
    kinds = {"omega": (Method.OMEGA, _omegas), "alpha": (Method.ALPHA, cronbach)}
    facts = {"unit": Unit.INDEX, "n": len(known)}
    try:
        code = np.arange(len(known)) if cluster is None else frames.codes(known[cluster])[0]
        covariance, drawn = _covariances(known[list(items)], code, cluster is None, draws, seed)
    except NotComputable as problem:
        found = [
            Estimate.not_computable(kind, problem.reason, method=method, **facts)
            for kind, (method, _) in kinds.items()
        ]
        return Result(name, tuple(found), dropped=dropped)
    interval = Interval.PERCENTILE if cluster is None else Interval.BOOTSTRAP_CLUSTERED
    found = [
        _estimate(kind, function(covariance[None])[0], function(drawn), interval, {**facts, "method": method})
        for kind, (method, function) in kinds.items()
    ]
    if not _proper(covariance):
        found[0] = Estimate.not_computable("omega", Reason.NOT_IDENTIFIED, method=Method.OMEGA, **facts)
    return Result(name, tuple(found), dropped=dropped)


def _estimate(name: str, value: float, drawn: Matrix, interval: Interval, facts: dict) -> Estimate:
    drawn, draws = drawn[np.isfinite(drawn)], len(drawn)
    if not np.isfinite(value):
        return Estimate.not_computable(name, Reason.NOT_IDENTIFIED, **facts)
    if len(drawn) < max(2, MOST * draws):
        return Estimate.not_computable(name, Reason.UNSTABLE, **facts)
    error = float(drawn.std(ddof=1))
    if error <= ROUNDING:
        return Estimate.not_computable(name, Reason.NO_SPREAD, **facts)
    tail = (1 - LEVEL) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail], method="weibull")
    ends = {"lower": float(lower), "upper": float(upper), "interval": interval, "standard_error": error}
    return Estimate(name, value=float(value), **ends, **facts)


def _covariances(
    known: pd.DataFrame, code: NDArray[np.int64], persons: bool, draws: int, seed: int
) -> tuple[Matrix, Matrix]:
    """Covariance matrix of the items, shape (k, k), and in each draw of clusters, shape (draws, k, k)."""
    n, k = known.shape
    if n <= k:
        raise NotComputable(Reason.TOO_FEW if n else Reason.NO_PERSONS)
    values = known.to_numpy(float)
    if not values.std(axis=0).min() > ROUNDING * (1 + np.abs(values).max()):
        raise NotComputable(Reason.NO_SPREAD)
    values = values - values.mean(axis=0)
    clusters = int(code.max()) + 1
    if clusters < FEWEST_CLUSTERS:
        raise NotComputable(Reason.FEW_CLUSTERS)
    products = (values[:, :, None] * values[:, None, :]).reshape(n, -1)
    moments = frames.cluster_sums(np.column_stack([np.ones(n), values, products]), code)
    if persons:
        moments = moments[frames.canonical(known)]
    rng = np.random.default_rng(seed)
    picks = (np.bincount(rng.integers(0, clusters, clusters), minlength=clusters) for _ in range(draws))
    drawn = np.array([pick @ moments for pick in picks])
    return _covariance(moments.sum(axis=0)[None], k)[0], _covariance(drawn, k)


def _covariance(moments: Matrix, k: int) -> Matrix:
    """Covariance matrices from numbers, sums and sums of products, shape (m, 1 + k + k^2)."""
    n, sums = moments[:, 0, None, None], moments[:, 1 : k + 1]
    products = moments[:, k + 1 :].reshape(-1, k, k)
    return (products - sums[:, :, None] * sums[:, None, :] / n) / n


def _proper(covariance: Matrix) -> bool:
    """Whether each item has a variance of its own in the model with one factor."""
    sd = np.sqrt(np.diag(covariance))
    _, unique = _one_factor((covariance / np.outer(sd, sd))[None])
    return bool(np.all(unique > SMALLEST_UNIQUE * (1 + 1e-6)))


def _omegas(covariance: Matrix) -> Matrix:
    """Omega of each covariance matrix, shape (m, k, k); NaN with two items or one without variance."""
    variance = np.einsum("mii->mi", covariance)
    known = (variance > ROUNDING).all(axis=1) & (covariance.shape[-1] > 2)
    found = np.full(len(covariance), np.nan)
    if known.any():
        sd = np.sqrt(variance[known])
        loadings, unique = _one_factor(covariance[known] / (sd[:, :, None] * sd[:, None, :]))
        common = (loadings * sd).sum(axis=1) ** 2
        found[known] = common / (common + (unique * sd**2).sum(axis=1))
    return found


def _one_factor(correlation: Matrix) -> tuple[Matrix, Matrix]:
    """Loadings and unique variances by maximum likelihood, each of shape (m, k); NaN without an optimum.

    Newton's method in the loadings and the logs of the unique variances, of all matrices at a time.
    """
    sizes, axes = np.linalg.eigh(correlation)
    loadings = axes[:, :, -1] * np.sqrt(np.maximum(sizes[:, -1:] - 0.5, 0.1))
    place = np.hstack([loadings, np.log(np.clip(1 - loadings**2, 0.1, 1.0))])
    moving = np.arange(len(place))
    for _ in range(STEPS):
        slope, step = _newton(place[moving], correlation[moving])
        still = np.abs(slope).max(axis=1) > FLAT
        moving = moving[still]
        if not len(moving):
            break
        place[moving] = _better(place[moving], step[still], correlation[moving])
    place[moving] = np.nan
    k = correlation.shape[-1]
    return place[:, :k], np.exp(place[:, k:])


def _newton(place: Matrix, correlation: Matrix) -> tuple[Matrix, Matrix]:
    """Slope of half the misfit, and the step of Newton that brings it down, each of shape (m, 2k).

    A unique variance that is at its least and would be less stays where it is.
    """
    k = correlation.shape[-1]
    loadings, unique, inverse = _inverse(place)
    seen = inverse @ correlation @ inverse
    pull, found = (np.einsum("mij,mj->mi", part, loadings) for part in (inverse, seen))
    own = 0.5 * np.einsum("mii->mi", inverse - seen) * unique
    slope = np.hstack([pull - found, own])
    size, gain = (np.einsum("mi,mi->m", loadings, part)[:, None, None] for part in (pull, found))
    outer = found[:, :, None] * pull[:, None, :]
    curve = np.empty((len(place), 2 * k, 2 * k))
    curve[:, :k, :k] = (1 + gain - size) * inverse + (size - 1) * seen + outer + outer.transpose(0, 2, 1)
    curve[:, :k, :k] -= pull[:, :, None] * pull[:, None, :]
    curve[:, :k, k:] = (seen * pull[:, None, :] + inverse * (found - pull)[:, None, :]) * unique[:, None, :]
    curve[:, k:, :k] = curve[:, :k, k:].transpose(0, 2, 1)
    curve[:, k:, k:] = (seen - 0.5 * inverse) * inverse * unique[:, :, None] * unique[:, None, :]
    curve[:, range(k, 2 * k), range(k, 2 * k)] += own
    free = np.ones(slope.shape)
    free[:, k:] = (place[:, k:] > np.log(SMALLEST_UNIQUE)) | (slope[:, k:] < 0)
    slope = slope * free
    curve = curve * free[:, :, None] * free[:, None, :] + np.eye(2 * k) * (1 - free)[:, None, :]
    least = np.linalg.eigvalsh(curve)[:, 0]
    shift = np.where(least > ROUNDING, 0.0, CURVED - least)  # where it is no valley, a step down all the same
    step = np.linalg.solve(curve + shift[:, None, None] * np.eye(2 * k), -slope[:, :, None])[:, :, 0]
    return slope, step * np.minimum(1, FARTHEST / np.maximum(np.abs(step).max(axis=1), FARTHEST))[:, None]


def _inverse(place: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Loadings, unique variances, and the inverse of the matrix that they imply (Sherman and Morrison)."""
    k = place.shape[1] // 2
    loadings, unique = place[:, :k], np.exp(place[:, k:])
    ratio = loadings / unique
    part = ratio[:, :, None] * ratio[:, None, :] / (1 + (loadings * ratio).sum(axis=1))[:, None, None]
    return loadings, unique, np.eye(k) / unique[:, :, None] - part


def _better(place: Matrix, step: Matrix, correlation: Matrix) -> Matrix:
    """Where the step leads, halved where the fit would be worse; no unique variance is below the least."""
    size, now = np.ones((len(place), 1)), _misfit(place, correlation)
    least = np.append(
        np.full(place.shape[1] // 2, -np.inf), np.full(place.shape[1] // 2, np.log(SMALLEST_UNIQUE))
    )
    for _ in range(10):
        there = np.maximum(place + size * step, least)
        worse = _misfit(there, correlation) > now + ROUNDING
        if not worse.any():
            break
        size[worse] /= 2
    return there


def _misfit(place: Matrix, correlation: Matrix) -> Matrix:
    """Log determinant of the implied matrix plus trace(S times its inverse)."""
    loadings, unique, inverse = _inverse(place)
    determinant = np.log(unique).sum(axis=1) + np.log1p((loadings**2 / unique).sum(axis=1))
    return determinant + np.einsum("mij,mji->m", correlation, inverse)
