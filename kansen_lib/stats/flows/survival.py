"""The time to one kind of event: Kaplan-Meier, its median and its restricted mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from kansen_lib.stats.flows.shares import by_group
from kansen_lib.stats.flows.spells import (
    CLUSTERED,
    GREENWOOD,
    JACKKNIFE,
    Spells,
    Step,
    Transform,
    band,
    steps,
)
from kansen_lib.stats.frames import complete, flags, positive
from kansen_lib.stats.linear import error_of_sum
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: A curve this close to one half lies on it.
ON_HALF = 1e-8


def kaplan_meier(
    data: pd.DataFrame,
    *,
    duration: str,
    event: str,
    entry: str | None = None,
    group: str | None = None,
    weight: str | None = None,
    cluster: str | None = None,
    interval: str = "log-log",
    name: str = "event-free",
) -> Result:
    """The share without the event after each time at which somebody had it, and the median time.

    Censoring must tell nothing about the event. Who can no longer have the event because another one
    came first (left school: no diploma) is not censored: use ``aalen_johansen``.

    Args:
        data: a row a person; rows with a missing value take no part.
        duration: column with the time to the event or to censoring, 0 or more.
        event: column with True for the event, False for censored.
        entry: column with the time from which the person was followed (left truncation); None: from the
            start.
        group: column of labels.
        weight: column of sampling weights, 0 or more.
        cluster: column with the cluster of each person.
        interval: "log-log", "log" (R's default) or "plain".
        name: name of the estimates.

    Returns:
        ``"<name> at <time>"`` for each time of an event, with ``smallest`` the persons at risk and
        ``count`` the persons with the event so far; and ``"median"``, the first time at which the curve
        is at or below one half (halfway its flat part when it lies exactly on it), with the times at
        which the ends of the interval reach one half; an end that never does is empty. After the event
        of the last person at risk the value is 0, without an interval.

    Estimand: S(t), the probability to be without the event just after time t.

    Formula: product over event times s <= t of 1 - d(s)/Y(s), d events among Y persons at risk (censored
    at s or later, entered before s).

    Interval: as named by ``interval``, symmetric on log(-log S), log S or S. Variance: Greenwood; with
    weights the infinitesimal jackknife, with clusters that of their sums times G/(G - 1), and t with
    G - 1.

    Source: Kaplan and Meier (1958); Greenwood (1926); Kalbfleisch and Prentice (2002), section 1.4;
    Brookmeyer and Crowley (1982); equals R ``survival::survfit`` (weights: ``robust = TRUE``; clusters:
    its standard error times sqrt(G/(G - 1))).
    """
    transform = Transform(interval)
    known, dropped = complete(data, [duration, event, entry, group, weight, cluster])
    known = positive(known, weight)
    how = {"duration": duration, "entry": entry, "weight": weight, "cluster": cluster}
    found = [
        item
        for label, rows in by_group(known, group)
        for item in _curve(_spells(rows, event, how), weight is not None, transform, name, label)
    ]
    return Result(name, tuple(found), dropped=dropped)


def _spells(rows: pd.DataFrame, event: str, how: dict[str, str | None]) -> Spells:
    return Spells.of(rows, flags(rows[event]).astype(np.int64) - 1, **how)


def _curve(spells: Spells, weighted: bool, transform: Transform, name: str, group: str) -> Iterator[Estimate]:
    """The points of one curve and its median."""
    facts = {"group": group, "n": len(spells.exit)}
    try:
        walked = list(steps(spells.checked()))
    except NotComputable as problem:
        yield Estimate.not_computable(name, problem.reason, method=Method.KAPLAN_MEIER, **facts)
        return
    points = [_point(step, spells, weighted, transform, name, facts) for step in walked]
    yield from points
    yield _median([step.time for step in walked], points, facts)


def _point(
    step: Step, spells: Spells, weighted: bool, transform: Transform, name: str, facts: dict
) -> Estimate:
    chance = float(step.chance[0])
    if weighted or spells.cluster is not None:
        found, df = error_of_sum(step.influence[:, 0], spells.cluster)
        called = JACKKNIFE if df is None else CLUSTERED
    else:
        found, df, called = chance * float(np.sqrt(step.greenwood)), None, GREENWOOD
    return Estimate(
        f"{name} at {step.time:.12g}",
        value=chance,
        unit=Unit.SHARE,
        smallest=step.at_risk,
        count=int(step.events[0]),
        standard_error=found,
        df=df,
        method=Method.KAPLAN_MEIER,
        **band(chance, found, df, transform, called),
        **facts,
    )


def _median(times: Sequence[float], points: Sequence[Estimate], facts: dict) -> Estimate:
    """The time at which the curve reaches one half, and at which the ends of its interval do."""
    facts = {**facts, "unit": Unit.TIME, "method": Method.KAPLAN_MEIER_MEDIAN}
    value = _reached(times, [point.value for point in points])
    if value is None:
        return Estimate.not_computable("median", Reason.NOT_REACHED, **facts)
    return Estimate(
        "median",
        value=value,
        lower=_reached(times, [point.lower for point in points]),
        upper=_reached(times, [point.upper for point in points]),
        interval=next((point.interval for point in points if point.interval), ""),
        **facts,
    )


def _reached(times: Sequence[float], curve: Sequence[float | None]) -> float | None:
    """The first time at or below one half; the middle of a part that lies on it."""
    below = [(t, v) for t, v in zip(times, curve, strict=True) if v is not None and v < 0.5 + ON_HALF]
    if not below:
        return None
    time, value = below[0]
    later = [t for t, v in below if v < value - ON_HALF]
    return (time + later[0]) / 2 if abs(value - 0.5) < ON_HALF and later else time


def restricted_mean(
    data: pd.DataFrame,
    *,
    duration: str,
    event: str,
    horizon: float,
    group: str | None = None,
    weight: str | None = None,
    cluster: str | None = None,
    name: str = "restricted mean",
) -> Result:
    """The mean time without the event up to a horizon, and its differences with the first group.

    It needs no proportional hazards, and one number says how much later the event comes.

    Args:
        data, duration, event, group, weight, cluster: as in :func:`kaplan_meier`.
        horizon: the time up to which the mean is taken, above 0; a group that was not followed as long
            gives a reason.
        name: name of the estimates.

    Returns:
        The mean of each group, and of each group but the first ``"<label> minus <first label>"``.

    Estimand: E[min(T, horizon)], T the time to the event, and differences between groups.

    Formula: area under the Kaplan-Meier curve from 0 to the horizon.

    Interval: normal, infinitesimal jackknife (equal to Greenwood's plug-in without weights); with
    clusters times G/(G - 1) and t with G - 1, in a difference of clusters that the groups share.

    Source: Irwin (1949); Royston and Parmar (2013); Uno et al. (2014); equals R ``survRM2::rmst2`` and
    ``print(survfit, rmean)``.
    """
    if not horizon > 0:
        raise ValueError(f"horizon is {horizon}; it is a time above 0")
    known, dropped = complete(data, [duration, event, group, weight, cluster])
    known = positive(known, weight)
    how = {"duration": duration, "entry": None, "weight": weight, "cluster": cluster}
    areas: dict[str, _Area | NotComputable] = {}
    for label, rows in by_group(known, group):
        try:
            areas[label] = _area(_spells(rows, event, how).checked(), rows, horizon)
        except NotComputable as problem:
            areas[label] = problem
    first = next(iter(areas))
    pairs = [(label, [label]) for label in areas]
    pairs += [(f"{label} minus {first}", [label, first]) for label in areas if label != first]
    of = None if cluster is None else known[cluster]
    found = [_contrast([areas[label] for label in pair], of, name, called) for called, pair in pairs]
    return Result(name, tuple(found), dropped=dropped)


class _Area(NamedTuple):
    """The area under a curve, and the influence of each person on it, with the index of the rows."""

    value: float
    influence: pd.Series


def _area(spells: Spells, rows: pd.DataFrame, horizon: float) -> _Area:
    before, chance, influence = 0.0, 1.0, np.zeros(len(rows))
    total, own = 0.0, np.zeros(len(rows))
    for step in steps(spells):
        if step.time >= horizon:
            break
        width = step.time - before
        total, own, before = total + chance * width, own + influence * width, step.time
        chance, influence = float(step.chance[0]), step.influence[:, 0]
    if spells.exit.max() < horizon and chance > 0:
        raise NotComputable(Reason.BEYOND_FOLLOW_UP)
    width = horizon - before
    return _Area(total + chance * width, pd.Series(own + influence * width, rows.index))


def _contrast(
    areas: list[_Area | NotComputable], cluster: pd.Series | None, name: str, group: str
) -> Estimate:
    """The mean of one group, or that of a group minus that of the first."""
    facts = {"group": group, "unit": Unit.TIME, "method": Method.RESTRICTED_MEAN}
    known = [area for area in areas if isinstance(area, _Area)]
    if len(known) < len(areas):
        problem = next(area for area in areas if isinstance(area, NotComputable))
        return Estimate.not_computable(name, problem.reason, **facts)
    influence = pd.concat([area.influence * sign for area, sign in zip(known, (1, -1), strict=False)])
    code = None if cluster is None else pd.factorize(cluster.loc[influence.index])[0]
    spread, df = error_of_sum(influence.to_numpy(float), code)
    found = Estimate.from_standard_error(
        name,
        known[0].value - (known[1].value if len(known) > 1 else 0.0),
        spread,
        df=df,
        interval=Interval.NORMAL_INFLUENCE if df is None else Interval.T_INFLUENCE,
        n=len(influence),
        smallest=min(len(area.influence) for area in known),
        **facts,
    )
    return found if len(known) > 1 else replace(found, p_value=None)  # a mean of zero is no hypothesis
