"""Least squares on all units but one, for each unit in turn, as fast as the algebra allows.

The numbers are those of :func:`kansen_lib.stats.linear.fit` on the rows of the other units. A unit takes part
in coefficients, CR2 covariance and Satterthwaite degrees of freedom only through the triangle R of its
regressors X = QR and through Q'y, so that k rows stand for all of its persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.linear import RANK_TOLERANCE, Matrix, inverse_of_squares
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason


@dataclass(frozen=True)
class Units:
    """What the least squares of all units but one rests on.

    Attributes:
        triangles: R of each unit, with zeros below where it has fewer persons than regressors, (G, k, k).
        outcomes: Q'y of each unit, shape (G, k).
        means: mean of the regressors of each unit, shape (G, k).
        sizes: persons of each unit, shape (G,).
    """

    triangles: Matrix
    outcomes: Matrix
    means: Matrix
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, x: Matrix, y: Matrix, code: NDArray[np.int64]) -> Units:
        """From regressors (n, k), outcome (n,) and the unit of each person, 0..G-1."""
        parts, k = frames.cluster_rows(code), x.shape[1]
        triangles, outcomes = np.zeros((len(parts), k, k)), np.zeros((len(parts), k))
        for place, own in enumerate(parts):
            q, r = np.linalg.qr(x[own])
            triangles[place, : len(r)], outcomes[place, : len(r)] = r, q.T @ y[own]
        sizes = np.bincount(code)
        return cls(triangles, outcomes, frames.cluster_sums(x, code) / sizes[:, None], sizes)

    def predicted(self, place: int) -> tuple[float, float, float]:
        """The mean of one unit by the coefficients of all others, its CR2 error and degrees of freedom.

        Raises:
            NotComputable: no more persons than regressors in the others, or regressors that depend there.
        """
        k = self.means.shape[1]
        if self.sizes.sum() - self.sizes[place] <= k:
            raise NotComputable(Reason.TOO_FEW)
        others = np.arange(len(self.sizes)) != place
        r, q = self.triangles[others], self.outcomes[others]
        stacked, held = r.reshape(-1, k), q.ravel()
        bread = inverse_of_squares(stacked, np.ones(len(stacked)))
        params = bread @ (stacked.T @ held)
        params += bread @ (stacked.T @ (held - stacked @ params))  # refined, as in linear.fit
        adjusted = _adjusted(r, bread, self.means[place])
        scores = np.einsum("gi,gi->g", adjusted, q - r @ params)
        df = _satterthwaite(adjusted, np.einsum("gji,gj->gi", r, adjusted), bread)
        return float(self.means[place] @ params), float(np.sqrt((scores**2).sum())), df


def _adjusted(r: Matrix, bread: Matrix, weights: Matrix) -> Matrix:
    """(I - R M R')^-1/2 R M w of each unit, shape (G, k): its part in contrast w, adjusted as in CR2."""
    values, vectors = np.linalg.eigh(np.eye(len(bread)) - r @ bread @ r.transpose(0, 2, 1))
    root = np.where(values > RANK_TOLERANCE, 1 / np.sqrt(np.maximum(values, RANK_TOLERANCE)), 0.0)
    inside = np.einsum("gij,gi->gj", vectors, r @ (bread @ weights))
    return np.einsum("gij,gj->gi", vectors, root * inside)


def _satterthwaite(adjusted: Matrix, pull: Matrix, bread: Matrix) -> float:
    """Degrees of freedom: P = diag(size) - pull M pull', of which only traces are needed."""
    size = (adjusted**2).sum(axis=1)
    inner, diagonal = bread @ pull.T @ pull, -np.einsum("gi,ij,gj->g", pull, bread, pull)
    total = float((size**2).sum() + 2 * size @ diagonal + np.einsum("ij,ji->", inner, inner))
    return float((size + diagonal).sum() ** 2 / total) if total > 0 else float("nan")
