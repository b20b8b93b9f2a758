"""How much two groups differ in what has become of them at one time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.flows.spells import CLUSTERED, JACKKNIFE, Spells, Transform, Vector, band, steps
from kansen_lib.stats.frames import can_hold, complete, different, labels, positive
from kansen_lib.stats.linear import error_of_sum
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def incidence_gap(
    data: pd.DataFrame,
    *,
    duration: str,
    event: str,
    censored: object,
    time: float,
    group: str,
    low: object,
    high: object,
    weight: str | None = None,
    cluster: str | None = None,
) -> Result:
    """The share of two groups that has had each of several events by one time, and the difference.

    Args:
        data, duration, event, censored, weight, cluster: as in :func:`aalen_johansen`.
        time: by when; both groups must have been followed that long.
        group: column of labels.
        low, high: labels of the two groups.

    Returns:
        For each event, called by its label: the cumulative incidence of the low and of the high group,
        and ``"high minus low"`` with their labels. The p-value is of the null of no difference.

    Estimand: P(T <= time, event k) in each group, and the difference.

    Formula: Aalen-Johansen in each group; high minus low.

    Interval: levels: log-log, as ``aalen_johansen``. Difference: normal, infinitesimal jackknife; with
    clusters of their summed influence on the difference, times G/(G - 1), t with G - 1.

    Source: Aalen and Johansen (1978); Andersen, Borgan, Gill and Keiding (1993), section IV.4; Klein,
    Logan, Harhoff and Andersen (2007) on differences at a fixed time; equals R ``survival::survfit``,
    the variances of both groups added, or its influence summed by cluster.
    """
    different(low, high)
    known, dropped = complete(data, [duration, event, group, weight, cluster])
    can_hold(known[group], low, high)
    can_hold(known[event], censored)
    known = positive(known[known[group].isin([low, high])].reset_index(drop=True), weight)
    causes = [label for label in labels(known[event]) if label != censored]
    code = {label: i for i, label in enumerate(causes)}
    how = {"duration": duration, "entry": None, "weight": weight, "cluster": cluster}
    parts: list[_At | NotComputable] = []
    for label in (low, high):
        rows = known[known[group] == label]
        cause = np.array([code.get(item, -1) for item in rows[event]], np.int64)
        try:
            parts.append(_at(Spells.of(rows, cause, **how, causes=len(causes)), rows.index, time))
        except NotComputable as problem:
            parts.append(problem)
    of = None if cluster is None else known[cluster]
    called = [str(low), str(high), f"{high} minus {low}"]
    found = [
        item
        for k, label in enumerate([str(label) for label in causes] or ["incidence"])
        for item in _of_event(parts, k, of, label, called)
    ]
    return Result("incidence gap", tuple(found), dropped=dropped)


class _At(NamedTuple):
    """What has become of a group by a time.

    Attributes:
        index: of its rows.
        cluster: number of the cluster of each person; None without clusters.
        chance: cumulative incidence of each event, shape (causes,).
        counts: persons with each event, shape (causes,).
        influence: of each person on ``chance``, shape (n, causes).
    """

    index: pd.Index
    cluster: NDArray[np.int64] | None
    chance: Vector
    counts: NDArray[np.int64]
    influence: Vector


def _at(spells: Spells, index: pd.Index, time: float) -> _At:
    causes = spells.checked().causes
    if spells.exit.max() < time:
        raise NotComputable(Reason.BEYOND_FOLLOW_UP)
    found = np.zeros(causes), np.zeros(causes, np.int64), np.zeros((len(index), causes))
    for step in steps(spells):
        if step.time > time:
            break
        found = step.chance[1:], step.events, step.influence[:, 1:]
    return _At(index, spells.cluster, *found)


def _of_event(
    parts: list[_At | NotComputable], k: int, cluster: pd.Series | None, name: str, groups: list[str]
) -> Iterator[Estimate]:
    """The levels of both groups and their difference, of one event."""
    problem = next((part for part in parts if isinstance(part, NotComputable)), None)
    for part, group in zip(parts, groups, strict=False):
        yield _level(part, k, name, group)
    facts = {"group": groups[2], "unit": Unit.POINTS, "method": Method.AALEN_JOHANSEN}
    if problem is not None:
        yield Estimate.not_computable(name, problem.reason, **facts)
        return
    low, high = (part for part in parts if isinstance(part, _At))
    influence = np.concatenate([-low.influence[:, k], high.influence[:, k]])
    code = None if cluster is None else pd.factorize(cluster.loc[low.index.append(high.index)])[0]
    spread, df = error_of_sum(influence, code)
    yield Estimate.from_standard_error(
        name,
        float(high.chance[k] - low.chance[k]),
        spread,
        df=df,
        interval=Interval.NORMAL_INFLUENCE if df is None else Interval.T_INFLUENCE,
        n=len(influence),
        smallest=int(min(min(p.counts[k], len(p.index) - p.counts[k]) for p in (low, high))),
        **facts,
    )


def _level(part: _At | NotComputable, k: int, name: str, group: str) -> Estimate:
    facts = {"group": group, "unit": Unit.SHARE, "method": Method.AALEN_JOHANSEN}
    if isinstance(part, NotComputable):
        return Estimate.not_computable(name, part.reason, **facts)
    chance, (spread, df) = float(part.chance[k]), error_of_sum(part.influence[:, k], part.cluster)
    called = JACKKNIFE if df is None else CLUSTERED
    return Estimate(
        name,
        value=chance,
        n=len(part.index),
        count=int(part.counts[k]),
        standard_error=spread,
        df=df,
        **band(chance, spread, df, Transform.LOG_LOG, called),
        **facts,
    )
