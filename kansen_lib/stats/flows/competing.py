"""Events of which the first rules out the others: the cumulative incidence of each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kansen_lib.stats.flows.shares import by_group
from kansen_lib.stats.flows.spells import CLUSTERED, JACKKNIFE, Spells, Step, Transform, band, steps
from kansen_lib.stats.frames import can_hold, complete, labels, positive
from kansen_lib.stats.linear import error_of_sum
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Unit


def aalen_johansen(
    data: pd.DataFrame,
    *,
    duration: str,
    event: str,
    censored: object,
    entry: str | None = None,
    group: str | None = None,
    weight: str | None = None,
    cluster: str | None = None,
    interval: str = "log-log",
    name: str = "event-free",
) -> Result:
    """The share that has had each of several events by each time, where the first event is the last.

    One minus Kaplan-Meier of one event, the others censored, is larger: it is about a world in which
    nobody has the others.

    Args:
        data: a row a person; rows with a missing value take no part.
        duration: column with the time to the first event or to censoring, 0 or more.
        event: column with the label of the event, or that of censoring.
        censored: the label of those of whom it is not known how it ended.
        entry: column with the time from which the person was followed (left truncation); None: from the
            start.
        group: column of labels.
        weight: column of sampling weights, 0 or more.
        cluster: column with the cluster of each person.
        interval: "log-log", "log" (survfit's default) or "plain".
        name: name of the estimates of those without any event.

    Returns:
        ``"<name> at <time>"`` and for each event ``"<event> at <time>"``, for each time at which somebody
        of the group had an event; together they are 1. ``smallest`` is the number of persons at risk,
        ``count`` that of those with the event so far (with any event). A value of 0 or 1 has no interval.

    Estimand: P(T <= t, event k), the cumulative incidence of each event, and P(T > t).

    Formula: sum over event times s <= t of S(s-) d_k(s)/Y(s), S the Kaplan-Meier curve of any event.

    Interval: as named by ``interval``, symmetric on log(-log p), log p or p. Variance: infinitesimal
    jackknife, which without weights and late entry equals the Greenwood-type formula; with clusters that
    of their sums times G/(G - 1), and t with G - 1.

    Source: Aalen and Johansen (1978); Andersen, Borgan, Gill and Keiding (1993), section IV.4; equals R
    ``survival::survfit`` on ``Surv(time, factor)`` (clusters: its influence summed, times
    sqrt(G/(G - 1))) and without late entry ``etm::etm``; values those of ``cmprsk::cuminc``, whose
    variance is another.
    """
    transform = Transform(interval)
    known, dropped = complete(data, [duration, event, entry, group, weight, cluster])
    can_hold(known[event], censored)
    known = positive(known, weight)
    causes = [label for label in labels(known[event]) if label != censored]
    code = {label: i for i, label in enumerate(causes)}
    names = [name, *(str(label) for label in causes)]
    if len(set(names)) < len(names):
        raise ValueError(f"the events {causes} and name {name!r} must have different words")
    how = {"duration": duration, "entry": entry, "weight": weight, "cluster": cluster}
    found: list[Estimate] = []
    for label, rows in by_group(known, group):
        cause = np.array([code.get(item, -1) for item in rows[event]], np.int64)
        spells = Spells.of(rows, cause, **how, causes=len(causes))
        found += _curves(spells, transform, names, label)
    return Result("cumulative incidence", tuple(found), dropped=dropped)


def _curves(spells: Spells, transform: Transform, names: list[str], group: str) -> Iterator[Estimate]:
    facts = {"group": group, "unit": Unit.SHARE, "n": len(spells.exit), "method": Method.AALEN_JOHANSEN}
    try:
        for step in steps(spells.checked()):
            yield from _points(step, spells, transform, names, facts)
    except NotComputable as problem:
        yield Estimate.not_computable(names[0], problem.reason, **facts)


def _points(
    step: Step, spells: Spells, transform: Transform, names: list[str], facts: dict
) -> Iterator[Estimate]:
    """The share without an event and that with each, at one time."""
    counts = [int(step.events.sum()), *(int(count) for count in step.events)]
    for i, (name, count) in enumerate(zip(names, counts, strict=True)):
        chance = float(step.chance[i])
        spread, df = error_of_sum(step.influence[:, i], spells.cluster)
        yield Estimate(
            f"{name} at {step.time:.12g}",
            value=chance,
            smallest=step.at_risk,
            count=count,
            standard_error=spread,
            df=df,
            **band(chance, spread, df, transform, JACKKNIFE if df is None else CLUSTERED),
            **facts,
        )
