"""Maximum likelihood of logit models for a category: ordered (cumulative logits) or not (multinomial).

All models have M = J - 1 linear predictors for J categories. A regressor either has one coefficient
that all predictors share (``parallel``) or one for each predictor (``varying``; the intercept always).
The ordinal logit, the partial proportional odds model, the binary logit (J = 2) and the multinomial
logit are then one model with another likelihood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason

Matrix = NDArray[np.float64]
Categories = NDArray[np.int64]

#: Newton steps and halvings of one step before the search is given up, and when it is done.
MOST_STEPS, MOST_HALVINGS, STEP_TOLERANCE = 60, 40, 1e-8
#: An information matrix worse than this, or a person this certain (in log odds), means separation.
WORST_CONDITION, CERTAIN = 1e12, 20.0
RANK_TOLERANCE = 1e-9
TINY = 1e-300


class Family(StrEnum):
    """What the linear predictors are logits of."""

    CUMULATIVE = "cumulative"  # P(Y above category m)
    MULTINOMIAL = "multinomial"  # category m + 1 against the first


@dataclass(frozen=True)
class Design:
    """Regressors of n persons.

    Attributes:
        parallel: those with one coefficient, shape (n, a).
        varying: those with a coefficient for each of the M predictors, the intercept first, shape (n, b).
    """

    parallel: Matrix
    varying: Matrix

    def rows(self, chosen: NDArray[np.int64]) -> Design:
        """The same regressors of some persons."""
        return Design(self.parallel[chosen], self.varying[chosen])

    def predictors(self, params: NDArray) -> NDArray:
        """Linear predictors, shape (n, M), of params (a + b M,): parallel first, then varying row by row."""
        a, b = self.parallel.shape[1], self.varying.shape[1]
        own = params[a:].reshape(b, -1)
        return (self.parallel @ params[:a])[:, None] + self.varying @ own

    def scores(self, gradient: Matrix) -> Matrix:
        """Score of each person, shape (n, a + b M), from the gradient in the predictors, shape (n, M)."""
        own = (self.varying[:, :, None] * gradient[:, None, :]).reshape(len(gradient), -1)
        return np.hstack([self.parallel * gradient.sum(axis=1)[:, None], own])

    def information(self, weights: NDArray) -> Matrix:
        """Information, shape (a + b M, a + b M), from minus the Hessian in the predictors, (n, M, M)."""
        n, m, _ = weights.shape
        a, b = self.parallel.shape[1], self.varying.shape[1]
        found = np.empty((a + b * m, a + b * m))
        across = weights.sum(axis=2)
        found[:a, :a] = (self.parallel * across.sum(axis=1)[:, None]).T @ self.parallel
        found[:a, a:] = self.parallel.T @ (self.varying[:, :, None] * across[:, None, :]).reshape(n, -1)
        found[a:, :a] = found[:a, a:].T
        flat = weights.reshape(n, m * m)
        for v in range(b):
            for w in range(b):
                block = (self.varying[:, v] * self.varying[:, w]) @ flat
                found[a + v * m : a + (v + 1) * m, a + w * m : a + (w + 1) * m] = block.reshape(m, m)
        return found


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes:
        family: see :class:`Family`.
        design: regressors.
        params: coefficients, shape (p,), see :meth:`Design.predictors`.
        back: from coefficients of standardised regressors to ``params``, shape (p, p).
        log_likelihood: at ``params``.
        scores: score of each person in the standardised coefficients, shape (n, p).
        information: minus the Hessian in them of each cluster, shape (G, p, p); of all as one without.
        code: number of the cluster of each person, shape (n,); zeros without clusters.
        clustered: whether there are clusters.
    """

    family: Family
    design: Design
    params: Matrix
    back: Matrix
    log_likelihood: float
    scores: Matrix
    information: Matrix
    code: NDArray[np.int64]
    clustered: bool

    @property
    def df(self) -> float | None:
        """Degrees of freedom of t: clusters less one; None (normal) without clusters."""
        return float(len(self.information) - 1) if self.clustered else None

    @cached_property
    def covariance(self) -> Matrix:
        """Covariance of ``params``: the inverse information, or with clusters CR3."""
        if not self.clustered:
            return self.back @ inverse(self.information[0]) @ self.back.T
        moves = self.moves(-frames.cluster_sums(self.scores, self.code))
        return moves.T @ moves

    def moves(self, pull: Matrix) -> Matrix:
        """How far one Newton step moves ``params`` when a cluster is left out, shape (G, p).

        For the binary logit the sum of squares of these moves is CR3 of clubSandwich.

        Args:
            pull: score of all persons but those of the cluster, in standardised coefficients, (G, p).
        """
        total = self.information.sum(axis=0)
        scale = 1 / np.sqrt(np.diag(total))
        found = np.empty_like(pull)
        for g, own in enumerate(self.information):
            rest = (total - own) * np.outer(scale, scale)
            solve = np.linalg.pinv(rest, rcond=RANK_TOLERANCE, hermitian=True)
            found[g] = scale * (solve @ (scale * pull[g]))
        return found @ self.back.T


def inverse(information: Matrix) -> Matrix:
    """Inverse of an information matrix, found on a common scale."""
    scale = 1 / np.sqrt(np.diag(information))
    return np.linalg.inv(information * np.outer(scale, scale)) * np.outer(scale, scale)


def expit(x: NDArray) -> NDArray:
    """Inverse logit of real or complex numbers, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def probabilities(family: Family, eta: NDArray) -> NDArray:
    """Probability of each category, shape (n, J), of predictors (n, M) that may be complex."""
    if family == Family.CUMULATIVE:
        edge = np.ones((len(eta), 1))
        return -np.diff(np.hstack([edge, expit(eta), 0 * edge]), axis=1)
    odds = np.exp(np.hstack([0 * eta[:, :1], eta]) - np.maximum(eta.real.max(axis=1), 0)[:, None])
    return odds / odds.sum(axis=1, keepdims=True)


def derivatives(family: Family, eta: NDArray, slope: NDArray) -> NDArray:
    """Change of each probability, shape (n, J), when the predictors move by ``slope``, shape (M,)."""
    if family == Family.CUMULATIVE:
        edge, above = np.zeros((len(eta), 1)), expit(eta)
        return -np.diff(np.hstack([edge, above * (1 - above) * slope, edge]), axis=1)
    chance = probabilities(family, eta)
    moved = np.concatenate([[0], slope])
    return chance * (moved - (chance @ moved)[:, None])


def fit(
    family: Family, design: Design, outcome: Categories, cluster: pd.Series | NDArray | None = None
) -> Fit:
    """Maximum likelihood by Newton's method with step halving.

    The log-likelihoods are concave, so that the optimum is found to machine precision and is the same
    on every machine.

    Args:
        family: what the predictors are logits of.
        design: regressors, see :class:`Design`.
        outcome: category numbers 0..J-1, each of which occurs, shape (n,).
        cluster: label of the cluster of each person; None for independent persons.

    Raises:
        NotComputable: regressors that depend on each other, categories that regressors separate, fewer
            than two clusters, or no optimum.

    Source: McCullagh (1980); Peterson and Harrell (1990); Pratt (1981) on concavity.
    """
    code = np.zeros(len(outcome), np.int64) if cluster is None else pd.factorize(np.asarray(cluster))[0]
    if cluster is not None and code.max() < 1:
        raise NotComputable(Reason.FEW_CLUSTERS)
    standard, back = _standardised(design, int(outcome.max()))
    solved = _search(family, standard, outcome)
    likelihood, gradient, weights = _terms(family, standard.predictors(solved), outcome)
    clusters = frames.cluster_rows(code)
    information = np.array([standard.rows(rows).information(weights[rows]) for rows in clusters])
    scores = standard.scores(gradient)
    return Fit(
        family, design, back @ solved, back, likelihood, scores, information, code, cluster is not None
    )


def highest(family: Family, design: Design, outcome: Categories) -> float:
    """The log-likelihood that no coefficients exceed, also where regressors separate the outcome.

    Raises:
        NotComputable: regressors that depend on each other, or no optimum without separation.
    """
    standard, _ = _standardised(design, int(outcome.max()))
    params, likelihood, found = _climb(family, standard, outcome)
    if not found and not _certain(standard, params):
        raise NotComputable(Reason.NO_OPTIMUM)
    return likelihood


def total_score(family: Family, design: Design, outcome: Categories, params: Matrix) -> Matrix:
    """Score of all persons together at any coefficients, shape (p,)."""
    gradient = _terms(family, design.predictors(params), outcome)[1]
    return design.scores(gradient).sum(axis=0)


def _standardised(design: Design, predictors: int) -> tuple[Design, Matrix]:
    """Regressors with mean 0 and sd 1, and the matrix that takes their coefficients back."""
    both = np.hstack([design.parallel, design.varying[:, 1:]])
    mean, sd = both.mean(axis=0), both.std(axis=0)
    if not np.all(sd > RANK_TOLERANCE * (1 + np.abs(mean))):
        raise NotComputable(Reason.NOT_IDENTIFIED)
    scaled = (both - mean) / sd
    if scaled.shape[1]:
        singular = np.linalg.svd(scaled, compute_uv=False)
        if len(singular) < scaled.shape[1] or singular[-1] < RANK_TOLERANCE * singular[0]:
            raise NotComputable(Reason.NOT_IDENTIFIED)
    a = design.parallel.shape[1]
    standard = Design(scaled[:, :a], np.hstack([design.varying[:, :1], scaled[:, a:]]))
    repeat = np.concatenate([np.ones(a, int), np.full(len(sd) - a, predictors)])
    slopes, shift = np.repeat(1 / sd, repeat), np.repeat(mean / sd, repeat)
    back = np.diag(np.concatenate([slopes[:a], np.ones(predictors), slopes[a:]]))
    for m in range(predictors):  # what an intercept gains when the means are taken out again
        back[a + m, :a] = -shift[:a]
        back[a + m, a + predictors + m :: predictors] = -shift[a + m :: predictors]
    return standard, back


def _search(family: Family, design: Design, outcome: Categories) -> Matrix:
    params, _, found = _climb(family, design, outcome)
    if not found:
        raise NotComputable(Reason.SEPARATION if _certain(design, params) else Reason.NO_OPTIMUM)
    return params


def _certain(design: Design, params: Matrix) -> bool:
    return bool(np.abs(design.predictors(params)).max() > CERTAIN)


def _climb(family: Family, design: Design, outcome: Categories) -> tuple[Matrix, float, bool]:
    """Coefficients, their log-likelihood, and whether they are an optimum or only as far as one can go."""
    params = _start(family, design, outcome)
    likelihood, gradient, weights = _terms(family, design.predictors(params), outcome)
    for _ in range(MOST_STEPS):
        information = design.information(weights)
        if np.linalg.cond(information) > WORST_CONDITION:
            break
        step = np.linalg.solve(information, design.scores(gradient).sum(axis=0))
        size = 1.0
        for _ in range(MOST_HALVINGS):
            found = _terms(family, design.predictors(params + size * step), outcome)
            if found[0] >= likelihood - 1e-10 * abs(likelihood):
                break
            size /= 2
        else:
            raise NotComputable(Reason.NO_OPTIMUM)
        params, (likelihood, gradient, weights) = params + size * step, found
        if np.abs(step).max() < STEP_TOLERANCE:
            return params, likelihood, True
    return params, likelihood, False


def _start(family: Family, design: Design, outcome: Categories) -> Matrix:
    """The model without regressors."""
    shares = np.bincount(outcome) / len(outcome)
    above = 1 - np.cumsum(shares)[:-1]
    cumulative = family == Family.CUMULATIVE
    intercepts = np.log(above / (1 - above)) if cumulative else np.log(shares[1:] / shares[0])
    rest = (design.varying.shape[1] - 1) * len(intercepts)
    return np.concatenate([np.zeros(design.parallel.shape[1]), intercepts, np.zeros(rest)])


def _terms(family: Family, eta: Matrix, outcome: Categories) -> tuple[float, Matrix, NDArray]:
    """Log-likelihood, its gradient (n, M) and minus its Hessian (n, M, M) in the predictors."""
    if family == Family.CUMULATIVE:
        return _cumulative(eta, outcome)
    chance = probabilities(family, eta)
    rows = np.arange(len(outcome))
    hit = np.zeros_like(chance)
    hit[rows, outcome] = 1
    weights = -chance[:, 1:, None] * chance[:, None, 1:]
    weights[:, np.arange(eta.shape[1]), np.arange(eta.shape[1])] += chance[:, 1:]
    likelihood = float(np.log(np.maximum(chance[rows, outcome], TINY)).sum())
    return likelihood, (hit - chance)[:, 1:], weights


def _cumulative(eta: Matrix, outcome: Categories) -> tuple[float, Matrix, NDArray]:
    """Terms of cumulative logits; minus infinity where a person's own category has no probability."""
    n, m = eta.shape
    rows, edge = np.arange(n), np.full((n, 1), np.inf)
    padded = np.hstack([edge, eta, -edge])
    upper, lower = padded[rows, outcome], padded[rows, outcome + 1]
    if np.any(upper <= lower):
        return -np.inf, eta, np.empty((n, m, m))
    f, g = expit(upper), expit(lower)
    # of F(upper) - F(lower), without loss of digits when both are near 0 or 1
    chance = np.maximum(-np.expm1(lower - upper) * f * expit(-lower), TINY)
    up, down = f * expit(-upper) / chance, -g * expit(-lower) / chance
    gradient, weights = np.zeros((n, m + 2)), np.zeros((n, m + 2, m + 2))
    gradient[rows, outcome], gradient[rows, outcome + 1] = up, down
    weights[rows, outcome, outcome] = up**2 - up * (1 - 2 * f)
    weights[rows, outcome + 1, outcome + 1] = down**2 - down * (1 - 2 * g)
    weights[rows, outcome, outcome + 1] = weights[rows, outcome + 1, outcome] = up * down
    return float(np.log(chance).sum()), gradient[:, 1:-1], weights[:, 1:-1, 1:-1]


def mean_gradient(family: Family, design: Design, params: Matrix) -> Matrix:
    """Gradient of the mean probability of each category in the coefficients, shape (J, a + b M)."""
    eta = design.predictors(params)
    n, m = eta.shape
    change = np.zeros((n, m + 1, m))  # of each probability by each predictor
    place = np.arange(m)
    if family == Family.CUMULATIVE:
        above = expit(eta)
        change[:, place + 1, place] = above * (1 - above)
        change[:, place, place] = -change[:, place + 1, place]
    else:
        chance = probabilities(family, eta)
        change = -chance[:, :, None] * chance[:, None, 1:]
        change[:, place + 1, place] += chance[:, 1:]
    parallel = change.sum(axis=2).T @ design.parallel
    own = np.tensordot(change, design.varying, (0, 0)).transpose(0, 2, 1)
    return np.hstack([parallel, own.reshape(m + 1, -1)]) / n


def gradient_of(statistic: Callable[[NDArray], NDArray], params: Matrix) -> Matrix:
    """Gradient of numbers in the coefficients, shape (numbers, p), by complex steps: exact to rounding.

    Args:
        statistic: from (complex) coefficients to an array of numbers, of analytic functions only.
        params: where, shape (p,).

    Source: Squire and Trapp (1998).
    """
    tiny = 1e-30
    columns = []
    for k in range(len(params)):
        moved = params.astype(complex)
        moved[k] += 1j * tiny
        columns.append(np.atleast_1d(statistic(moved)).imag / tiny)
    return np.array(columns).T
