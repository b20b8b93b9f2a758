"""Calls of empirical Bayes for ``test_broken.py``."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from kansen_lib.stats import shrinkage
from kansen_lib.stats.result import Result


def _means(data: pd.DataFrame) -> Result:
    """Mean of each school with its standard error, shrunken."""
    of = data.groupby("school")["outcome"]
    table = pd.DataFrame({"value": of.mean(), "error": of.std() / of.count() ** 0.5, "n": of.count()})
    return shrinkage.empirical_bayes_means(
        table.reset_index(), value="value", error="error", n="n", unit="school"
    )


def _shares(data: pd.DataFrame) -> Result:
    """Share of ``passed`` in each school, shrunken."""
    of = data[data["passed"].notna()].groupby("school")["passed"]
    table = pd.DataFrame({"count": of.sum().astype(float), "n": of.count()}).reset_index()
    return shrinkage.empirical_bayes_shares(table, count="count", n="n", unit="school")


CALLS: dict[str, Callable[[pd.DataFrame], Result]] = {
    "shrinkage.empirical_bayes_means": _means,
    "shrinkage.empirical_bayes_shares": _shares,
    "shrinkage.predicted_reference": lambda data: shrinkage.predicted_reference(
        data, outcome="outcome", unit="school", fixed=["baseline", "other", "kind", "group"]
    ),
}

ALLOWED: dict[str, set[str]] = {
    # groups, treatment and regressors take no part
    "shrinkage.empirical_bayes_means": {"one group", "perfect separation", "singular design"},
    # separation makes ``passed`` the group itself: a share like any other
    "shrinkage.empirical_bayes_shares": {"one group", "perfect separation", "singular design"},
    # one group: its dummy disappears; separation changes columns that take no part
    "shrinkage.predicted_reference": {"one group", "perfect separation"},
}
