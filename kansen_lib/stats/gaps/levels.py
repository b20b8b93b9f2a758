"""Levels: the share or the mean of one group or of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib.stats import linear
from kansen_lib.stats.frames import complete, flags, labels, numbers, positive
from kansen_lib.stats.inference import wilson
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def share(
    count: int, n: int, *, name: str = "share", group: str = "", reference: float | None = None
) -> Estimate:
    """The share ``count / n``; without persons a reason.

    Args:
        count: persons with the property.
        n: persons.
        name: name of the estimate.
        group: label of the group.
        reference: value to compare with.

    Estimand: the share of a population with the property, of which the persons are a random draw.

    Formula: count / n.

    Interval: Wilson score, without continuity correction.

    Source: Wilson (1927); Newcombe (1998a), method 3; equals R ``prop.test(correct = FALSE)``.
    """
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

    Args:
        outcome: True and False, or 1 and 0; rows with a missing outcome or group are left out and counted.
        group: labels, a row a person.
        name: name of the estimates.

    Estimand: for each group, the share of its population with the property.

    Formula: count / n within the group.

    Interval: Wilson score, as in ``share``.

    Source: Wilson (1927); Newcombe (1998a), method 3.
    """
    rows, dropped = complete(pd.DataFrame({"outcome": outcome, "group": group}), ["outcome", "group"])
    has = flags(rows["outcome"].rename(getattr(outcome, "name", None)))
    parts = [(str(label), has[(rows["group"] == label).to_numpy()]) for label in labels(rows["group"])]
    estimates = [share(int(part.sum()), len(part), name=name, group=label) for label, part in parts]
    return Result(name, tuple(estimates), dropped=dropped)


def mean(
    values: pd.Series,
    *,
    cluster: pd.Series | None = None,
    weight: pd.Series | None = None,
    name: str = "mean",
    group: str = "",
    unit: str = Unit.SCORE,
) -> Estimate:
    """The (weighted) mean; with fewer than two values or clusters a reason.

    Args:
        values: numbers; missing ones take no part.
        cluster: label of the cluster of each value.
        weight: weight of each value, not negative; weight 0 takes no part.
        name: name of the estimate.
        group: label of the group.
        unit: unit of the values.

    Estimand: the mean of the population that the persons (or clusters) are a random draw from.

    Formula: sum(w y) / sum(w), the coefficient of a least-squares model with an intercept only.

    Interval: t. Plain: s / sqrt(n) with n - 1 degrees of freedom. Weighted: linearised variance with
    the factor n / (n - 1) (HC1) and n - 1 degrees of freedom. Clustered: CR2 with Satterthwaite's.

    Source: Pustejovsky and Tipton (2018); equals R ``t.test``, ``survey::svymean`` (weights) and
    ``clubSandwich::coef_test`` on ``lm(y ~ 1)`` (clusters).
    """
    given = {"value": values, "cluster": cluster, "weight": weight}
    given = {key: of for key, of in given.items() if of is not None}
    known = positive(complete(pd.DataFrame(given), given)[0], "weight" if weight is not None else None)
    facts = {"group": group, "unit": unit, "n": len(known), "method": Method.MEAN}
    try:
        fitted = linear.fit(
            pd.DataFrame({"intercept": np.ones(len(known))}),
            numbers(known, "value"),
            cluster=known.get("cluster"),
            weight=known.get("weight"),
            kind=linear.Covariance.HC1 if cluster is None else linear.Covariance.CR2,
        )
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    interval = Interval.T if weight is None else Interval.T_HC1
    interval = interval if cluster is None else Interval.T_CR2
    value, error, df = fitted.contrast("intercept")
    found = Estimate.from_standard_error(name, value, error, df=df, interval=interval, **facts)
    return replace(found, p_value=None)  # that a level is zero is no hypothesis


def means(
    values: pd.Series,
    group: pd.Series,
    *,
    cluster: pd.Series | None = None,
    weight: pd.Series | None = None,
    name: str = "mean",
    unit: str = Unit.SCORE,
) -> Result:
    """The (weighted) mean of each group, in the order of the group's categories.

    Args:
        values: numbers; rows with a missing value or group take no part and are counted.
        group: labels, a row a person.
        cluster: label of the cluster of each row.
        weight: weight of each row.
        name: name of the estimates.
        unit: unit of the values.

    Estimand: for each group, the mean of its population.

    Formula: as in ``mean``, on the rows of the group.

    Interval: as in ``mean``, on the rows of the group.

    Source: Pustejovsky and Tipton (2018); equals R ``t.test`` and ``clubSandwich`` group by group.
    """
    given = {"values": values, "group": group, "cluster": cluster, "weight": weight}
    given = {key: of for key, of in given.items() if of is not None}
    rows, dropped = complete(pd.DataFrame(given), given)
    estimates = []
    for label in labels(rows["group"]):
        part = rows[rows["group"] == label]
        of = {key: part[key] for key in ("cluster", "weight") if key in part}
        estimates.append(mean(part["values"], **of, name=name, group=str(label), unit=unit))
    return Result(name, tuple(estimates), dropped=dropped)


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

    With exact counts it is ``share``; where the possible shares lie more than ``WIDEST_BOUNDS`` (0.5)
    apart there is no value.

    Args:
        count: smallest and largest possible number with the property.
        rest: smallest and largest possible number without it.
        name: name of the estimate.
        group: label.
        reference: value to compare with.

    Estimand: the share of a population with the property, where the counts are partly masked.

    Formula: the middle of the smallest and the largest possible share.

    Interval: from the Wilson bound of the smallest possible share to that of the largest.

    Source: worst-case bounds of Manski (1995), chapter 2, each end with the interval of Wilson (1927).
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
