"""Shapley shares of R2: what blocks of regressors add to a model, averaged over all orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from math import factorial

import numpy as np
import pandas as pd

from kansen_lib.stats.decomposition.linearised import Matrix
from kansen_lib.stats.frames import codes, complete, design, distinct, numbers
from kansen_lib.stats.linear import Covariance, fit
from kansen_lib.stats.result import LEVEL, Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Directions with less than this part of the largest variance add nothing to a model.
RANK_TOLERANCE = 1e-10


def shapley_r2(
    data: pd.DataFrame,
    *,
    outcome: str,
    blocks: Mapping[str, Sequence[str]],
    cluster: str | None = None,
    draws: int = 500,
    seed: int,
    name: str = "Shapley shares of R2",
) -> Result:
    """The part of R2 that each block of regressors adds, averaged over all orders of the blocks.

    Estimand: share of the outcome's variance that goes with each block in one pooled model; an account
    of a fit, not of causes. The shares add up to R2.

    Formula: sum over sets S of other blocks of |S|! (B - |S| - 1)! / B! times R2(S and block) - R2(S).

    Interval: percentile bootstrap of persons, or of whole clusters; R2 grows with every regressor, so
    that a block of mere noise has an interval above zero.

    Source: Lindeman, Merenda and Gold (1980); Groemping (2006), J. Stat. Software 17(1): R relaimpo, lmg.
    """
    distinct(outcome, *blocks.values())
    columns = list(chain(*blocks.values()))
    if not columns:
        raise ValueError("'blocks' must hold a block of regressors at least: {'name': ['column', ...]}")
    known, dropped = complete(data, [outcome, *columns, cluster])
    facts = {"unit": Unit.SHARE, "n": len(known), "method": Method.SHAPLEY_R2}
    try:
        units, places = _units(known, outcome, blocks, cluster)
        values = _shares(units.products(np.ones(units.count)), places)
    except NotComputable as failure:
        return Result(name, (Estimate.not_computable("R2", failure.reason, **facts),), dropped=dropped)
    names = [("R2", ""), *(("share of R2", str(label)) for label in blocks)]
    lower, upper = _percentiles(units, places, draws, seed)
    facts["interval"] = Interval.PERCENTILE if cluster is None else Interval.BOOTSTRAP_CLUSTERED
    ends = zip(names, values.tolist(), lower.tolist(), upper.tolist(), strict=True)
    estimates = (Estimate(*which, value, lower=low, upper=high, **facts) for which, value, low, high in ends)
    return Result(name, tuple(estimates), dropped=dropped)


def _percentiles(units: _Units, places: Sequence[Sequence[int]], draws: int, seed: int) -> Matrix:
    rng, even = np.random.default_rng(seed), np.full(units.count, 1 / units.count)
    again = [_shares(units.products(rng.multinomial(units.count, even)), places) for _ in range(draws)]
    return np.quantile(again, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=0)


@dataclass(frozen=True)
class _Units:
    """What is drawn: rows of (1, y, X), or the sums of their cross products in each cluster."""

    rows: Matrix | None
    sums: Matrix | None

    @property
    def count(self) -> int:
        return len(self.rows if self.sums is None else self.sums)

    def products(self, times: Matrix) -> Matrix:
        """Cross products of (1, y, X) when each unit is taken so many times."""
        if self.sums is None:
            return (self.rows.T * times) @ self.rows
        return np.tensordot(times, self.sums, axes=1)


def _units(
    known: pd.DataFrame, outcome: str, blocks: Mapping[str, Sequence[str]], cluster: str | None
) -> tuple[_Units, list[list[int]]]:
    """What is drawn, and which columns of (1, y, X) are those of each block."""
    parts = [design(known, columns, intercept=False) for columns in blocks.values()]
    x, y = pd.concat(parts, axis=1), numbers(known, outcome)
    ends = np.cumsum([2, *(part.shape[1] for part in parts)])
    # refuses a design of less than full rank, and too few persons
    fit(x.assign(intercept=1.0), y, kind=Covariance.CLASSICAL)
    if np.ptp(y) == 0:
        raise NotComputable(Reason.NO_SPREAD)
    z = np.column_stack([np.ones(len(y)), (y - y.mean()) / y.std(), (x - x.mean()) / x.std(ddof=0)])
    places = [list(range(a, b)) for a, b in zip(ends[:-1], ends[1:], strict=True)]
    if cluster is None:
        return _Units(z[np.lexsort(z.T)], None), places  # draws must not depend on the order of the rows
    code, groups = codes(known[cluster])
    if groups < 2:
        raise NotComputable(Reason.FEW_CLUSTERS)
    sums = np.zeros((groups, z.shape[1], z.shape[1]))
    for g in range(groups):
        sums[g] = z[code == g].T @ z[code == g]
    return _Units(None, sums), places


def _shares(products: Matrix, places: Sequence[Sequence[int]]) -> Matrix:
    """R2 of all blocks, then the Shapley value of each, from the cross products of (1, y, X)."""
    n = products[0, 0]
    spread = products / n - np.outer(products[0], products[0]) / n**2
    count = len(places)
    worth = {
        chosen: _r2(spread, [column for block in chosen for column in places[block]])
        for size in range(count + 1)
        for chosen in combinations(range(count), size)
    }
    values = np.zeros(count)
    for chosen, without in worth.items():
        orders = factorial(len(chosen)) * factorial(count - len(chosen) - 1) if len(chosen) < count else 0
        for block in set(range(count)) - set(chosen):
            values[block] += orders / factorial(count) * (worth[tuple(sorted((*chosen, block)))] - without)
    return np.array([worth[tuple(range(count))], *values])


def _r2(spread: Matrix, columns: list[int]) -> float:
    if not columns or spread[1, 1] <= 0:
        return 0.0
    inverse = np.linalg.pinv(spread[np.ix_(columns, columns)], rcond=RANK_TOLERANCE, hermitian=True)
    return float(spread[1, columns] @ inverse @ spread[columns, 1] / spread[1, 1])
