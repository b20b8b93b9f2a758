"""How unequally an amount is spread over persons, whoever they are."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.stats.frames import complete, numbers, positive
from kansen_lib.stats.gaps.concentration import concentration_index
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Method, Reason, Unit


def gini(
    data: pd.DataFrame,
    *,
    outcome: str,
    weight: str | None = None,
    cluster: str | None = None,
    name: str = "Gini coefficient",
) -> Estimate:
    """Gini coefficient of an amount over persons, such as hours of support: 0 when all have as much.

    Near 1 when one person has all. It says how unequal the amounts are and not who has more: for that
    there is :func:`concentration_index`. Persons with nothing count, as 0: leave them out beforehand
    where the question is of those who have any.

    Args:
        data: a row a person; rows with a missing value take no part.
        outcome: column of amounts, 0 or more, with a mean above 0.
        weight: column of weights, not negative.
        cluster: column with the cluster of each row.
        name: name of the estimate.

    Raises:
        ValueError: an amount below 0.

    Estimand: half the mean absolute difference of the amounts of two persons over their mean.

    Formula: 2 sum(p y R) / m - 1, with p the weights summing to 1, m the mean and R the fractional
    mid-rank; not times n / (n - 1), so that n persons give (n - 1) / n at most.

    Interval: linearised variance, which counts the sampling of mean and ranks; normal, or t with clusters
    minus one; it stays within 0 and 1. None where all have as much: the coefficient is then 0. No p-value,
    as it cannot be below 0.

    Source: Davidson (2009), J. Econometrics 150, equations 12 and 23; Kakwani, Wagstaff and Van Doorslaer
    (1997). Equals R ``laeken::gini`` and ``ineq::Gini``, Stata ``svylorenz`` in the error.
    """
    known = positive(complete(data, [outcome, weight, cluster])[0], weight)
    amounts = numbers(known, outcome)
    if len(known) and amounts.min() < 0:
        raise ValueError(
            f"column '{outcome}' has amounts below 0; a Gini coefficient takes amounts of 0 or more"
        )
    found = concentration_index(
        known, outcome=outcome, rank=outcome, weight=weight, cluster=cluster, name=name
    )
    found = replace(found, method=Method.GINI_COEFFICIENT, p_value=None)
    if found.reason == Reason.LITTLE_SPREAD and amounts.min() > 0:  # all have as much
        return Estimate(name, value=0.0, unit=Unit.INDEX, n=len(known), method=Method.GINI_COEFFICIENT)
    if found.lower is None or found.upper is None:
        return found
    return replace(found, lower=max(found.lower, 0.0), upper=min(found.upper, 1.0))
