"""Do those who start higher grow more (the Mattheus effect)? Growth on the true start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib.stats.frames import distinct
from kansen_lib.stats.ordinal.measurement import errors_in_variables
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Interval, Method


def growth_on_start(
    data: pd.DataFrame,
    *,
    start: str,
    end: str,
    reliability: float,
    regressors: Sequence[str] = (),
    cluster: str | None = None,
    name: str = "growth on start",
) -> Result:
    """How much more those grow who truly start one unit higher, and groups at an equal true start.

    Above 0 differences become larger (Mattheus effect), below 0 smaller. Least squares of ``end - start`` on
    ``start`` has the error of the start on both sides: it finds reliability x slope - (1 - reliability), a
    slope below 0 where all grow alike. Correcting the start on the right-hand side only makes that worse, as
    its error is still in the growth. Here the end is regressed on the true start, less 1. ``start`` and
    ``end`` must be on one scale, on which a point is as much everywhere, and their errors apart: a test with
    a ceiling gives slopes below 0 by itself.

    Args:
        data: a row a person; rows with a missing value take no part.
        start: column with the first score, the one of which the error matters.
        end: column with the last score; its error only widens the interval.
        reliability: share of the variance of the first scores in ``data`` that is true; taken as known. At 1
            the slope is that of least squares.
        regressors: other columns, without error: numbers, booleans or labels (the group).
        cluster: column with the cluster; None for independent persons.
        name: name of the result.

    Returns:
        An estimate for the slope, by the name of ``start``; for each regressor how much more such persons
        grow at an equal true start; for the intercept the growth at a start of 0.

    Raises:
        ValueError: a reliability that is not above 0 and at most 1.

    Estimand: coefficients of the linear regression of true growth on the true start and the regressors.

    Formula: b - 1 with b the coefficient of the start in :func:`errors_in_variables` of the end; the other
        coefficients are those of the end, as an equal true start comes off on both sides.

    Interval: as :func:`errors_in_variables`: subtracting 1 leaves the error as it is.

    Source: Blomqvist (1977), J. Am. Stat. Assoc. 72, 746-749, with the reliability in the place of the
        variance of the error; Fuller (1987), section 2.2; b equals Stata eivreg.
    """
    distinct(end, [start], regressors)
    found = errors_in_variables(
        data,
        outcome=end,
        score=start,
        reliability=reliability,
        regressors=regressors,
        cluster=cluster,
        name=name,
    )
    return replace(found, estimates=tuple(_growth(item, start) for item in found.estimates))


def _growth(item: Estimate, start: str) -> Estimate:
    """The coefficient of growth that goes with one of the end."""
    item = replace(item, method=Method.GROWTH)
    if item.name != start or item.value is None or item.standard_error is None:
        return item
    facts = {"n": item.n, "unit": item.unit, "method": item.method, "interval": Interval(item.interval)}
    return Estimate.from_standard_error(
        item.name, item.value - 1, item.standard_error, df=item.df, group=item.group, **facts
    )
