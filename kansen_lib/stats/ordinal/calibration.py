"""Regression calibration: the true score to be expected given the observed score and the group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kansen_lib.stats import frames
from kansen_lib.stats.ordinal.likelihood import Matrix
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason

#: Rounds of EM for scores at a bound; each takes away all but about the share of scores there.
MOST_ROUNDS, TOLERANCE = 200, 1e-13


@dataclass(frozen=True)
class Calibration:
    """The expected true score given the observed score and the group.

    The error variance is that of the whole: (1 - reliability) times the variance of all scores. Within a
    group the true score is then closer to the group's mean than the observed one.

    Attributes:
        score: observed scores, shape (n,).
        group: number of the group of each person, 0..K-1, shape (n,).
        reliability: share of the variance of all scores that is true.
        bounds: lowest and highest score that the test can give: who has them may lie anywhere beyond.
    """

    score: NDArray[np.float64]
    group: NDArray[np.int64]
    reliability: float
    bounds: tuple[float, float] = (-np.inf, np.inf)

    @property
    def _sides(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Who is at the lower and who at the upper bound."""
        return self.score <= self.bounds[0], self.score >= self.bounds[1]

    def _sums(self) -> Matrix:
        """For each person in the columns of their group, (n, 5 K): within the bounds one, the centred score
        and its square; at the lower bound one; at the upper bound one."""
        own = np.eye(int(self.group.max()) + 1)[self.group]
        low, high = self._sides
        within = own * ~(low | high)[:, None]
        centred = (self.score - self.score.mean())[:, None]
        return np.hstack(
            [within, within * centred, within * centred**2, own * low[:, None], own * high[:, None]]
        )

    def moments(self) -> Matrix:
        """Mean of each group, variance of each group, variance of all; shape (2 K + 1,)."""
        return self._moments(self._sums().sum(axis=0, keepdims=True))[0]

    def moments_without(self, code: NDArray[np.int64]) -> Matrix:
        """The same without each cluster, shape (G, 2 K + 1); unchanged where a group is left too small."""
        sums = self._sums()
        found = self._moments(sums.sum(axis=0) - frames.cluster_sums(sums, code))
        return np.where(np.isfinite(found), found, self.moments())

    def _moments(self, sums: Matrix) -> Matrix:
        """Maximum likelihood of a censored normal in each group (EM), with n - 1 in the variances."""
        inside, first, second, low, high = np.split(sums, 5, axis=1)
        n, centre = inside + low + high, self.score.mean()
        with np.errstate(divide="ignore", invalid="ignore"):
            mean, variance = first / inside, second / inside - (first / inside) ** 2
            for _ in range(MOST_ROUNDS if (low + high).any() else 0):
                sd, before = np.sqrt(variance), mean
                (m1, s1), (m2, s2) = (
                    _beyond(mean, sd, bound - centre, k) for k, bound in enumerate(self.bounds)
                )
                mean = (first + low * m1 + high * m2) / n
                variance = (second + low * s1 + high * s2) / n - mean**2
                if np.nanmax(np.abs(mean - before) / sd, initial=0.0) < TOLERANCE:
                    break
            variance = np.where(n > 1, variance * n / (n - 1), np.nan)
            overall = (n * mean).sum(axis=1, keepdims=True) / n.sum(axis=1, keepdims=True)
            squares = (n - 1) * variance + n * (mean - overall) ** 2
        whole = squares.sum(axis=1) / (n.sum(axis=1) - 1)
        return np.column_stack([centre + mean, variance, whole])

    def true_score(self, moments: Matrix) -> NDArray[np.float64]:
        """Expected true score of each person.

        Raises:
            NotComputable: a group with less spread than the error alone would give.
        """
        k = len(moments) // 2
        if not np.all(moments[k:] > 0):
            raise NotComputable(Reason.LITTLE_SPREAD)
        within = 1 - (1 - self.reliability) * moments[-1] / moments[k : 2 * k]
        if not np.all(within > 0):
            raise NotComputable(Reason.LOW_RELIABILITY)
        mean, sd, score = moments[:k][self.group], np.sqrt(moments[k : 2 * k])[self.group], self.score
        for side, at in enumerate(self._sides):
            if at.any():
                score = np.where(at, _beyond(mean, sd, self.bounds[side], side)[0], score)
        return mean + within[self.group] * (score - mean)


def _beyond(mean: NDArray, sd: NDArray, bound: float, side: int) -> tuple[NDArray, NDArray]:
    """Mean and mean square of a normal below (side 0) or above (side 1) a bound; zeros without one."""
    if not np.isfinite(bound):
        return np.zeros_like(mean), np.zeros_like(mean)
    z = (bound - mean) / sd
    tail = stats.norm.logsf(z) if side else stats.norm.logcdf(z)
    ratio = (1 if side else -1) * np.exp(stats.norm.logpdf(z) - tail)
    return mean + sd * ratio, mean**2 + sd**2 + sd * ratio * (mean + bound)
