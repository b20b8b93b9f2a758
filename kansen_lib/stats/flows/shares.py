"""The share of persons with a property, with the interval that fits how they were drawn."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from scipy.special import expit, logit

from kansen_lib.stats import gaps
from kansen_lib.stats.frames import labels
from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.terms import Interval, Method, Unit


def by_group(known: pd.DataFrame, group: str | None) -> list[tuple[str, pd.DataFrame]]:
    """Label and rows of each group; without groups or without rows one part, called "" ."""
    found = (
        []
        if group is None
        else [(str(label), known[known[group] == label]) for label in labels(known[group])]
    )
    return found or [("", known)]


def share(
    holds: pd.Series,
    rows: pd.DataFrame,
    *,
    cluster: str | None,
    weight: str | None,
    name: str,
    group: str,
    method: Method,
) -> Estimate:
    """The (weighted) share of ``rows`` for which ``holds``: Wilson, or t on the log odds.

    A share of clustered or weighted persons that is exactly 0 or 1 has no spread, so no interval.
    """
    if (cluster is None and weight is None) or rows.empty:
        return replace(gaps.share(int(holds.sum()), len(rows), name=name, group=group), method=method)
    columns = {"cluster": cluster, "weight": weight}
    given = {key: rows[column] for key, column in columns.items() if column is not None}
    found = gaps.mean(holds.astype(float), **given, name=name, group=group, unit=Unit.SHARE)
    if found.value is None:
        return replace(found, method=method)
    middle = logit(found.value)
    half = quantile(found.df) * found.standard_error / (found.value * (1 - found.value))
    return replace(
        found,
        lower=float(expit(middle - half)),
        upper=float(expit(middle + half)),
        interval=Interval.T_LOG_ODDS if cluster is None else Interval.T_LOG_ODDS_CLUSTERED,
        count=int(holds.sum()),
        method=method,
    )
