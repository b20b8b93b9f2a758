"""Least squares with the covariance matrices that small numbers of schools need.

The kinds of covariance carry the names of the R packages ``sandwich`` (HC0 to HC3) and
``clubSandwich`` (CR0 to CR3, CR1S as Stata has it), and their conventions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import ROUNDING, NotComputable
from kansen_lib.stats.terms import Reason

Matrix = NDArray[np.float64]

#: Eigenvalues below this part of the largest are taken for zero.
RANK_TOLERANCE = 1e-9


class Covariance(StrEnum):
    """Estimator of the covariance matrix of least-squares coefficients."""

    CLASSICAL = "classical"
    HC0 = "HC0"
    HC1 = "HC1"
    HC2 = "HC2"
    HC3 = "HC3"
    CR0 = "CR0"
    CR1 = "CR1"
    CR1S = "CR1S"
    CR2 = "CR2"
    CR3 = "CR3"

    @property
    def clustered(self) -> bool:
        """Whether it allows for correlation within clusters."""
        return self.value.startswith("CR")


@dataclass(frozen=True)
class LinearFit:
    """Coefficients of a linear model and what their uncertainty rests on.

    Attributes:
        names: the k regressors.
        params: coefficients, shape (k,).
        covariance: covariance matrix of the coefficients, shape (k, k).
        residuals: shape (n,).
        kind: estimator of the covariance.
        df_residual: n - k.
        clusters: number of clusters; 0 without.
        bread: inverse of X'WX, shape (k, k).
        meat: what the Satterthwaite degrees of freedom need, each of shape (G, k, k); None unclustered.
    """

    names: tuple[str, ...]
    params: Matrix
    covariance: Matrix
    residuals: Matrix
    kind: Covariance
    df_residual: int
    clusters: int
    bread: Matrix
    meat: tuple[Matrix, Matrix, Matrix, Matrix] | None = None

    def direction(self, term: str | dict[str, float]) -> Matrix:
        """The contrast vector, shape (k,), of one regressor or of a weighted sum of them."""
        weights = {term: 1.0} if isinstance(term, str) else term
        unknown = [name for name in weights if name not in self.names]
        if unknown:
            raise ValueError(f"the model has no regressors {unknown}; it has {list(self.names)}")
        return np.array([weights.get(name, 0.0) for name in self.names])

    def contrast(self, term: str | dict[str, float]) -> tuple[float, float, float]:
        """Value, standard error and degrees of freedom of a coefficient or a sum of coefficients.

        Degrees of freedom: Satterthwaite for clustered kinds (Pustejovsky and Tipton, 2018), else n - k.
        """
        weights = self.direction(term)
        value, variance = float(weights @ self.params), float(weights @ self.covariance @ weights)
        return value, float(np.sqrt(max(variance, 0.0))), self._df(weights)

    def _df(self, weights: Matrix) -> float:
        if self.meat is None:
            return float(self.df_residual)
        own, plain, weighted, _ = self.meat
        size = np.einsum("i,gij,j->g", weights, own, weights)
        factor = np.hstack([plain @ weights, weighted @ weights])  # (G, 2k)
        # P = diag(size) + factor core factor', of which only traces are needed: it is never formed
        core = self.core
        inner, diagonal = core @ factor.T @ factor, np.einsum("gi,ij,gj->g", factor, core, factor)
        total = float((size**2).sum() + 2 * size @ diagonal + np.einsum("ij,ji->", inner, inner))
        return float((size + diagonal).sum() ** 2 / total) if total > 0 else float("nan")

    @property
    def core(self) -> Matrix:
        """The middle of the part of P that clusters share, shape (2k, 2k); see :meth:`contrast`."""
        if self.meat is None:
            raise ValueError(f"Satterthwaite degrees of freedom take a clustered covariance, not {self.kind}")
        return _core(self.bread, self.meat[3])


def chosen(kind: Covariance | str | None, *, clustered: bool) -> Covariance:
    """The kind of covariance by its name; by default CR2 with clusters and HC3 without.

    Raises:
        ValueError: no such kind, a clustered kind without clusters, or the reverse.
    """
    if kind is None:
        return Covariance.CR2 if clustered else Covariance.HC3
    if kind not in list(Covariance):
        raise ValueError(f"there is no covariance {kind!r}; there are {[str(one) for one in Covariance]}")
    kind = Covariance(kind)
    if kind.clustered != clustered:
        raise ValueError(f"covariance {kind} {'needs' if kind.clustered else 'takes no'} clusters")
    return kind


def fit(
    design: pd.DataFrame,
    outcome: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    kind: Covariance | str | None = None,
) -> LinearFit:
    """(Weighted) least squares.

    Args:
        design: regressors with the intercept, a row a person, shape (n, k).
        outcome: shape (n,).
        cluster: label of the cluster of each row.
        weight: positive weight of each row; the working model of CR2 stays homoscedastic, as in
            clubSandwich.
        kind: None takes CR2 with clusters and HC3 without.

    Raises:
        NotComputable: no more rows than regressors, regressors that depend on each other, or fewer
            than two clusters.
        ValueError: a clustered kind without clusters, or the reverse.

    Source: MacKinnon and White (1985); Bell and McCaffrey (2002); Pustejovsky and Tipton (2018).
    """
    kind = chosen(kind, clustered=cluster is not None)
    x, y = design.to_numpy(float), np.asarray(outcome, float)
    w = np.ones(len(y)) if weight is None else np.asarray(weight, float)
    bread = inverse_of_squares(x, w)
    params = bread @ (x.T @ (w * y))
    params += bread @ (x.T @ (w * (y - x @ params)))  # refined: normal equations square the condition number
    residuals = y - x @ params
    if np.abs(residuals).max() <= ROUNDING * np.abs(y).max():
        residuals = np.zeros(len(y))  # a perfect fit: what is left is rounding, and no error of anything
    facts = (tuple(design.columns), params)
    rest = {"residuals": residuals, "kind": kind, "df_residual": x.shape[0] - x.shape[1], "bread": bread}
    if cluster is None:
        return LinearFit(*facts, _unclustered(x, w, residuals, bread, kind), clusters=0, **rest)
    code, clusters = pd.factorize(np.asarray(cluster))
    if len(clusters) < 2:
        raise NotComputable(Reason.FEW_CLUSTERS)
    covariance, meat = _clustered(x, w, residuals, bread, code, kind)
    return LinearFit(*facts, covariance, clusters=len(clusters), meat=meat, **rest)


def error_of_sum(influence: Matrix, code: NDArray[np.int64] | None) -> tuple[float, float | None]:
    """Standard error of an estimate from the influence of each person on it, and degrees of freedom.

    Args:
        influence: shape (n,).
        code: cluster of each person, 0..G-1; with clusters the factor is G/(G - 1), without there is none.

    Returns:
        The standard error, and G - 1 or None.

    Raises:
        NotComputable: fewer than two clusters.
    """
    if code is None:
        return float(np.sqrt(influence @ influence)), None
    total = np.bincount(code, influence)
    clusters = len(total)
    if clusters < 2:
        raise NotComputable(Reason.FEW_CLUSTERS)
    return float(np.sqrt(total @ total * clusters / (clusters - 1))), float(clusters - 1)


def inverse_of_squares(x: Matrix, w: Matrix) -> Matrix:
    """Inverse of X'WX, found on standardised columns.

    Raises:
        NotComputable: no more rows than regressors, or regressors that depend on each other.
    """
    n, k = x.shape
    if n <= k:
        raise NotComputable(Reason.TOO_FEW)
    root = np.sqrt(w)[:, None] * x
    scale = np.sqrt((root**2).sum(axis=0))
    if not np.all(scale > 0):
        raise NotComputable(Reason.NOT_IDENTIFIED)
    _, singular, right = np.linalg.svd(np.linalg.qr(root / scale, mode="r"))
    if singular[-1] < RANK_TOLERANCE * singular[0]:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    half = right.T / singular
    return half @ half.T / np.outer(scale, scale)


def _unclustered(x: Matrix, w: Matrix, residuals: Matrix, bread: Matrix, kind: Covariance) -> Matrix:
    n, k = x.shape
    if kind == Covariance.CLASSICAL:
        return bread * float((w * residuals**2).sum() / (n - k))
    leverage = ((x @ bread) * x).sum(axis=1) * w
    power = {Covariance.HC2: 1, Covariance.HC3: 2}.get(kind, 0)
    if power and leverage.max() > 1 - RANK_TOLERANCE:
        raise NotComputable(Reason.NOT_IDENTIFIED)  # a person with a regressor of their own
    spread = residuals**2 / (1 - leverage) ** power * (n / (n - k) if kind == Covariance.HC1 else 1.0)
    half = bread @ (x * (w * np.sqrt(spread))[:, None]).T
    return half @ half.T


def _clustered(
    x: Matrix, w: Matrix, residuals: Matrix, bread: Matrix, code: NDArray[np.int64], kind: Covariance
) -> tuple[Matrix, tuple[Matrix, Matrix, Matrix, Matrix]]:
    """Covariance, and per cluster E'E, X'E and X'WE for E = A'WXM, with X'W^2X."""
    n, k = x.shape
    parts = frames.cluster_rows(code)
    squared = (x * (w**2)[:, None]).T @ x
    scores = np.empty((len(parts), k))
    own, plain, weighted = (np.empty((len(parts), k, k)) for _ in range(3))
    for g, rows in enumerate(parts):
        xg, wg = x[rows], w[rows, None]
        e = _adjusted(xg, wg, bread, squared, kind)
        scores[g] = e.T @ residuals[rows]
        own[g], plain[g], weighted[g] = e.T @ e, xg.T @ e, (wg * xg).T @ e
    scores *= np.sqrt(_factor(kind, len(parts), n, k))
    return scores.T @ scores, (own, plain, weighted, squared)


def _factor(kind: Covariance, clusters: int, n: int, k: int) -> float:
    if kind == Covariance.CR1:
        return clusters / (clusters - 1)
    if kind == Covariance.CR1S:
        return clusters / (clusters - 1) * (n - 1) / (n - k)
    return 1.0


def _core(bread: Matrix, squared: Matrix) -> Matrix:
    """What clusters share through the coefficients, shape (2k, 2k), from the inverse of X'WX and X'W^2X."""
    return np.block([[bread @ squared @ bread, -bread], [-bread, np.zeros_like(bread)]])


def _adjusted(xg: Matrix, wg: Matrix, bread: Matrix, squared: Matrix, kind: Covariance) -> Matrix:
    """A'WXM of one cluster, shape (n_g, k), with the adjustment matrix A of this kind of covariance."""
    e = wg * xg @ bread
    if kind == Covariance.CR3:  # (I - H)^-1 by Woodbury, H = X M X'W; transposed
        core = np.eye(xg.shape[1]) - bread @ (wg * xg).T @ xg
        return e + (wg * xg) @ bread @ np.linalg.pinv(core.T, rcond=RANK_TOLERANCE) @ xg.T @ e
    if kind != Covariance.CR2:
        return e
    # (I - H)_g (I - H)_g' = I + U core U' with U = [X, WX]: its inverse root needs a small matrix only
    q, r = np.linalg.qr(np.hstack([xg, wg * xg]))
    values, vectors = np.linalg.eigh(np.eye(len(r)) + r @ _core(bread, squared) @ r.T)
    root = np.where(values > RANK_TOLERANCE, 1 / np.sqrt(np.maximum(values, RANK_TOLERANCE)), 0.0)
    inside = q.T @ e
    return e + q @ ((vectors * root) @ (vectors.T @ inside) - inside)
