"""A natural cubic spline of the score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
