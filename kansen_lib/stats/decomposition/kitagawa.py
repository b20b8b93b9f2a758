"""The difference of two rates, split into composition and rates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.decomposition.linearised import Matrix, Part, covariance, evaluate, interval, weights
from kansen_lib.stats.frames import labels, numbers
from kansen_lib.stats.gaps.rows import of_two_groups
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Reason, Unit

#: What is estimated, from (shares of low, of high) and (rates of low, of high).
GAP = (Part((-1, 0), (1, 0)), Part((0, 1), (0, 1)))
TWOFOLD = {"composition": (Part((-1, 1), (0.5, 0.5)),), "rates": (Part((0.5, 0.5), (-1, 1)),)}
THREEFOLD = {
    "composition, threefold": (Part((-1, 1), (1, 0)),),
    "rates, threefold": (Part((1, 0), (-1, 1)),),
    "interaction, threefold": (Part((-1, 1), (-1, 1)),),
}


@dataclass(frozen=True)
class _Table:
    """Shares of the categories, rates within them and persons, each of shape (2, k), with a covariance.

    The covariance is None where a cell is one row: a table of cells says nothing about persons.
    """

    categories: list[object]
    shares: Matrix
    rates: Matrix
    covariance: Matrix | None
    df: float | None
    persons: NDArray[np.int64]

    def estimate(
        self, name: str, parts: tuple[Part, ...], *, group: str = "", only: int | None = None, method: str
    ) -> Estimate:
        value, gradient = evaluate(parts, self.shares, self.rates, None if only is None else [only])
        cells = self.persons if only is None else self.persons[:, [only]]
        sizes = {"n": int(cells.sum()), "smallest": int(cells.sum(axis=1).min())}
        facts = {**sizes, "group": group, "unit": Unit.OUTCOME, "method": method}
        if self.covariance is None:
            return Estimate(name, value=value, **facts)
        error = float(np.sqrt(max(gradient @ self.covariance @ gradient, 0.0)))
        return Estimate.from_standard_error(
            name, value, error, interval=interval(self.df), df=self.df, **facts
        )


def kitagawa(
    data: pd.DataFrame,
    *,
    outcome: str,
    group: str,
    low: object,
    high: object,
    by: str,
    weight: str | None = None,
    cluster: str | None = None,
    name: str = "rate difference",
) -> Result:
    """Kitagawa's split of the gap in a mean or share between two groups, high minus low.

    ``composition`` and ``rates`` add up to ``gap``; so do the three parts called threefold.
    ``rates`` is also given for each category of ``by``. A table of cells (a row for each group and category
    with its rate as outcome and its size as weight) gives the same values, without intervals.

    Estimand: how much of the gap belongs to the groups' different composition by category, and how
    much to different outcomes within categories.

    Formula: composition = sum over categories of (p_high - p_low)(r_high + r_low)/2, rates =
    sum of (r_high - r_low)(p_high + p_low)/2; threefold from the low group: sum of (p_high - p_low)
    r_low, of p_low (r_high - r_low), and of their product.

    Interval: delta method with linearised variance, G/(G - 1); normal, or t with clusters - 1; none where
    a group has one row of a category.

    Source: Kitagawa (1955), JASA 50, 1168-1194; Das Gupta (1993), chapter 2; variance as in R survey.
    """
    columns = [outcome, by, cluster]
    known, _, dropped = of_two_groups(data, columns, group=group, low=low, high=high, weight=weight)
    try:
        table = _table(known, outcome, group, (low, high), by, weight, cluster)
    except NotComputable as failure:
        return Result(name, (Estimate.not_computable("gap", failure.reason, n=len(known)),), dropped=dropped)
    return Result(name, tuple(_estimates(table, (low, high))), dropped=dropped)


def _estimates(table: _Table, groups: tuple[object, object]) -> list[Estimate]:
    sides = (Part((1, 0), (1, 0)), Part((0, 1), (0, 1)))
    found = [
        replace(table.estimate("level", (part,), group=str(label), method=Method.MEAN), n=n, smallest=n)
        for label, part, n in zip(groups, sides, table.persons.sum(axis=1).tolist(), strict=True)
    ]
    two = partial(table.estimate, method=Method.KITAGAWA)
    found += [two("gap", GAP), *(two(name, parts) for name, parts in TWOFOLD.items())]
    found += [
        two("rates", TWOFOLD["rates"], group=str(label), only=k) for k, label in enumerate(table.categories)
    ]
    three = partial(table.estimate, method=Method.KITAGAWA_THREEFOLD)
    return found + [three(name, parts) for name, parts in THREEFOLD.items()]


def _table(
    known: pd.DataFrame,
    outcome: str,
    group: str,
    groups: tuple[object, object],
    by: str,
    weight: str | None,
    cluster: str | None,
) -> _Table:
    sides = [(known[group] == label).to_numpy(float) for label in groups]
    categories = labels(known[by])
    member = np.column_stack(
        [np.zeros((len(known), 0)), *((known[by] == c).to_numpy(float) for c in categories)]
    )
    persons = (np.array(sides) @ member).astype(np.int64)
    if min(persons.sum(axis=1)) == 0:
        raise NotComputable(Reason.EMPTY_GROUP)
    if persons.min() == 0:
        raise NotComputable(Reason.ONE_SIDED_CATEGORY)
    w, y = weights(known, weight), numbers(known, outcome)
    if np.ptp(y) == 0:
        raise NotComputable(Reason.NO_SPREAD)
    found = [_side(side * w / (side * w).sum(), member, y) for side in sides]
    shares, rates, by_share, by_rate = zip(*found, strict=True)
    clusters = None if cluster is None else known[cluster]
    matrix, df = covariance(np.hstack([*by_share, *by_rate]), clusters)
    if persons.min() < 2:  # one row gives a rate, and no error of it
        matrix, df = None, None
    return _Table(categories, np.array(shares), np.array(rates), matrix, df, persons)


def _side(w: Matrix, member: Matrix, y: Matrix) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Shares and rates of one group (weights ``w`` sum to one), and the influence of each person on them."""
    shares = w @ member
    rates = (w * y) @ member / shares
    of_shares = w[:, None] * (member - shares)
    of_rates = w[:, None] * member * (y[:, None] - rates) / shares
    return shares, rates, of_shares, of_rates
