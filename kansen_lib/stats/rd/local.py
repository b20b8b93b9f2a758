"""Local polynomials on one side of a cut-off, and the nearest-neighbour residuals of their variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.choice import Choice
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason

Array = NDArray[np.float64]

#: Neighbours that a residual is taken from.
NEIGHBOURS = 3

#: Distances that differ by less than this part of the side's span are equal.
SAME = 1e-12

#: Singular values below this part of the largest are taken for zero.
RANK_TOLERANCE = 1e-12


class Kernel(Choice):
    """Weights of persons by their distance to the cut-off."""

    TRIANGULAR = "triangular"
    EPANECHNIKOV = "epanechnikov"
    UNIFORM = "uniform"

    def weights(self, u: Array) -> Array:
        """Weight at ``u`` bandwidths from the cut-off."""
        inside = np.abs(u) <= 1
        if self == Kernel.TRIANGULAR:
            return (1 - np.abs(u)) * inside
        return (0.75 * (1 - u**2) if self == Kernel.EPANECHNIKOV else 0.5) * inside


@dataclass(frozen=True)
class Side:
    """The persons on one side, sorted by distance along the running variable.

    Attributes:
        x: running variable minus the cut-off, ascending, shape (n,).
        y: outcome, and treatment where the design is fuzzy, shape (n, 1) or (n, 2).
        cluster: cluster number, shape (n,); None without.
    """

    x: Array
    y: Array
    cluster: NDArray[np.int64] | None

    def within(self, keep: NDArray[np.bool_]) -> Side:
        """The same side with some of the persons."""
        return Side(self.x[keep], self.y[keep], None if self.cluster is None else self.cluster[keep])


def smoother(x: Array, weight: Array, order: int) -> Array:
    """The matrix L, shape (order + 1, n), for which L @ y are the weighted polynomial coefficients.

    Raises:
        NotComputable: fewer different values than coefficients.
    """
    scale = float(np.abs(x).max()) or 1.0
    basis = powers(x / scale, order)
    root = np.sqrt(weight)[:, None]
    if len(x) <= order or np.linalg.matrix_rank(root * basis, RANK_TOLERANCE) <= order:
        raise NotComputable(Reason.TOO_FEW)
    q, r = np.linalg.qr(root * basis)
    found = np.linalg.solve(r, q.T) * root.T
    return found / scale ** np.arange(order + 1)[:, None]


def residuals(side: Side, fitted: Array) -> Array:
    """Residuals for the variance: from the nearest neighbours, with clusters from the fitted values."""
    return _neighbour_residuals(side) if side.cluster is None else side.y - fitted


def powers(x: Array, order: int) -> Array:
    """1, x, ..., x^order, shape (n, order + 1)."""
    return np.vander(x, order + 1, increasing=True)


def _neighbour_residuals(side: Side) -> Array:
    """Residual of each person from the nearest others, ties in full, shape of ``side.y``.

    Source: Calonico, Cattaneo and Titiunik (2014), section 5; Abadie and Imbens (2006).
    """
    n, y = len(side.x), side.y
    values, start, count = np.unique(side.x, return_index=True, return_counts=True)
    sums = np.concatenate([np.zeros((1, y.shape[1])), np.cumsum(y, axis=0)])
    residuals = np.empty_like(y)
    for place in range(len(values)):
        low, high = _window(values, count, place, min(NEIGHBOURS, n - 1))
        begin, end = start[low], start[high] + count[high]
        others = end - begin - 1
        rows = slice(start[place], start[place] + count[place])
        mean = (sums[end] - sums[begin] - y[rows]) / others
        residuals[rows] = np.sqrt(others / (others + 1)) * (y[rows] - mean)
    return residuals


def _window(values: Array, count: NDArray[np.int64], place: int, wanted: int) -> tuple[int, int]:
    """First and last different value of the nearest ``wanted`` others; both sides at an equal distance."""
    low = high = place
    others, last, same = count[place] - 1, len(values) - 1, SAME * (values[-1] - values[0])
    while others < wanted:
        left = values[place] - values[low - 1] if low > 0 else np.inf
        right = values[high + 1] - values[place] if high < last else np.inf
        step_left, step_right = left <= right + same, right <= left + same
        if step_left:
            low -= 1
            others += count[low]
        if step_right:
            high += 1
            others += count[high]
    return low, high


def spread(loading: Array, residual: Array, cluster: NDArray[np.int64] | None, columns: int) -> Array:
    """Covariance matrix of ``loading @ y``, from one residual a person.

    Args:
        loading: shape (k, n).
        residual: shape (n,).
        cluster: with clusters, sums over them times (n - 1)/(n - columns) G/(G - 1).
        columns: coefficients of the polynomial.
    """
    scores = loading * residual
    if cluster is None:
        return scores @ scores.T
    labels, code = np.unique(cluster, return_inverse=True)
    if len(labels) < 2:
        raise NotComputable(Reason.FEW_CLUSTERS)
    summed = frames.cluster_sums(scores.T, code)
    n, clusters = len(residual), len(labels)
    return (n - 1) / (n - columns) * clusters / (clusters - 1) * summed.T @ summed
