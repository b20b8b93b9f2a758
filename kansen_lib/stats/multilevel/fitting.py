"""The optimum of the deviance of a linear mixed model, and what is read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import optimize

from kansen_lib.stats import frames
from kansen_lib.stats.linear import Matrix
from kansen_lib.stats.multilevel import lmm, numeric
from kansen_lib.stats.multilevel.lmm import CrossProducts, Solved
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Method, Reason

#: Relative standard deviations of the random effects from which the optimum is looked for.
STARTS = (1.0, 0.2)
#: A relative standard deviation below this is tried at 0.
NEAR_ZERO = 1e-2
#: Largest fall of the deviance that one more Newton step may still promise.
CONVERGED = 1e-6
#: Eigenvalues of the Hessian below this are taken for flat, as in lmerTest.
FLAT = 1e-8


@dataclass(frozen=True)
class MixedFit:
    """A fitted linear mixed model.

    Attributes:
        data: cross-products.
        restricted: whether it is fitted by REML.
        theta: relative covariance parameters at the optimum.
        deviance: -2 log (restricted) likelihood there.
    """

    data: CrossProducts
    restricted: bool
    theta: Matrix
    deviance: float

    @cached_property
    def solved(self) -> Solved:
        """The penalised least squares at the optimum."""
        return lmm.solve(self.data, self.theta)

    def term(self, group: str) -> lmm.Term:
        """The random effects of a grouping."""
        return next(one for one in self.data.terms if one.group == group)

    @property
    def divisor(self) -> int:
        """n for ML, n - p for REML."""
        return self.data.n - self.data.p * self.restricted

    @property
    def sigma(self) -> float:
        """Residual standard deviation of the standardised outcome."""
        return float(np.sqrt(self.solved.penalised / self.divisor))

    @property
    def point(self) -> Matrix:
        """theta and the log of :attr:`sigma`: where the full deviance has its optimum."""
        return np.append(self.theta, np.log(self.sigma))

    @property
    def singular(self) -> bool:
        """Whether a variance, or one of a combination of effects, is estimated at 0."""
        return bool(np.any(self.theta[self.data.diagonal()] == 0))

    @property
    def method(self) -> Method:
        """Name of the estimator, with a warning when the fit is singular."""
        if self.restricted:
            return Method.MIXED_REML_SINGULAR if self.singular else Method.MIXED_REML
        return Method.MIXED_ML_SINGULAR if self.singular else Method.MIXED_ML

    @cached_property
    def coefficients(self) -> Matrix:
        """Fixed effects, shape (p,)."""
        factor, p = self.solved.factor, self.data.p
        basis = np.linalg.solve(factor[-p - 1 : -1, -p - 1 : -1].T, factor[-1, -p - 1 : -1])
        return self.data.ols + self.data.scale * (self.data.back @ basis)

    @property
    def covariance(self) -> Matrix:
        """Covariance of the fixed effects at the estimated variances, shape (p, p)."""
        return (self.sigma * self.data.scale) ** 2 * lmm.fixed_covariance(self.data, self.solved)

    def deviance_at(self, point: Matrix) -> float:
        """-2 log (restricted) likelihood at theta and log sigma, as :attr:`point` has them."""
        solved = lmm.solve(self.data, point[:-1])
        size = self.divisor * (np.log(2 * np.pi) + 2 * point[-1])
        fixed = _fixed(self.data, solved) * self.restricted
        rescaled = 2 * self.divisor * np.log(self.data.scale)
        return solved.log_random + fixed + size + solved.penalised * np.exp(-2 * point[-1]) + rescaled

    def covariances(self, point: Matrix) -> dict[str, Matrix]:
        """Covariance matrix of the random effects of each grouping, in the units of the data."""
        found, spread = {}, (self.data.scale * np.exp(point[-1])) ** 2
        for term, triangle in zip(self.data.terms, self.data.triangles(point[:-1]), strict=True):
            half = term.back @ triangle
            found[term.group] = spread * half @ half.T
        return found

    def residual_variance(self, point: Matrix) -> float:
        """Residual variance in the unit of the data, squared."""
        return float((self.data.scale * np.exp(point[-1])) ** 2)

    @cached_property
    def hessian(self) -> Matrix:
        """Second derivatives of the deviance by :attr:`point`."""
        return numeric.hessian(self.deviance_at, self.point, self.steps)

    @property
    def steps(self) -> Matrix:
        """Steps of numerical derivatives by :attr:`point`."""
        return np.append(steps(self.data, self.theta), 0.05)

    @cached_property
    def _slopes(self) -> Matrix:
        """Derivatives of :attr:`covariance` by :attr:`point`, shape (m + 1, p, p)."""

        def covariance(theta: Matrix) -> Matrix:
            return lmm.fixed_covariance(self.data, lmm.solve(self.data, theta))

        slopes = numeric.gradient(covariance, self.theta, self.steps[:-1])
        scale = (self.sigma * self.data.scale) ** 2
        return np.concatenate([scale * slopes, 2 * self.covariance[None]])

    def contrast(self, weights: Mapping[str, float]) -> tuple[float, float, float]:
        """Value, standard error and Satterthwaite degrees of freedom of a sum of fixed effects.

        Source: Kuznetsova, Brockhoff and Christensen (2017), J. Stat. Softw. 82(13).
        """
        direction = np.array([weights.get(name, 0.0) for name in self.data.names])
        variance = float(direction @ self.covariance @ direction)
        slope = np.einsum("i,mij,j->m", direction, self._slopes, direction)
        values, vectors = np.linalg.eigh(self.hessian)
        inverse = np.where(values > FLAT, 1 / np.where(values > FLAT, values, 1.0), 0.0)
        spread = 2 * float((vectors.T @ slope) ** 2 @ inverse)
        df = 2 * variance**2 / spread if spread > 0 else float("nan")
        return float(direction @ self.coefficients), float(np.sqrt(variance)), df


def fit(
    frame: pd.DataFrame,
    outcome: str | Matrix,
    fixed: Sequence[str] | pd.DataFrame,
    random: Mapping[str, Sequence[str]],
    *,
    restricted: bool = True,
) -> MixedFit:
    """The linear mixed model of a frame without missing values.

    Raises:
        NotComputable: no such model, or no optimum was found.
        ValueError: no grouping in ``random``.
    """
    if not random:
        raise ValueError("a mixed model needs at least one grouping in 'random', e.g. {'school': ()}")
    y = frames.numbers(frame, outcome) if isinstance(outcome, str) else outcome
    x = fixed if isinstance(fixed, pd.DataFrame) else frames.design(frame, fixed)
    data = lmm.cross_products(frame, y, x, random)
    lmm.residual_exists(data, y)
    return optimum(data, restricted=restricted)


def optimum(data: CrossProducts, *, restricted: bool, near: Matrix | None = None) -> MixedFit:
    """The fit of least deviance over the starts, or over the one start ``near``."""

    def deviance(theta: Matrix) -> float:
        return _profiled(data, theta, restricted)

    starts = [size * data.diagonal() for size in STARTS] if near is None else [near]
    ends = [_descend(data, deviance, start.astype(float)) for start in starts]
    theta = _settled(data, deviance, min(ends, key=deviance))
    return MixedFit(data, restricted, theta, deviance(theta))


def _profiled(data: CrossProducts, theta: Matrix, restricted: bool) -> float:
    """Deviance at ``theta`` with the best sigma and fixed effects; infinite where it overflows."""
    try:
        solved = lmm.solve(data, theta)
    except np.linalg.LinAlgError:
        return float("inf")
    divisor = data.n - data.p * restricted
    size = divisor * (1 + np.log(2 * np.pi * solved.penalised * data.scale**2 / divisor))
    return float(solved.log_random + _fixed(data, solved) * restricted + size)


def _fixed(data: CrossProducts, solved: Solved) -> float:
    return solved.log_fixed + data.log_basis


def steps(data: CrossProducts, theta: Matrix) -> Matrix:
    """A part of each relative deviation, or of what the number of persons of a label can tell apart."""
    floor = [np.sqrt(len(one.labels) / data.n) for one in data.terms]
    floors = np.repeat(floor, np.diff([0, *data.ends]))
    return 0.05 * np.maximum(np.abs(theta), floors)


def _descend(data: CrossProducts, deviance: numeric.Function, start: Matrix) -> Matrix:
    """Quasi-Newton without bounds: the deviance is the same at a column of L and at minus that column."""

    def slope(theta: Matrix) -> Matrix:
        step = 0.02 * steps(data, theta)
        moves = np.diag(step)
        return np.array([deviance(theta + one) - deviance(theta - one) for one in moves]) / (2 * step)

    found = optimize.minimize(
        deviance, start, jac=slope, method="BFGS", options={"gtol": 1e-4, "maxiter": 200}
    )
    return _signed(data, found.x)


def _signed(data: CrossProducts, theta: Matrix) -> Matrix:
    """The same covariance with a diagonal of L that is not negative."""
    parts = []
    for triangle in data.triangles(theta):
        signs = np.where(np.diag(triangle) < 0, -1.0, 1.0)
        parts.append((triangle * signs)[np.tril_indices(len(triangle))])
    return np.concatenate(parts)


def _settled(data: CrossProducts, deviance: numeric.Function, theta: Matrix) -> Matrix:
    """The optimum to the last digits: variances at 0 where that is no worse, Newton steps for the rest.

    Raises:
        NotComputable: one more step would still lower the deviance, or leads uphill.
    """
    theta = theta.copy()
    for place in np.flatnonzero(data.diagonal() & (np.abs(theta) < NEAR_ZERO)):
        at_zero = theta.copy()
        at_zero[place] = 0.0
        if deviance(at_zero) <= deviance(theta) + FLAT:
            theta = at_zero
    free = ~(data.diagonal() & (theta == 0))
    promised = np.inf
    for _ in range(4):
        move, promised = _newton(data, deviance, theta, free)
        if deviance(theta + move) > deviance(theta) + FLAT:
            break
        theta = theta + move
        if promised < 1e-14:
            break
    if not promised < CONVERGED:
        raise NotComputable(Reason.NO_OPTIMUM)
    return _signed(data, theta)


def _newton(
    data: CrossProducts, deviance: numeric.Function, theta: Matrix, free: Matrix
) -> tuple[Matrix, float]:
    """One Newton step over the free entries, and the fall of the deviance that it promises."""
    move = np.zeros(len(theta))
    if not free.any():
        return move, 0.0

    def over(part: Matrix) -> float:
        whole = theta.copy()
        whole[free] = part
        return deviance(whole)

    step = steps(data, theta)[free]
    slope = numeric.gradient(over, theta[free], step)
    values, vectors = np.linalg.eigh(numeric.hessian(over, theta[free], step))
    if not np.all(np.isfinite(values)) or values.min() < -1e-4 * max(1.0, values.max()):
        return move, np.inf
    inverse = np.where(values > FLAT, 1 / np.where(values > FLAT, values, 1.0), 0.0)
    rotated = vectors.T @ slope
    move[free] = -vectors @ (inverse * rotated)
    return move, float(rotated**2 @ inverse) / 2
