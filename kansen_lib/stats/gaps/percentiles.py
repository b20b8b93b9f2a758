"""Where persons of a group lie: the scores below which a part of them scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from kansen_lib.stats.gaps.standardised import known_values
from kansen_lib.stats.result import LEVEL, Estimate, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def percentiles(
    values: pd.Series,
    *,
    parts: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9),
    name: str = "percentile",
    unit: str = Unit.SCORE,
) -> Result:
    """The values below which given parts of the persons lie, an estimate a part.

    Args:
        values: a number a person; missing values take no part.
        parts: between 0 and 1; each is the group of its estimate as text, e.g. ``"0.25"``.
        name, unit: of the estimates.

    Returns:
        An estimate a part; ``smallest`` counts the persons beyond the nearer end of its interval, the end
        included, for the ends are values of persons. A reason where too few persons lie beyond the part.

    Raises:
        ValueError: a part that is not between 0 and 1.

    Estimand: the value of the population that the part of it does not exceed.

    Formula: type 7 of Hyndman and Fan: linear between the two nearest of the ordered values.

    Interval: from ordered value l to ordered value u, the closest between which a binomial(n, part) number
    of persons leaves no more than 2.5% on either side: exact for any distribution, and wider with ties.

    Source: Hyndman and Fan (1996); Conover (1999), section 3.2; equals R ``quantile`` and scipy's
    ``quantile_test``.
    """
    outside = [part for part in parts if not 0 < part < 1]
    if outside:
        raise ValueError(f"parts lie between 0 and 1; these do not: {outside}")
    known = np.sort(known_values(values))
    found = tuple(_at(known, part, name, unit) for part in parts)
    return Result(name, found, dropped=(len(values) - len(known), len(values)))


def _at(known: np.ndarray, part: float, name: str, unit: str) -> Estimate:
    n, tail = len(known), (1 - LEVEL) / 2
    facts = {"group": f"{part:g}", "unit": unit, "n": n, "method": Method.PERCENTILE}
    if n == 0:
        return Estimate.not_computable(name, Reason.NO_PERSONS, **facts)
    chances = stats.binom(n, part)
    first, last = int(chances.ppf(tail)), int(chances.isf(tail)) + 1  # counted from 1
    if first < 1 or last > n:
        return Estimate.not_computable(name, Reason.TOO_FEW, **facts)
    return Estimate(
        name,
        value=float(np.quantile(known, part)),
        lower=float(known[first - 1]),
        upper=float(known[last - 1]),
        interval=Interval.ORDER_STATISTICS,
        smallest=min(first, n + 1 - last),
        **facts,
    )
