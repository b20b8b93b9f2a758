"""The jackknife over clusters, for several statistics of a frame at once and what they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import ROUNDING, Estimate, NotComputable
from kansen_lib.stats.terms import Interval, Reason, Unit

Matrix = NDArray[np.float64]
Rows = NDArray[np.int64]

#: Fewest clusters: without one of two there is no spread left to see.
FEWEST_CLUSTERS = 3

Statistics = Callable[[pd.DataFrame], Mapping[str, float]]


@dataclass(frozen=True)
class Jackknifed:
    """Several statistics with their covariance.

    Attributes:
        names: of the k statistics.
        values: shape (k,); NaN where there is none.
        covariance: shape (k, k).
        df: degrees of freedom: clusters minus one.
        n: rows.
        reason: why there are no statistics at all; None where there are.
        reasons: by name of a statistic without a value or an error, why.
    """

    names: tuple[str, ...]
    values: Matrix
    covariance: Matrix
    df: float
    n: int
    reason: Reason | None
    reasons: Mapping[str, Reason]

    def vector(self, names: Sequence[str]) -> tuple[Matrix, Matrix]:
        """Some of the statistics, shape (m,), and their covariance, shape (m, m).

        Raises:
            NotComputable: one of them has no value or no error.
        """
        return self._weighted(np.array([self._direction(name) for name in names]))

    def estimate(
        self,
        what: str | Mapping[str, float],
        label: str,
        *,
        group: str = "",
        unit: str = "",
        smallest: int | None = None,
        method: str = "",
    ) -> Estimate:
        """A statistic, or a weighted sum of them, with its 95% t interval."""
        facts = {"group": group, "unit": unit, "n": self.n, "method": method}
        try:
            (value,), ((variance,),) = self._weighted(self._direction(what)[None])
        except NotComputable as why:
            return Estimate.not_computable(label, why.reason, **facts)
        error = float(np.sqrt(max(variance, 0.0)))
        rest = {"interval": Interval.T_JACKKNIFE, "df": self.df, "smallest": smallest}
        return Estimate.from_standard_error(label, float(value), error, **rest, **facts)

    def correlation(
        self,
        first: str | Mapping[str, float],
        second: str | Mapping[str, float],
        label: str,
        *,
        smallest: int | None = None,
        method: str = "",
    ) -> Estimate:
        """The correlation between the errors of two statistics, or of weighted sums of them."""
        facts = {"unit": Unit.CORRELATION, "n": self.n, "method": method}
        try:
            _, spread = self._weighted(np.array([self._direction(first), self._direction(second)]))
            errors = np.sqrt(np.diag(spread))
            if not errors.min() > 0:
                raise NotComputable(Reason.NO_SPREAD)
        except NotComputable as why:
            return Estimate.not_computable(label, why.reason, **facts)
        value = float(np.clip(spread[0, 1] / errors.prod(), -1, 1))
        return Estimate(label, value=value, smallest=smallest, **facts)

    def _direction(self, what: str | Mapping[str, float]) -> Matrix:
        weights = {what: 1.0} if isinstance(what, str) else what
        if self.reason:
            raise NotComputable(self.reason)
        if unknown := [name for name in weights if name not in self.names]:
            raise ValueError(f"there are no statistics {unknown}; there are {list(self.names)}")
        if bad := [self.reasons[name] for name in weights if name in self.reasons]:
            raise NotComputable(bad[0])
        return np.array([weights.get(name, 0.0) for name in self.names])

    def _weighted(self, weights: Matrix) -> tuple[Matrix, Matrix]:
        used = (weights != 0).any(axis=0)  # what has no value and plays no part does no harm
        weights, spread = weights[:, used], self.covariance[np.ix_(used, used)]
        return weights @ self.values[used], weights @ spread @ weights.T


def cluster_jackknife(data: pd.DataFrame, statistic: Statistics, *, cluster: str) -> Jackknifed:
    """Several statistics of a frame with their joint covariance, from leaving out each cluster in turn.

    Estimand: what the statistics estimate; the clusters stand for a population of clusters.

    Formula: covariance = (G - 1)/G times the sum over clusters of d d', with d the statistics without that
    cluster minus those of all. Of least squares it is CR3 times (G - 1)/G. It leans to the wide side, and
    asks for a statistic that is smooth (no median of few).

    Interval: 95% t with G - 1 degrees of freedom.

    Source: MacKinnon, Nielsen and Webb (2023), J. Econometrics 232, 272-299 (CV3); Efron and Stein (1981);
    equals R clubSandwich (CR3) times (G - 1)/G, and bootstrap::jackknife around the estimate.

    Args:
        data: a row a person. Rows without a cluster are left out.
        statistic: from a frame like ``data`` to numbers by name, always the same names. NaN, or
            ``NotComputable``, says that there is no number. Called G + 1 times.
        cluster: column of the highest level of sampling or assignment.

    Returns:
        The statistics of all rows, and their covariance. One that has no value, or none without some
        cluster, has a reason; so have all with fewer than three clusters.
    """
    frames.complete(data, [cluster])
    used = data[data[cluster].notna()].reset_index(drop=True)
    try:
        if used.empty:
            raise NotComputable(Reason.NO_PERSONS)
        names = tuple(statistic(used))
        code, clusters = frames.codes(used[cluster])
        if clusters < FEWEST_CLUSTERS:
            raise NotComputable(Reason.FEW_CLUSTERS)
    except NotComputable as why:
        return Jackknifed((), np.empty(0), np.empty((0, 0)), 0.0, len(used), why.reason, {})

    def value_of(rows: Rows) -> Matrix:
        try:
            found = statistic(used.take(rows).reset_index(drop=True))
        except NotComputable:
            found = {}
        values = np.array([found.get(name, np.nan) for name in names], float)
        return np.where(np.isfinite(values), values, np.nan)

    values, moves = delete_one(value_of, code)
    known, always = np.isfinite(values), np.isfinite(moves).all(axis=0)
    reasons = {name: Reason.NOT_IDENTIFIED for name, one in zip(names, known, strict=True) if not one}
    reasons |= {
        name: Reason.FEW_CLUSTERS  # one cluster alone says what it is
        for name, one in zip(names, known & ~always, strict=True)
        if one
    }
    moves = np.where(np.abs(moves) <= ROUNDING * np.abs(values), 0.0, moves)
    covariance = (clusters - 1) / clusters * moves.T @ moves
    return Jackknifed(names, values, covariance, float(clusters - 1), len(used), None, reasons)


def delete_one(value_of: Callable[[Rows], Matrix | float], code: Rows) -> tuple[Matrix, Matrix]:
    """Values of all rows, shape (k,) or (), and how far they move without each cluster, (G, k) or (G,).

    Args:
        value_of: from positions of rows to the values.
        code: cluster of each row, 0..G-1.
    """
    values = np.asarray(value_of(np.arange(len(code))))
    moves = [value_of(np.flatnonzero(code != g)) - values for g in range(int(code.max()) + 1)]
    return values, np.array(moves)
