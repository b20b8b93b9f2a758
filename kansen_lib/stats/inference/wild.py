"""The wild cluster bootstrap: a test of one coefficient that holds with few clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames, linear
from kansen_lib.stats.inference.regression import measured, named, smallest_groups
from kansen_lib.stats.result import LEVEL, ROUNDING, Estimate, NotComputable
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]

#: Weights of a cluster in a draw, each as likely as the others.
WEIGHTS = {
    "rademacher": np.array([-1.0, 1.0]),
    "webb": np.array([-1.0, 1.0])[:, None].repeat(3, 1).ravel() * np.sqrt([1.5, 1, 0.5, 0.5, 1, 1.5]),
}

#: Two t statistics closer than this part of their square are a tie: rounding must not break it.
TIE = 1e-9

#: How many standard errors from the estimate an end of the interval is looked for.
FARTHEST = 2.0**10


@dataclass(frozen=True)
class _Squares:
    """Per draw, numerator and squared denominator of the bootstrap t as polynomials in the null.

    numerator = n0 - null n1, denominator^2 = q0 - 2 null q1 + null^2 q2; the first draw is the sample.
    """

    n0: Matrix
    n1: Matrix
    q0: Matrix
    q1: Matrix
    q2: Matrix

    def p_value(self, null: float) -> float:
        """Share of the draws with |t*| > |t|."""
        squared = (self.n0 - null * self.n1) ** 2
        spread = self.q0 - 2 * null * self.q1 + null**2 * self.q2
        beyond = squared[1:] * spread[0] > squared[0] * spread[1:] * (1 + TIE)
        return float(beyond.mean())


def wild_cluster_bootstrap(
    data: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    term: str,
    cluster: str,
    weights: Literal["rademacher", "webb"] = "rademacher",
    draws: int = 9999,
    seed: int,
    null: float = 0.0,
    name: str = "coefficient",
) -> Estimate:
    """One least-squares coefficient, its p-value and interval from the restricted wild cluster bootstrap.

    Estimand: a coefficient of the best linear prediction of the outcome.

    Formula: p = share of draws with |t*| > |t| (strict, as boottest: it can be 0). A draw multiplies the
    residuals of the model with the null imposed by one weight a cluster (+-1, or Webb's six points) and
    computes the CR1 t statistic anew. All 2^G draws of +-1 are taken when that is no more than ``draws``.
    The test rejects too rarely when one or two clusters alone have the treatment (MacKinnon and Webb, 2017).

    Interval: 95%, the nulls around the estimate that this test does not reject at 5%; none when the test
    rejects no null on one side.

    Source: Cameron, Gelbach and Miller (2008); Webb (2023); Roodman, MacKinnon, Nielsen and Webb (2019);
    equals wildboottest of Python (WCR11) draw by draw.

    Args:
        data: a row a person.
        outcome: column of numbers or True and False.
        regressors: columns of the model.
        term: the regressor, or a dummy ``column[label]``.
        cluster: column of the level of sampling or assignment.
        weights: distribution of the weights; with so few clusters that ``"rademacher"`` cannot reject at
            5% (five or fewer) there is a reason and no number.
        draws: number of draws when they are not enumerated.
        seed: of the draws.
        null: value of the coefficient that the p-value is about.
    """
    frames.distinct(outcome, regressors)
    frames.enough(draws)
    known, _ = frames.complete(data, [outcome, *regressors, cluster])
    method = Method.WILD_WEBB if weights == "webb" else Method.WILD_RADEMACHER
    facts = {"unit": Unit.OUTCOME, "n": len(known), "method": method, "group": term}
    try:
        value, error, squares = _bootstrap(known, outcome, regressors, term, cluster, weights, draws, seed)
    except NotComputable as why:
        return Estimate.not_computable(name, why.reason, **facts)
    bounds = _invert(squares.p_value, value, error)
    lower, upper = bounds or (None, None)
    interval = Interval.WILD if bounds else ""
    rest = {"lower": lower, "upper": upper, "interval": interval, "p_value": squares.p_value(null)}
    smallest = smallest_groups(known, regressors).get(term)
    return Estimate(name, value=value, smallest=smallest, **rest, **facts)


def _bootstrap(
    known: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    term: str,
    cluster: str,
    weights: str,
    draws: int,
    seed: int,
) -> tuple[float, float, _Squares]:
    y, design = measured(known, outcome), frames.design(known, regressors)
    code, clusters = frames.codes(known[cluster])
    fit = linear.fit(design, y, cluster=code, kind=linear.Covariance.CR1)
    place = fit.names.index(_single(fit, term, regressors))
    value, error, _ = fit.contrast(fit.names[place])
    if error <= ROUNDING * abs(value):
        raise NotComputable(Reason.NO_SPREAD)
    signs = _weights(clusters, weights, draws, seed)
    return value, error, _polynomials(design.to_numpy(float), y, place, code, fit.bread, signs)


def _single(fit: linear.LinearFit, term: str, regressors: Sequence[str]) -> str:
    found = named(fit, term, regressors)
    if found != [term]:
        raise ValueError(f"'{term}' holds labels: name one of its dummies, {found}")
    return term


def _weights(clusters: int, weights: str, draws: int, seed: int) -> Matrix:
    """The weights of the clusters, a row a draw; the first row is the sample itself."""
    if weights not in WEIGHTS:
        raise ValueError(f"weights are one of {list(WEIGHTS)}, not {weights!r}")
    points = WEIGHTS[weights]
    if 2 / float(len(points)) ** clusters > 1 - LEVEL:
        raise NotComputable(Reason.FEW_CLUSTERS)
    if weights == "rademacher" and 2.0**clusters <= draws:
        every = np.arange(2**clusters)[:, None] >> np.arange(clusters) & 1
        drawn = points[every]
    else:
        drawn = np.random.default_rng(seed).choice(points, (draws, clusters))
    return np.vstack([np.ones(clusters), drawn])


def _polynomials(
    x: Matrix, y: Matrix, place: int, code: NDArray[np.int64], bread: Matrix, signs: Matrix
) -> _Squares:
    """The bootstrap from sums over clusters: no regression is fitted again.

    With u the residuals under the null, m the row of the bread of the term, s_g = X_g'u_g and
    S_g = X_g'X_g, a draw v moves the coefficient by the sum of v_g m s_g, and the clusters then have the
    scores K v, where K = diag(m s_g) - (m S_g) bread (s_h). Residuals are linear in the null.
    """
    row = bread[place]
    basis, _ = np.linalg.qr(np.delete(x, place, axis=1))
    pull = frames.cluster_sums(x * (x @ row)[:, None], code) @ bread
    numerators, scores = [], []
    for target in (y, x[:, place]):
        moved = frames.cluster_sums(x * (target - basis @ (basis.T @ target))[:, None], code)
        numerators.append(signs @ (moved @ row))
        scores.append(signs @ (np.diag(moved @ row) - pull @ moved.T).T)
    zero, one = scores
    squares = [np.einsum("bg,bg->b", *pair) for pair in ((zero, zero), (zero, one), (one, one))]
    return _Squares(*numerators, *squares)


def _invert(p_value: Callable[[float], float], value: float, error: float) -> tuple[float, float] | None:
    """Both ends of the nulls around the estimate that are not rejected; None when one is not found."""
    ends = [_end(p_value, value, side * error) for side in (-1, 1)]
    return None if None in ends else (ends[0], ends[1])


def _end(p_value: Callable[[float], float], value: float, step: float) -> float | None:
    """Where the p-value falls below 5% on one side: found by doubling, then by halving."""
    inside, reach = 0.0, 1.0
    while p_value(value + reach * step) > 1 - LEVEL:
        inside, reach = reach, 2 * reach
        if reach > FARTHEST:
            return None
    while reach - inside > 1e-12 * reach:
        middle = (inside + reach) / 2
        inside, reach = (middle, reach) if p_value(value + middle * step) > 1 - LEVEL else (inside, middle)
    return float(value + reach * step)
