"""Levels of groups and the gaps between them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kansen_lib.stats.frames import labels
from kansen_lib.stats.inference import wilson
from kansen_lib.stats.result import Estimate, Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def share(
    count: int, n: int, *, name: str = "share", group: str = "", reference: float | None = None
) -> Estimate:
    """The share ``count / n`` with its Wilson interval; without persons a reason."""
    if n == 0:
        return Estimate.not_computable(
            name, Reason.NO_PERSONS, group=group, unit=Unit.SHARE, n=0, method=Method.SHARE
        )
    lower, upper = wilson(count, n)
    return Estimate(
        name,
        group,
        count / n,
        Unit.SHARE,
        lower,
        upper,
        Interval.WILSON,
        n=int(n),
        count=int(count),
        method=Method.SHARE,
        reference=reference,
    )


def shares(outcome: pd.Series, group: pd.Series, *, name: str = "share") -> Result:
    """The share of ``outcome`` (True/False) in each group, in the order of the group's categories.

    Rows with a missing outcome or group take no part.
    """
    known = outcome.notna() & group.notna()
    values, of = outcome[known].astype(bool), group[known]
    found = [(str(label), values[of == label]) for label in labels(of)]
    estimates = [share(int(part.sum()), len(part), name=name, group=label) for label, part in found]
    return Result(name, tuple(estimates), dropped=(int((~known).sum()), len(known)))


def mean(values: pd.Series, *, name: str = "mean", group: str = "", unit: str = Unit.SCORE) -> Estimate:
    """The mean with a t interval; under two values a reason."""
    known = values.dropna().to_numpy(float)
    if len(known) < 2:
        return Estimate.not_computable(
            name, Reason.TOO_FEW, group=group, unit=unit, n=len(known), method=Method.MEAN
        )
    half = quantile(len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known))
    centre = float(known.mean())
    return Estimate(
        name, group, centre, unit, centre - half, centre + half, Interval.T, n=len(known), method=Method.MEAN
    )


def means(values: pd.Series, group: pd.Series, *, name: str = "mean", unit: str = Unit.SCORE) -> Result:
    """The mean of each group, in the order of the group's categories."""
    known = values.notna() & group.notna()
    estimates = [
        mean(values[known & (group == label)], name=name, group=str(label), unit=unit)
        for label in labels(group[known])
    ]
    return Result(name, tuple(estimates), dropped=(int((~known).sum()), len(known)))


#: Possible shares further apart than this say too little to put one number on.
WIDEST_BOUNDS = 0.5


def bounded_share(
    count: tuple[int, int],
    rest: tuple[int, int],
    *,
    name: str = "share",
    group: str = "",
    reference: float | None = None,
) -> Estimate:
    """A share of which both parts are known within bounds (masked counts).

    The value is the middle of the possible shares; the interval runs from the Wilson bound of the
    smallest to the Wilson bound of the largest. With exact counts it is :func:`share`; where the
    possible shares lie more than :data:`WIDEST_BOUNDS` apart there is no value.

    Args:
        count: smallest and largest possible number with the property.
        rest: smallest and largest possible number without it.
        name: name of the estimate.
        group: label.
        reference: value to compare with.
    """
    fewest, most = (count[0], count[0] + rest[1]), (count[1], count[1] + rest[0])
    if count[0] == count[1] and rest[0] == rest[1]:
        return share(*most, name=name, group=group, reference=reference)
    n = count[0] + rest[0]
    facts = {"group": group, "unit": Unit.SHARE, "n": int(n), "method": Method.BOUNDED_SHARE}
    if n == 0 or not most[1] or most[0] / most[1] - fewest[0] / fewest[1] > WIDEST_BOUNDS:
        return Estimate.not_computable(name, Reason.MASKED, **facts)
    return Estimate(
        name,
        value=(fewest[0] / fewest[1] + most[0] / most[1]) / 2,
        lower=wilson(*fewest)[0],
        upper=wilson(*most)[1],
        interval=Interval.WILSON_MASKED,
        count=int(count[0]),
        reference=reference,
        **facts,
    )
