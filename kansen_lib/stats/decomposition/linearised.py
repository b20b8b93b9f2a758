"""Variance by linearisation, and the bilinear parts of which a decomposed gap is the sum.

Every number of a decomposition is a smooth function of means and coefficients, so that each person
has an influence on it; the variance is that of the sum of the influences, over persons or clusters,
with the factor G/(G - 1) as the R package ``survey`` has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Interval, Reason

Matrix = NDArray[np.float64]


def covariance(influence: Matrix, cluster: ArrayLike | None) -> tuple[Matrix, float | None]:
    """Covariance of estimates from the influence of each person on them.

    Args:
        influence: shape (n, m), each column sums to zero.
        cluster: label of the cluster of each person.

    Returns:
        The covariance, shape (m, m), and the degrees of freedom: clusters minus one, None without.
    """
    if cluster is None:
        return influence.T @ influence * (len(influence) / (len(influence) - 1)), None
    code, labels = pd.factorize(np.asarray(cluster))
    groups = len(labels)
    if groups < 2:
        raise NotComputable(Reason.FEW_CLUSTERS)
    total = frames.cluster_sums(influence, code)
    return total.T @ total * (groups / (groups - 1)), float(groups - 1)


def interval(df: float | None) -> Interval:
    """What the interval of a linearised variance is called."""
    return Interval.LINEARISED if df is None else Interval.LINEARISED_CLUSTERED


def weights(known: pd.DataFrame, column: str | None) -> Matrix:
    """The weight of each person; ones where there is no column."""
    if column is None:
        return np.ones(len(known))
    return known[column].to_numpy(float)


@dataclass(frozen=True)
class Part:
    """A weighted sum of means times a weighted sum of coefficients: (sum a_g m_g)'(sum b_j c_j).

    Attributes:
        means: weight a_g of the means of each group.
        coefficients: weight b_j of each vector of coefficients.
    """

    means: tuple[float, ...]
    coefficients: tuple[float, ...]


def evaluate(
    parts: Sequence[Part], means: Matrix, coefficients: Matrix, chosen: Sequence[int] | None = None
) -> tuple[float, Matrix]:
    """Value of a sum of parts and its gradient with respect to all means, then all coefficients.

    Args:
        parts: what is added up.
        means: shape (groups, k).
        coefficients: shape (vectors, k).
        chosen: the columns that take part; None takes all.
    """
    mask = np.zeros(means.shape[1])
    mask[slice(None) if chosen is None else list(chosen)] = 1.0
    value, by_mean, by_coefficient = 0.0, np.zeros(means.shape), np.zeros(coefficients.shape)
    for part in parts:
        mean, coefficient = np.asarray(part.means) @ means, np.asarray(part.coefficients) @ coefficients
        value += float((mask * mean) @ coefficient)
        by_mean += np.outer(part.means, mask * coefficient)
        by_coefficient += np.outer(part.coefficients, mask * mean)
    return value, np.concatenate([by_mean.ravel(), by_coefficient.ravel()])
