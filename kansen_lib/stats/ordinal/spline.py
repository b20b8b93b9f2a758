"""The score in a model: a natural cubic spline, and the score calibrated for its measurement error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kansen_lib.stats.ordinal.likelihood import Matrix, by_cluster
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason

#: Quantiles of the score at which a spline of it bends.
BENDS = (0.05, 0.35, 0.65, 0.95)


def natural_spline(score: NDArray[np.float64], knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Natural cubic spline basis without intercept, shape (n, len(knots) - 1), linear beyond the ends.

    Source: Hastie, Tibshirani and Friedman (2009), eq. 5.4-5.5.
    """

    def bend(knot: float) -> NDArray[np.float64]:
        last = knots[-1]
        cubes = np.maximum(score - knot, 0) ** 3 - np.maximum(score - last, 0) ** 3
        return cubes / (last - knot)

    columns = [score] + [bend(knot) - bend(knots[-2]) for knot in knots[:-2]]
    return np.column_stack(columns)


@dataclass(frozen=True)
class Spline:
    """A spline with its bends at :data:`BENDS` of the scores that it was made for."""

    mean: float
    sd: float
    knots: NDArray[np.float64]

    @classmethod
    def of(cls, score: NDArray[np.float64]) -> Spline:
        """The spline for these scores."""
        mean, sd = float(score.mean()), float(score.std(ddof=1))
        return cls(mean, sd, np.unique(np.quantile((score - mean) / sd, BENDS)))

    def __call__(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """The basis at these scores."""
        return natural_spline((score - self.mean) / self.sd, self.knots)


@dataclass(frozen=True)
class Calibration:
    """The expected true score given the observed score and the group (regression calibration).

    The error variance is that of the whole: (1 - reliability) times the variance of all scores. Within a
    group the true score is then closer to the group's mean than the observed one.

    Attributes:
        score: observed scores, shape (n,).
        group: number of the group of each person, 0..K-1, shape (n,).
        reliability: share of the variance of all scores that is true.
    """

    score: NDArray[np.float64]
    group: NDArray[np.int64]
    reliability: float

    def _sums(self) -> Matrix:
        """Ones, centred scores and their squares of each person in the column of their group, (n, 3 K)."""
        own = np.eye(int(self.group.max()) + 1)[self.group]
        centred = (self.score - self.score.mean())[:, None]
        return np.hstack([own, own * centred, own * centred**2])

    def moments(self) -> Matrix:
        """Mean of each group, variance of each group, variance of all; shape (2 K + 1,)."""
        return self._moments(self._sums().sum(axis=0, keepdims=True))[0]

    def moments_without(self, code: NDArray[np.int64]) -> Matrix:
        """The same without each cluster, shape (G, 2 K + 1); unchanged where a group is left too small."""
        sums = self._sums()
        found = self._moments(sums.sum(axis=0) - by_cluster(sums, code))
        return np.where(np.isfinite(found), found, self.moments())

    def _moments(self, sums: Matrix) -> Matrix:
        n, first, second = np.split(sums, 3, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean, spread = first / n, (second - first**2 / n) / (n - 1)
        total, all_n = first.sum(axis=1), n.sum(axis=1)
        whole = (second.sum(axis=1) - total**2 / all_n) / (all_n - 1)
        return np.column_stack([self.score.mean() + mean, np.where(n > 1, spread, np.nan), whole])

    def true_score(self, moments: Matrix) -> NDArray[np.float64]:
        """Expected true score of each person.

        Raises:
            NotComputable: a group with less spread than the error alone would give.
        """
        k = len(moments) // 2
        within = 1 - (1 - self.reliability) * moments[-1] / moments[k : 2 * k]
        if not np.all(within > 0):
            raise NotComputable(Reason.LOW_RELIABILITY)
        mean = moments[:k][self.group]
        return mean + within[self.group] * (self.score - mean)
