"""The middle of a distribution and the half around it: of areas or schools, weighted by persons."""

from __future__ import annotations

import pandas as pd

from kansen_lib.stats.frames import complete, numbers, positive
from kansen_lib.stats.gaps.quantiles import weighted_quantile
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Interval, Method, Reason


def quartiles(
    values: pd.Series, weight: pd.Series, *, name: str = "median", group: str = "", unit: str
) -> Estimate:
    """The weighted median, with the weighted quartiles as its ends; without weights above 0 a reason.

    Args:
        values: a number an area or school; missing ones take no part.
        weight: persons of each, not negative; weight 0 takes no part.
        name: name of the estimate.
        group: label of the group.
        unit: unit of the values.

    Estimand: the value that half of the persons do not exceed, when each has the value of the own area
    or school; a description of these units, of which no sample was drawn.

    Formula: the smallest value at which the cumulative weight reaches a half of the whole; the ends at a
    quarter and at three quarters.

    Interval: none: the ends hold the middle half of the persons.

    Source: Hyndman and Fan (1996), type 1 with weights; equals R ``survey::svyquantile(qrule="math")``.
    """
    rows, _ = complete(pd.DataFrame({"value": values, "weight": weight}), ["value", "weight"])
    known = positive(rows, "weight")
    facts = {"group": group, "unit": unit, "method": Method.WEIGHTED_MEDIAN}
    if known.empty:
        return Estimate.not_computable(name, Reason.NO_PERSONS, **facts)
    parts = numbers(known, "value"), numbers(known, "weight")
    low, middle, high = (weighted_quantile(*parts, q) for q in (0.25, 0.5, 0.75))
    return Estimate(name, value=middle, lower=low, upper=high, interval=Interval.MIDDLE_HALF, **facts)
