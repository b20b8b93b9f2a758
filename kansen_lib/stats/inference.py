"""Intervals and covariance matrices that every estimate needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kansen_lib.stats.result import quantile


def wilson(count: float, n: float) -> tuple[float, float]:
    """Wilson score interval of a share, without continuity correction.

    Args:
        count: persons with the property, 0 <= count <= n.
        n: persons, at least 1.

    Returns:
        Lower and upper bound, both within [0, 1].

    Raises:
        ValueError: no persons, or a count outside 0..n.

    Source: Wilson (1927); Newcombe (1998), method 3.
    """
    if n < 1 or not 0 <= count <= n:
        raise ValueError(f"a share needs 0 <= count <= n and n >= 1; got count {count}, n {n}")
    z = quantile()
    share = count / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (0.0 if count == 0 else float(centre - half), 1.0 if count == n else float(centre + half))


def sandwich(
    bread: NDArray[np.float64], scores: NDArray[np.float64], cluster: ArrayLike
) -> NDArray[np.float64]:
    """Cluster-robust covariance of an M-estimator, times G/(G-1).

    Args:
        bread: inverse of the negative Hessian, shape (k, k).
        scores: contributions to the score, shape (n, k).
        cluster: cluster label of each row, length n, at least two different.

    Source: Cameron and Miller (2015), eq. 11, with the finite-sample factor G/(G-1) only.
    """
    _, code = np.unique(np.asarray(cluster), return_inverse=True)
    clusters = int(code.max()) + 1
    if clusters < 2:
        raise ValueError("a cluster-robust covariance needs at least two clusters")
    summed = np.zeros((clusters, scores.shape[1]))
    np.add.at(summed, code, scores)
    return clusters / (clusters - 1) * bread @ summed.T @ summed @ bread
