"""Levels of groups and the gaps between them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import gammaln

from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def hedges_g(first: pd.Series, second: pd.Series, *, name: str = "Hedges g", group: str = "") -> Estimate:
    """Standardised mean difference, second minus first, with the exact small-sample correction.

    The interval is the large-sample normal one with the variance of Hedges and Olkin (1985).

    Args:
        first: values of the first group; missing values take no part.
        second: values of the second group.
        name: name of the estimate.
        group: label of the contrast.

    Source: Hedges (1981); Borenstein et al. (2009), chapter 4.
    """
    one, two = first.dropna().to_numpy(float), second.dropna().to_numpy(float)
    n1, n2 = len(one), len(two)
    facts = {"group": group, "unit": Unit.SD, "n": n1 + n2, "method": Method.HEDGES_G}
    if min(n1, n2) < 2:
        return Estimate.not_computable(name, Reason.TOO_FEW, **facts)
    freedom = n1 + n2 - 2
    pooled = np.sqrt(((n1 - 1) * one.var(ddof=1) + (n2 - 1) * two.var(ddof=1)) / freedom)
    if pooled == 0:
        return Estimate.not_computable(name, Reason.NO_SPREAD, **facts)
    d = (two.mean() - one.mean()) / pooled
    correction = float(np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2))) / np.sqrt(freedom / 2)
    error = correction * np.sqrt((n1 + n2) / (n1 * n2) + d**2 / (2 * (n1 + n2)))
    g, half = float(correction * d), quantile() * float(error)
    return Estimate(
        name, lower=g - half, upper=g + half, value=g, interval=Interval.NORMAL, smallest=min(n1, n2), **facts
    )
