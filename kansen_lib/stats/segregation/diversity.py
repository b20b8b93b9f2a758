"""How mixed one place is, apart from who meets whom: entropy, Simpson and effective numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kansen_lib.stats.result import ROUNDING, Estimate, NotComputable, Result, quantile
from kansen_lib.stats.segregation import formulas
from kansen_lib.stats.segregation.tables import Counts, table
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def diversity(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "diversity"
) -> Result:
    """Diversity of groups in all units together (group "") and in each unit.

    Estimand: "E": entropy of the shares of the groups; "Simpson": the chance that two random
    persons are of different groups; "effective number": the number of equally large groups with the
    same entropy. Diversity is no integration: a diverse whole can consist of units of one group each.

    Formula: E = -sum_g p_g log p_g (nats); Simpson = 1 - sum_g p_g^2; effective number = exp(E).

    Interval: none: it describes the persons at hand; breadth gives the interval of an effective number.

    Source: Shannon (1948); Simpson (1949); Hill (1973), Ecology 54; equals `diversity` of R vegan.
    """
    try:
        found = table(data, group, unit, weight)
    except NotComputable as stop:
        none = Estimate.not_computable(name, stop.reason, unit=Unit.INDEX, method=Method.DIVERSITY_ENTROPY)
        return Result(name, (none,))
    rows = [("", found.counts.sum(axis=0)), *zip(found.units, found.counts, strict=True)]
    estimates = (item for label, counts in rows for item in _diversity(str(label), counts))
    return Result(name, tuple(estimates), dropped=found.dropped)


def _diversity(label: str, counts: Counts) -> Iterator[Estimate]:
    shares = counts / counts.sum()
    entropy = float(formulas.entropy(shares))
    facts = {"group": label, "n": round(counts.sum())}
    yield Estimate("E", value=entropy, unit=Unit.INDEX, method=Method.DIVERSITY_ENTROPY, **facts)
    simpson = float(formulas.interaction(shares))
    yield Estimate("Simpson", value=simpson, unit=Unit.INDEX, method=Method.SIMPSON, **facts)
    number = float(np.exp(entropy))
    yield Estimate("effective number", value=number, unit=Unit.INDEX, method=Method.EFFECTIVE_NUMBER, **facts)


def breadth(counts: ArrayLike, *, name: str = "breadth") -> Result:
    """Effective number of categories (tracks) in one place: 1 when everybody is in the same one.

    Estimand: the number of equally large categories with the same entropy (Hill number of order 1).
    Group "": as it is counted; "corrected": with the entropy's small-sample bias, about
    (K - 1) / (2 n) too low with K categories seen, added back. Categories that exist but are not
    seen remain unseen in both.

    Formula: exp(E), E = -sum_k p_k log p_k; corrected: exp(E + (K - 1) / (2 n)).

    Interval: exp(log value -/+ 1.96 se), se^2 = (sum_k p_k (log p_k)^2 - E^2) / n (delta method for a
    multinomial). None with one category or equal shares, where that error is zero.

    Source: Hill (1973), Ecology 54; Miller (1955) and Basharin (1959) for bias and variance of the
    entropy; equals `diversity` of R vegan and `deltamethod` of R msm.

    Args:
        counts: persons in each category.
    """
    counts = np.asarray(counts, float)
    if not np.isfinite(counts).all():
        raise ValueError(f"a count is missing or infinite: leave it out or fill it in; got {counts}")
    n = round(counts.sum())
    if n == 0 or (counts < 0).any():
        reason = Reason.NEGATIVE_COUNT if (counts < 0).any() else Reason.NO_PERSONS
        facts = {"unit": Unit.INDEX, "n": n, "method": Method.EFFECTIVE_NUMBER}
        return Result(name, (Estimate.not_computable(name, reason, **facts),))
    shares = counts[counts > 0] / counts.sum()
    entropy = float(formulas.entropy(shares))
    variance = float((shares * np.log(shares) ** 2).sum() - entropy**2) / n
    error = np.sqrt(max(variance, 0.0))
    bias = (len(shares) - 1) / (2 * n)
    own = _effective(name, "", entropy, error, n, Method.EFFECTIVE_NUMBER)
    corrected = _effective(name, "corrected", entropy + bias, error, n, Method.EFFECTIVE_NUMBER_CORRECTED)
    return Result(name, (own, corrected))


def _effective(name: str, group: str, entropy: float, error: float, n: int, method: Method) -> Estimate:
    value = float(np.exp(entropy))
    if error <= np.sqrt(ROUNDING):
        return Estimate(name, group, value, Unit.INDEX, n=n, method=method)
    ends = np.exp(entropy + quantile() * error * np.array([-1, 1]))
    return Estimate(
        name,
        group,
        value,
        Unit.INDEX,
        float(ends[0]),
        float(ends[1]),
        Interval.DELTA_LOG,
        n,
        method=method,
        standard_error=value * float(error),
    )
