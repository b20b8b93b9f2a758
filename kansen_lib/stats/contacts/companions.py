"""The share of a group among the others in the units of a person: exposure without oneself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import Estimate, NotComputable, Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class _Level:
    """The mean of one group, with what it needs for an error.

    Attributes:
        value: mean share of ``to`` among the others.
        chance: the same when persons are divided at random over the units of a stratum.
        influence: of each person on the value; they add up to nought.
        n: number of persons in the group.
    """

    value: float
    chance: float
    influence: Floats
    n: int


def companions(
    data: pd.DataFrame,
    group: str,
    unit: str,
    *,
    to: object,
    low: object,
    high: object,
    within: str | None = None,
    person: str | None = None,
    name: str = "companions",
) -> Result:
    """Whom the members of each group meet: the mean share of group ``to`` among the others in their unit.

    Estimand: of each group, the mean over its members of the share of ``to`` among the other members of
    their unit; and ``high`` minus ``low``, which is nought when persons are divided at random but for
    -1/(N - 1) when ``to`` is one of the two. Who is alone in a unit meets nobody and takes no part. Beside
    it, named "... by chance", the mean over all random divisions of the members of each stratum over its
    units, sizes kept: no value has the bias of small units.

    Formula: sum over units of n_g (n_to - [g = to]) / (n - 1), divided by N_g; by chance
    (N_to - [g = to]) / (N - 1) within the stratum, a mean over the members of g.

    Interval: normal, variance linearised over persons (the sum of squares of their influences, times
    n / (n - 1)), of shares cut off at 0 and 1; by chance is exact, and has none.

    Source: exposure xPy of Bell (1954), Social Forces 32, 357-364, over the others in the unit; influence
    functions as in Deville (1999), Survey Methodology 25, 193-203.

    Args:
        data: a row a person and unit.
        group: column of the groups.
        unit: column of the units.
        to: the group that is met.
        low: group that is subtracted.
        high: group that it is subtracted from.
        within: column of strata; a unit lies in one.
        person: column that tells persons apart who are in several units; None when each row is one.
        name: name of the estimates.
    """
    frames.different(low, high)
    known, dropped = frames.complete(data, [group, unit, within, person])
    frames.can_hold(data[group], to, low, high)
    known = known[known.groupby(unit, observed=True)[unit].transform("size") > 1].reset_index(drop=True)
    labels = frames.labels(known[group])
    if len(labels) < 2 or to not in labels:
        facts = {"unit": Unit.SHARE, "method": Method.COMPANIONS}
        return Result(name, (Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts),), dropped=dropped)
    levels = {label: _level(known, group, unit, within, person, label, to) for label in labels}
    found = []
    for kind in (name, f"{name} by chance"):
        found += [_of_group(kind, str(label), level, kind != name) for label, level in levels.items()]
        found.append(_difference(kind, low, high, levels, kind != name))
    return Result(name, tuple(found), dropped=dropped)


def _level(
    known: pd.DataFrame,
    group: str,
    unit: str,
    within: str | None,
    person: str | None,
    label: object,
    to: object,
) -> _Level:
    """The mean share of ``to`` among the others of the members of one group."""
    units, _ = frames.codes(known[unit])
    mine, theirs = (known[group] == label).to_numpy(float), (known[group] == to).to_numpy(float)
    own = float(label == to)
    size, n_mine, n_theirs = (_sums(part, units) for part in (np.ones(len(known)), mine, theirs))
    others = (n_theirs - own) / (size - 1)
    total = mine.sum()
    value = float((mine * others).sum() / total)
    rows = mine * (others - value) + n_mine / (size - 1) * (theirs - others)
    persons = np.arange(len(known)) if person is None else frames.codes(known[person])[0]
    influence = frames.cluster_sums(rows[:, None], persons)[:, 0] / total
    strata = np.zeros(len(known), dtype=np.int64) if within is None else frames.codes(known[within])[0]
    chance = (_sums(theirs, strata) - own) / (_sums(np.ones(len(known)), strata) - 1)
    n = len(np.unique(persons[mine > 0]))
    return _Level(value, float((mine * chance).sum() / total), influence - influence.mean(), n)


def _sums(values: Floats, code: Codes) -> Floats:
    """Of each row, the sum over the rows with its code."""
    return np.bincount(code, weights=values)[code]


def _of_group(name: str, label: str, level: _Level, by_chance: bool) -> Estimate:
    facts = {"unit": Unit.SHARE, "n": level.n}
    if by_chance:
        return Estimate(name, label, level.chance, method=Method.BY_CHANCE, **facts)
    found = _with_interval(name, label, level.value, level.influence, Method.COMPANIONS, facts)
    if found.lower is None or found.upper is None:
        return found
    ends = {"lower": max(0.0, found.lower), "upper": min(1.0, found.upper)}
    return replace(found, **ends)


def _difference(
    name: str, low: object, high: object, levels: dict[object, _Level], by_chance: bool
) -> Estimate:
    label = f"{high} minus {low}"
    facts = {"unit": Unit.POINTS}
    try:
        below, above = (_known(levels, end) for end in (low, high))
    except NotComputable as stop:
        return Estimate.not_computable(name, stop.reason, group=label, method=Method.COMPANIONS, **facts)
    facts |= {"n": below.n + above.n, "smallest": min(below.n, above.n)}
    if by_chance:
        return Estimate(name, label, above.chance - below.chance, method=Method.BY_CHANCE, **facts)
    influence = above.influence - below.influence
    return _with_interval(name, label, above.value - below.value, influence, Method.COMPANIONS, facts)


def _known(levels: dict[object, _Level], label: object) -> _Level:
    if label not in levels:
        raise NotComputable(Reason.EMPTY_GROUP)
    return levels[label]


def _with_interval(
    name: str, label: str, value: float, influence: Floats, method: Method, facts: dict[str, object]
) -> Estimate:
    n = len(influence)
    error = float(np.sqrt((influence**2).sum() * n / (n - 1)))
    if error <= 1e-12:  # every unit is alike: a value, and no spread to say more of
        return Estimate(name, label, value, method=method, **facts)
    half = quantile() * error
    return Estimate(
        name,
        label,
        value,
        lower=value - half,
        upper=value + half,
        interval=Interval.LINEARISED,
        method=method,
        standard_error=error,
        **facts,
    )
