"""Is an outcome concentrated among the persons who rank low or high?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.frames import codes, complete, is_category, numbers, positive
from kansen_lib.stats.linear import error_of_sum
from kansen_lib.stats.result import ROUNDING, Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Vector = NDArray[np.float64]

METHODS = {
    "standard": Method.CONCENTRATION,
    "generalised": Method.CONCENTRATION_GENERALISED,
    "wagstaff": Method.CONCENTRATION_WAGSTAFF,
    "erreygers": Method.CONCENTRATION_ERREYGERS,
}


def concentration_index(
    data: pd.DataFrame,
    *,
    outcome: str,
    rank: str,
    weight: str | None = None,
    cluster: str | None = None,
    kind: str = "standard",
    bounds: tuple[float, float] = (0.0, 1.0),
    name: str = "concentration index",
) -> Estimate:
    """Concentration index of an outcome over a ranking; the null is 0, no concentration.

    Above 0 the outcome is concentrated among those who rank high. Equal ranks share their mean rank.

    Args:
        data: a row a person; rows with a missing value take no part.
        outcome: column of numbers; their mean must be above 0 for the standard index.
        rank: column of numbers or ordered categories by which persons are ranked, low to high.
        weight: column of weights, not negative.
        cluster: column with the cluster of each row.
        kind: ``"standard"`` (relative inequality), ``"generalised"`` (times the mean), or for an outcome
            with two bounds ``"wagstaff"`` or ``"erreygers"``.
        bounds: smallest and largest possible outcome, for the last two.
        name: name of the estimate.

    Estimand: twice the area between the diagonal and the concentration curve of the population.

    Formula: C = 2 sum(p y R) / m - 1, with p the weights summing to 1, m the mean and R the fractional
    rank. Generalised: m C. Wagstaff: (b - a) m C / ((b - m)(m - a)). Erreygers: 4 m C / (b - a).

    Interval: linearised variance sum((p z)^2), z the influence of a person, and normal; for the
    unweighted standard index this is the variance of Kakwani, Wagstaff and Van Doorslaer, which counts
    the sampling of mean and ranks. Clustered: G / (G - 1) times the squares of the sums by cluster, and
    t with G - 1 degrees of freedom.

    Source: Kakwani, Wagstaff and Van Doorslaer (1997), eqs. 2 and 14; O'Donnell et al. (2008), chapter 8;
    Wagstaff (2005); Erreygers (2009). The standard error of a "convenient regression" (Stata
    ``conindex``) differs: it takes mean and ranks for known.
    """
    if kind not in METHODS:
        raise ValueError(f"kind is one of {list(METHODS)}, not {kind!r}")
    known, _ = complete(data, [outcome, rank, weight, cluster])
    known = positive(known, weight)
    facts = {"unit": Unit.INDEX, "n": len(known), "method": METHODS[kind]}
    try:
        ranking = _Ranking.of(known, outcome, rank, weight)
        value, influence = ranking.index(kind, bounds)
        code = None if cluster is None else codes(known[cluster])[0]
        error, df = error_of_sum(ranking.p * influence, code)
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    interval = Interval.LINEARISED if cluster is None else Interval.LINEARISED_CLUSTERED
    return Estimate.from_standard_error(name, value, error, df=df, interval=interval, **facts)


def concentration_curve(
    data: pd.DataFrame,
    *,
    outcome: str,
    rank: str,
    weight: str | None = None,
    points: Sequence[float] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    name: str = "concentration curve",
) -> Result:
    """Share of the total outcome that those who rank lowest hold, an estimate a point.

    The group of each estimate is its point as text, e.g. ``"0.2"``.

    Args:
        data: a row a person; rows with a missing value take no part.
        outcome: column of numbers with a mean above 0.
        rank: column of numbers or ordered categories by which persons are ranked, low to high.
        weight: column of weights, not negative.
        points: shares of the persons, between 0 and 1.
        name: name of result and estimates.

    Estimand: for each p, the share of the total outcome held by the share p of persons who rank lowest.

    Formula: sum of the weighted outcomes up to p over the total; straight between persons, and within
    equal ranks.

    Interval: none: the variance of an ordinate needs the mean outcome of persons at one exact rank,
    which a sample does not give; ``concentration_index`` sums the curve up with an interval.

    Source: O'Donnell et al. (2008), chapter 7; equals R ``ineq::Lc`` where the ranking is the outcome.
    """
    outside = [p for p in points if not 0 < p < 1]
    if outside:
        raise ValueError(f"points lie between 0 and 1; these do not: {outside}")
    known, dropped = complete(data, [outcome, rank, weight])
    known = positive(known, weight)
    facts = {"unit": Unit.SHARE, "n": len(known), "method": Method.CONCENTRATION_CURVE}
    groups = [f"{p:g}" for p in points]
    try:
        shares = _Ranking.of(known, outcome, rank, weight).curve(points)
        estimates = [
            Estimate(name, group, float(v), **facts) for group, v in zip(groups, shares, strict=True)
        ]
    except NotComputable as problem:
        estimates = [Estimate.not_computable(name, problem.reason, group=group, **facts) for group in groups]
    return Result(name, tuple(estimates), dropped=dropped)


@dataclass(frozen=True)
class _Ranking:
    """Persons in order of rank, with equal ranks taken together where they must be.

    Attributes:
        y, p: outcome, and weight as a part of 1, shape (n,).
        code: number of the rank of each person among the different ranks, shape (n,).
        persons, outcomes: weight and weighted outcome at each different rank, shape (K,).
    """

    y: Vector
    p: Vector
    code: NDArray[np.int64]
    persons: Vector
    outcomes: Vector

    @classmethod
    def of(cls, rows: pd.DataFrame, outcome: str, rank: str, weight: str | None) -> _Ranking:
        """Of complete rows; raises NotComputable with fewer than two or with one rank for all."""
        if len(rows) < 2:
            raise NotComputable(Reason.TOO_FEW)
        if is_category(rows[rank]) and not getattr(rows[rank].dtype, "ordered", False):
            raise ValueError(
                f"column '{rank}' holds labels without an order; rank by numbers or ordered categories"
            )
        code, ranks = codes(rows[rank])
        if ranks < 2:
            raise NotComputable(Reason.LITTLE_SPREAD)
        y = numbers(rows, outcome)
        p = np.ones(len(y)) if weight is None else rows[weight].to_numpy(float)
        p = p / p.sum()
        return cls(y, p, code, np.bincount(code, p), np.bincount(code, p * y))

    @property
    def mean(self) -> float:
        return float(self.p @ self.y)

    def index(self, kind: str, bounds: tuple[float, float]) -> tuple[float, Vector]:
        """The index, and its influence function at each person."""
        fraction = (np.cumsum(self.persons) - self.persons / 2)[self.code]
        above = (self.mean - np.cumsum(self.outcomes) + self.outcomes / 2)[self.code]
        total = float(self.p @ (self.y * fraction))
        value = 2 * total - self.mean  # generalised: the mean times the index
        influence = 2 * (self.y * fraction + above - 2 * total) - (self.y - self.mean)
        if kind == "generalised":
            return value, influence
        scale, slope = self._scale(kind, bounds)
        return value * scale, influence * scale + value * slope * (self.y - self.mean)

    def _scale(self, kind: str, bounds: tuple[float, float]) -> tuple[float, float]:
        """What the generalised index is multiplied by, and its derivative by the mean."""
        mean, (low, high) = self.mean, bounds
        if kind == "standard":
            if mean <= ROUNDING * np.abs(self.y).max():
                raise NotComputable(Reason.NO_TOTAL)
            return 1 / mean, -1 / mean**2
        if not low < high or self.y.min() < low or self.y.max() > high:
            raise ValueError(
                f"bounds ({low}, {high}) do not hold the outcome, which runs from {self.y.min()} to"
                f" {self.y.max()}; give the smallest and largest possible outcome as bounds="
            )
        if kind == "erreygers":
            return 4 / (high - low), 0.0
        room = (high - mean) * (mean - low)
        if room <= ROUNDING * (high - low) ** 2:
            raise NotComputable(Reason.NO_SPREAD)
        scale = (high - low) / room
        return scale, -scale * (high + low - 2 * mean) / room

    def curve(self, points: Sequence[float]) -> Vector:
        """Ordinates of the concentration curve."""
        if self.mean <= ROUNDING * np.abs(self.y).max():
            raise NotComputable(Reason.NO_TOTAL)
        persons, outcomes = (np.append(0.0, np.cumsum(part)) for part in (self.persons, self.outcomes))
        return np.interp(points, persons, outcomes / self.mean)
