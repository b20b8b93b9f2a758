"""Level and gap together, and the level by number of risks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kansen_lib.stats import region
from kansen_lib.stats.decomposition.linearised import Matrix, covariance, interval
from kansen_lib.stats.frames import can_hold, complete, different, distinct, numbers
from kansen_lib.stats.linear import Covariance, LinearFit, fit
from kansen_lib.stats.result import ROUNDING, Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Weights of the means (all, low, high at first; all, low, high at second) in each estimate.
CONTRASTS: dict[tuple[str, str], tuple[int, ...]] = {
    ("level, first", ""): (1, 0, 0, 0, 0, 0),
    ("level, first", "low"): (0, 1, 0, 0, 0, 0),
    ("level, first", "high"): (0, 0, 1, 0, 0, 0),
    ("level, second", ""): (0, 0, 0, 1, 0, 0),
    ("level, second", "low"): (0, 0, 0, 0, 1, 0),
    ("level, second", "high"): (0, 0, 0, 0, 0, 1),
    ("gap, first", ""): (0, -1, 1, 0, 0, 0),
    ("gap, second", ""): (0, 0, 0, 0, -1, 1),
    ("change of level", ""): (-1, 0, 0, 1, 0, 0),
    ("change of level", "low"): (0, -1, 0, 0, 1, 0),
    ("change of level", "high"): (0, 0, -1, 0, 0, 1),
    ("change of gap", ""): (0, 1, -1, 0, -1, 1),
}


def quadrant(
    data: pd.DataFrame,
    *,
    outcome: str,
    group: str,
    low: object,
    high: object,
    time: str,
    first: object,
    second: object,
    cluster: str | None = None,
    name: str = "level and gap",
) -> Result:
    """Change of the mean and change of the gap (high minus low) between two times, with their joint region.

    The 95% region of (change of level, change of gap) is the ellipse about them with these half axes and
    angle (degrees from the level's axis). The level of all moves, too, when the groups' sizes do.

    Estimand: how far all, each group, and the gap moved: a gap can close because the top fell.

    Formula: differences of means of persons, first from second; half axes = root of (eigenvalue of the
    2 x 2 covariance times q), q = chi-squared(2), or with G clusters 2 (G - 1)/(G - 2) F(2, G - 2).

    Interval: linearised variance, G/(G - 1); normal, or t with clusters - 1; the region chi-squared, or
    Hotelling with clusters - 1.

    Source: Johnson and Wichern (2007), section 5.4; R survey (svycontrast) and car (ellipse).
    """
    different(low, high)
    different(first, second)
    known, dropped = complete(data, [outcome, group, time, cluster])
    can_hold(known[group], low, high)
    can_hold(known[time], first, second)
    known = known[known[group].isin([low, high]) & known[time].isin([first, second])]
    cells = [
        (known[time] == moment) & member
        for moment in (first, second)
        for member in (known[group].notna(), known[group] == low, known[group] == high)
    ]
    facts = {"unit": Unit.OUTCOME, "n": len(known), "method": Method.LEVEL_AND_GAP}
    names = {"": "", "low": str(low), "high": str(high)}
    try:
        found = _changes(
            numbers(known, outcome), np.array(cells, float), _column(known, cluster), names, facts
        )
    except NotComputable as failure:
        found = [Estimate.not_computable("change of gap", failure.reason, **facts)]
    return Result(name, tuple(found), dropped=dropped)


def _column(known: pd.DataFrame, name: str | None) -> pd.Series | None:
    return None if name is None else known[name]


def _changes(
    outcome: Matrix, cells: Matrix, cluster: pd.Series | None, names: dict[str, str], facts: dict
) -> list[Estimate]:
    """The estimates of :data:`CONTRASTS` and of the region, from who is in which cell (6, n)."""
    means, influence = _means(outcome, cells)
    matrix, df = covariance(influence, cluster)
    weights = np.array(list(CONTRASTS.values()), float)
    values, spread = weights @ means, weights @ matrix @ weights.T
    sizes, found = cells.sum(axis=1).astype(int), []
    for (quantity, whose), value, variance, row in zip(
        CONTRASTS, values, np.diag(spread), weights, strict=True
    ):
        persons = sizes[row != 0]
        own = {**facts, "group": names[whose], "n": int(persons.sum()), "smallest": int(persons.min())}
        found.append(
            Estimate.from_standard_error(
                quantity, value, np.sqrt(variance), interval=interval(df), df=df, **own
            )
        )
    both = [list(CONTRASTS).index(key) for key in (("change of level", ""), ("change of gap", ""))]
    apart = spread[np.ix_(both, both)]
    covaried = {"name": "covariance of both changes", "unit": Unit.VARIANCE, "value": float(apart[0, 1])}
    described = [covaried, *region.joint(values[both], apart, df)]
    shared = {**facts, "smallest": int(sizes.min())}
    return found + [Estimate(**{**shared, **item}) for item in described]


def _means(y: Matrix, cells: Matrix) -> tuple[Matrix, Matrix]:
    """Mean of each cell (rows of ``cells``) and the influence of each person on it, shape (n, cells)."""
    sizes = cells.sum(axis=1)
    if sizes.min() == 0:
        raise NotComputable(Reason.EMPTY_GROUP)
    if sizes.min() < 2:
        raise NotComputable(Reason.TOO_FEW)
    if y.std() <= ROUNDING * np.abs(y).max():
        raise NotComputable(Reason.NO_SPREAD)
    means = cells @ y / sizes
    return means, (cells / sizes[:, None]).T * (y[:, None] - means)


def risk_count(
    data: pd.DataFrame,
    *,
    outcome: str,
    risks: Sequence[str],
    cluster: str | None = None,
    name: str = "risk count",
) -> Result:
    """The mean outcome by number of risks, and the slope for each further risk.

    Args:
        risks: columns of True and False, or 1 and 0.

    Estimand: the mean of persons with 0, 1, 2, ... risks, and the linear trend over that number; risks
    count alike, whichever they are.

    Formula: cell means; slope of least squares of the outcome on the count.

    Interval: t with cell size - 1 for a mean, HC3 for the slope; with clusters CR2 with Satterthwaite
    degrees of freedom for both.

    Source: Sameroff et al. (1987), Pediatrics 79, 343-350; errors as R lm and clubSandwich.
    """
    distinct(outcome, risks)
    known, dropped = complete(data, [outcome, *risks, cluster])
    other = [name for name in risks if not known[name].isin([0, 1]).all()]
    if other or not risks:
        raise ValueError(f"risks must be columns of True and False or 1 and 0; these are not: {other}")
    count = known[list(risks)].astype(float).sum(axis=1).astype(int)
    if known.empty:
        facts = {"n": 0, "unit": Unit.OUTCOME, "method": Method.RISK_COUNT}
        return Result(name, (Estimate.not_computable("mean", Reason.NO_PERSONS, **facts),), dropped=dropped)
    clusters = _column(known, cluster)
    y = pd.Series(numbers(known, outcome))
    found = [_cell(y, clusters, count == level, str(level)) for level in sorted(count.unique())]
    return Result(name, (*found, _slope(y, count, clusters)), dropped=dropped)


def _cell(outcome: pd.Series, clusters: pd.Series | None, chosen: pd.Series, label: str) -> Estimate:
    """The mean of one cell; a cell's mean and error do not depend on the other cells."""
    facts = {"group": label, "unit": Unit.OUTCOME, "n": int(chosen.sum()), "method": Method.RISK_COUNT}
    ones = pd.DataFrame({"mean": np.ones(facts["n"])})
    kind = Covariance.HC2 if clusters is None else Covariance.CR2
    try:
        model = fit(ones, outcome[chosen], cluster=None if clusters is None else clusters[chosen], kind=kind)
    except NotComputable as failure:
        return Estimate.not_computable("mean", failure.reason, **facts)
    return _estimate("mean", model, "mean", Interval.T, facts)


def _slope(outcome: pd.Series, count: pd.Series, clusters: pd.Series | None) -> Estimate:
    facts = {"unit": Unit.OUTCOME, "n": len(outcome), "method": Method.OLS}
    x = pd.DataFrame({"intercept": 1.0, "count": count.to_numpy(float)})
    try:
        model = fit(x, outcome, cluster=clusters)
    except NotComputable as failure:
        return Estimate.not_computable("slope", failure.reason, **facts)
    return _estimate("slope", model, "count", Interval.T_HC3, facts)


def _estimate(name: str, model: LinearFit, term: str, unclustered: Interval, facts: dict) -> Estimate:
    value, error, df = model.contrast(term)
    kind = Interval.T_CR2 if model.clusters else unclustered
    return Estimate.from_standard_error(name, value, error, interval=kind, df=df, **facts)
