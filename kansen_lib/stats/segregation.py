"""Segregation of groups over units: who meets whom.

Every function takes ``(data, group, unit, weight)``: a frame with a row a cell or a person, the
names of the group and unit columns, and the name of the column with counts (None counts rows).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Counts = NDArray[np.float64]


def crosstab(data: pd.DataFrame, group: str, unit: str, weight: str | None = None) -> pd.DataFrame:
    """Counts of units (rows) by groups (columns); rows with a missing group or unit take no part."""
    known = data.dropna(subset=[group, unit])
    weights = pd.Series(1.0, index=known.index) if weight is None else known[weight].astype(float)
    return weights.groupby([known[unit], known[group]], observed=True).sum().unstack(fill_value=0.0)


def dissimilarity(data: pd.DataFrame, group: str, unit: str, weight: str | None = None) -> float:
    """Dissimilarity index D of two groups over units, in [0, 1]; NaN when a group is empty.

    The share of either group that would have to change units for both to be spread alike.

    Raises:
        ValueError: not exactly two groups.

    Source: Duncan and Duncan (1955).
    """
    counts = crosstab(data, group, unit, weight)
    if counts.shape[1] != 2:
        raise ValueError(
            f"D compares two groups; column '{group}' has {counts.shape[1]}: {list(counts.columns)}"
        )
    return float(_dissimilarity(counts.to_numpy(float)[None])[0])


def _dissimilarity(counts: Counts) -> Counts:
    """D of each table in a stack of shape (draws, units, 2)."""
    totals = counts.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = counts / totals
    return np.abs(spread[..., 0] - spread[..., 1]).sum(axis=1) / 2


def mutual_information(data: pd.DataFrame, group: str, unit: str, weight: str | None = None) -> float:
    """Mutual information M between group and unit, in nats; 0 when every unit is alike.

    Source: Theil and Finizza (1971); Mora and Ruiz-Castillo (2011).
    """
    return float(_mutual_information(crosstab(data, group, unit, weight).to_numpy(float)[None])[0])


def _mutual_information(counts: Counts) -> Counts:
    """M of each table in a stack of shape (draws, units, groups)."""
    joint = counts / counts.sum(axis=(1, 2), keepdims=True)
    product = joint.sum(axis=2, keepdims=True) * joint.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(joint > 0, joint * np.log(joint / product), 0.0)
    return terms.sum(axis=(1, 2))


def entropy(shares: Counts) -> float:
    """Entropy of shares that sum to one, in nats."""
    positive = np.asarray(shares, float)[np.asarray(shares) > 0]
    return float(-(positive * np.log(positive)).sum())


def theil(data: pd.DataFrame, group: str, unit: str, weight: str | None = None) -> float:
    """Information theory index H: M as a share of the entropy of the groups, in [0, 1].

    NaN when only one group occurs.

    Source: Theil (1972); Reardon and Firebaugh (2002).
    """
    totals = crosstab(data, group, unit, weight).sum().to_numpy(float)
    diversity = entropy(totals / totals.sum())
    return mutual_information(data, group, unit, weight) / diversity if diversity > 0 else float("nan")


def effective_number(counts: Counts) -> float:
    """Effective number of categories: the exponential of the entropy (Hill number of order 1)."""
    counts = np.asarray(counts, float)
    return float(np.exp(entropy(counts / counts.sum())))


def expected_dissimilarity(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, draws: int = 500, seed: int
) -> tuple[float, float, float]:
    """D when persons are spread over units at random, sizes kept: mean, and 2.5% and 97.5% quantile.

    Small units are never perfectly even, so D is above zero without any sorting. Counts must be
    whole numbers.

    Source: Carrington and Troske (1997); the null keeps both margins (multivariate hypergeometric).
    """
    counts = crosstab(data, group, unit, weight).to_numpy(float)
    if counts.shape[1] != 2:
        raise ValueError(f"D compares two groups; column '{group}' has {counts.shape[1]}")
    sizes = counts.sum(axis=1).astype(np.int64)
    rng = np.random.default_rng(seed)
    first = rng.multivariate_hypergeometric(sizes, int(counts[:, 0].sum()), size=draws, method="marginals")
    values = _dissimilarity(np.stack([first, sizes - first], axis=2).astype(float))
    return float(values.mean()), float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def two_groups(
    data: pd.DataFrame,
    group: str,
    unit: str,
    weight: str | None = None,
    *,
    name: str = "D",
    draws: int = 500,
    seed: int,
) -> Result:
    """D of two groups over units, and beside it what chance alone would give.

    Returns:
        The estimate of D (group ``""``) and of D by chance (group ``"by chance"``, the interval holds
        95% of the random divisions); one estimate with a reason where D cannot be computed.
    """
    counts = crosstab(data, group, unit, weight)
    counts = counts.loc[counts.sum(axis=1) > 0, counts.sum() > 0]
    n = int(counts.to_numpy().sum())
    if counts.shape[1] != 2 or len(counts) < 2:
        reason = Reason.FEW_UNITS if counts.shape[1] == 2 else Reason.EMPTY_GROUP
        found = Estimate.not_computable(name, reason, unit=Unit.INDEX, n=n, method=Method.DISSIMILARITY)
        return Result(name, (found,))
    facts = {"unit": Unit.INDEX, "n": n, "smallest": int(counts.sum().min())}
    value = dissimilarity(data, group, unit, weight)
    chance, low, high = expected_dissimilarity(data, group, unit, weight, draws=draws, seed=seed)
    own = Estimate(name, value=value, method=Method.DISSIMILARITY, **facts)
    by_chance = Estimate(
        name,
        "by chance",
        chance,
        lower=low,
        upper=high,
        interval=Interval.BY_CHANCE,
        method=Method.DISSIMILARITY_BY_CHANCE,
        **facts,
    )
    return Result(name, (own, by_chance))
