"""Two-way fixed effects, and what it hides: negative weights and comparisons with those treated before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib.stats import arms, frames, linear
from kansen_lib.stats.panel import reading
from kansen_lib.stats.panel.reading import Codes, Matrix
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Regressor of treatment; no column of a user is called so.
TREATED = "(treated)"

#: What is left of a regressor within units, below this part of it, is rounding.
ROUNDING = 1e-9


def within(values: Matrix, unit: Codes) -> Matrix:
    """Deviations from the mean of the unit; exactly zero where nothing but rounding is left. Shape (n, k)."""
    size = np.bincount(unit)
    mean = np.column_stack([np.bincount(unit, column) / size for column in values.T])
    rest = values - mean[unit]
    rest[:, np.abs(rest).max(axis=0) <= ROUNDING * np.abs(values).max(axis=0)] = 0.0
    return rest


def dummies(code: Codes) -> Matrix:
    """One column a code, without the first."""
    return (code[:, None] == np.arange(1, code.max(initial=0) + 1)).astype(float)


def absorbed(x: pd.DataFrame, outcome: Matrix, unit: Codes, cluster: Codes) -> linear.LinearFit:
    """Least squares with an effect for each unit, CR2.

    Units within clusters are taken out by their means, which leaves CR2 as it is with a dummy for each
    (Pustejovsky and Tipton, 2018); units in several clusters keep their dummies.
    """
    pairs = len(np.unique(np.column_stack([unit, cluster]), axis=0))
    if pairs == len(np.unique(unit)):
        rest = within(np.column_stack([x.to_numpy(float), outcome]), unit)
        return linear.fit(pd.DataFrame(rest[:, :-1], columns=x.columns), rest[:, -1], cluster=cluster)
    units = pd.DataFrame(dummies(unit)).add_prefix("unit ")
    return linear.fit(pd.concat([x, units.assign(intercept=1.0)], axis=1), outcome, cluster=cluster)


def two_way_fixed_effects(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    unit: str,
    time: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    name: str = "effect",
) -> Result:
    """Two-way fixed effects with the weights that it gives to the effects of units in periods.

    To be shown only beside :func:`group_time_effects` or :func:`imputation`: with effects that differ it
    may lie outside all of them, since some of them can enter with a negative weight.

    Estimand: the coefficient of treatment; a weighted sum of the effects in the treated units and
    periods, with the weights that the estimates beside it describe; their average only if effects are
    equal.

    Formula: least squares of the outcome on treatment, covariates, and dummies of units and periods.
    Weight of a treated cell: its rows times its residual of treatment on the other regressors, over the
    sum of these in treated cells. "share": number of treated cells with a negative weight over those
    with a weight; "sum": sum of the negative weights; "sigma": the coefficient's absolute value over
    the standard deviation of the weights relative to size, the least spread of effects at which their
    average may be zero.

    Interval: t, CR2 with Satterthwaite degrees of freedom by cluster; none for weights, which do not
    depend on the outcome.

    Source: de Chaisemartin and D'Haultfoeuille (2020), theorem 1 and corollary 1; equals R clubSandwich
    on lm with dummies, and R TwoWayFEWeights (feTR).

    Args:
        data: any number of rows for a unit in a period (persons in schools too).
        treated: True or False (or 1 and 0).
        time: numbers or text (school years); only which rows share a period matters.
        cluster: None for the unit.
        name: of the effect; the weights are called "negative weights".
    """
    frames.distinct(outcome, [treated], covariates)
    known, dropped = frames.complete(data, [outcome, treated, unit, time, cluster, *covariates])
    known = known.assign(**{treated: frames.flags(known[treated])})
    facts = {"unit": Unit.SCORE, "n": len(known), "method": Method.TWFE}
    weights = "negative weights"
    try:
        if not len(known):
            raise NotComputable(Reason.NO_PERSONS)
        value, error, df = _coefficient(known, outcome, treated, unit, time, covariates, cluster)
        parts = _weights(known, treated, unit, time, covariates, value)
    except NotComputable as problem:
        refused = [Estimate.not_computable(name, problem.reason, **facts)]
        refused += [
            Estimate.not_computable(weights, problem.reason, group=part, method=Method.NEGATIVE_WEIGHTS)
            for part in ("share", "sum", "sigma")
        ]
        return Result(name, tuple(refused), dropped)
    facts["smallest"] = arms.smallest(arms.indicator(known[treated]))
    found = [Estimate.from_standard_error(name, value, error, df=df, interval=Interval.T_CR2, **facts)]
    found += [_number(weights, part, number, len(known)) for part, number in parts.items()]
    return Result(name, tuple(found), dropped)


def _number(name: str, part: str, number: float | None, n: int) -> Estimate:
    unit = {"share": Unit.SHARE, "sum": Unit.INDEX, "sigma": Unit.SCORE}[part]
    if number is None:
        reason = Reason.NO_SPREAD_OF_WEIGHTS
        return Estimate.not_computable(
            name, reason, group=part, unit=unit, n=n, method=Method.NEGATIVE_WEIGHTS
        )
    return Estimate(name, part, number, unit, n=n, method=Method.NEGATIVE_WEIGHTS)


def _coefficient(
    known: pd.DataFrame,
    outcome: str,
    treated: str,
    unit: str,
    time: str,
    covariates: Sequence[str],
    cluster: str | None,
) -> tuple[float, float, float]:
    """Coefficient of the treatment, its standard error and degrees of freedom."""
    units, periods = frames.codes(known[unit])[0], frames.codes(known[time])[0]
    x = frames.design(known, covariates, intercept=False)
    x.insert(0, TREATED, known[treated].to_numpy(float))
    x = pd.concat([x, pd.DataFrame(dummies(periods)).add_prefix("period ")], axis=1)
    clusters = units if cluster is None else frames.codes(known[cluster])[0]
    fit = absorbed(x, frames.numbers(known, outcome), units, clusters)
    return fit.contrast(TREATED)


def _weights(
    known: pd.DataFrame, treated: str, unit: str, time: str, covariates: Sequence[str], value: float
) -> dict[str, float | None]:
    """Of the treated cells of units and periods; rows in a cell count as the cell's mean."""
    x = frames.design(known, covariates, intercept=False)
    rows = x.assign(_treated=known[treated].to_numpy(float), _unit=known[unit], _time=known[time], _n=1.0)
    cells = rows.groupby(["_unit", "_time"], sort=True).agg(
        {**dict.fromkeys(x.columns, "mean"), "_treated": "mean", "_n": "sum"}
    )
    cells = cells.reset_index()
    size, share = cells["_n"].to_numpy(), cells["_treated"].to_numpy()
    residual = _residual(cells, list(x.columns), size, share)
    mass = size * share
    weight = residual / (mass @ residual / mass.sum())
    weight = np.where(np.abs(weight) < ROUNDING, 0.0, weight)
    part = mass / mass.sum()
    negative = (part * weight)[weight < 0]
    spread = float(np.sqrt(part @ (weight - 1) ** 2))
    return {
        "share": float((weight[mass > 0] < 0).sum() / ((weight != 0) & (mass > 0)).sum()),
        "sum": float(negative.sum()),
        "sigma": abs(value) / spread if spread > ROUNDING else None,
    }


def _residual(cells: pd.DataFrame, covariates: list[str], size: Matrix, share: Matrix) -> Matrix:
    """Treatment of a cell beyond what covariates, unit and period predict (least squares by size)."""
    units, periods = frames.codes(cells["_unit"])[0], frames.codes(cells["_time"])[0]
    rest = np.column_stack([dummies(periods), cells[covariates], share])
    mean = np.column_stack([np.bincount(units, size * column) for column in rest.T])
    rest -= (mean / np.bincount(units, size)[:, None])[units]
    x, root = rest[:, :-1], np.sqrt(size)
    solution = np.linalg.lstsq(root[:, None] * x, root * rest[:, -1], rcond=None)[0]
    return rest[:, -1] - x @ solution


@dataclass(frozen=True)
class _Pair:
    """One two-by-two comparison: who starts, who is compared with, effect and unscaled weight."""

    kind: str
    label: str
    value: float
    weight: float
    size: tuple[int, int]


def goodman_bacon(
    data: pd.DataFrame, *, outcome: str, treated: str, unit: str, time: str, name: str = "effect"
) -> Result:
    """Two-way fixed effects as a weighted mean of all comparisons of two groups in two periods.

    Estimand: for each pair of groups that start in different periods (or never, or before the first),
    the difference in differences with one of them as the comparison, and its weight in the two-way
    fixed effects coefficient.

    Formula: coefficient = sum of weight times comparison. Comparisons "later vs earlier" use units that
    are treated already: their weight is what makes the coefficient unsafe. By kind: the sum of the
    weights, and the mean with these weights.

    Interval: none: the parts of one estimate, which carries the interval.

    Source: Goodman-Bacon (2021), equations 7 and 10; equals R bacondecomp.

    Args:
        data: one row for each unit in each period; units that are not seen in every period are left
            out and counted in ``dropped``.
        treated: True or False (or 1 and 0); it never stops.
        name: of the comparisons; the weights are called "weight". Groups are "all", the kinds
            ("treated vs untreated", "earlier vs later", "later vs earlier", "later vs always") and the
            pairs ("2006 vs never").
    """
    known, dropped = frames.complete(data, [outcome, treated, unit, time])
    known = known.assign(**{treated: frames.flags(known[treated]), outcome: frames.numbers(known, outcome)})
    try:
        pairs, lost = _pairs(known, outcome, treated, unit, time)
    except NotComputable as error:
        refused = Estimate.not_computable(name, error.reason, group="all", method=Method.BACON)
        return Result(name, (refused,), dropped)
    total = sum(pair.weight for pair in pairs)
    kinds = sorted({pair.kind for pair in pairs})
    groups = {"all": pairs} | {kind: [pair for pair in pairs if pair.kind == kind] for kind in kinds}
    groups |= {pair.label: [pair] for pair in pairs}
    found = [item for label, part in groups.items() for item in _summed(name, label, part, total)]
    return Result(name, tuple(found), (dropped[0] + lost, dropped[1]))


def _summed(name: str, label: str, part: list[_Pair], total: float) -> tuple[Estimate, Estimate]:
    weight = sum(pair.weight for pair in part)
    value = sum(pair.weight * pair.value for pair in part) / weight
    facts = {"group": label, "n": max(pair.size[0] for pair in part), "method": Method.BACON}
    facts["smallest"] = min(pair.size[1] for pair in part)
    return (
        Estimate(name, value=value, unit=Unit.SCORE, **facts),
        Estimate("weight", value=weight / total, unit=Unit.SHARE, **facts),
    )


def _pairs(known: pd.DataFrame, outcome: str, treated: str, unit: str, time: str) -> tuple[list[_Pair], int]:
    """All comparisons with a positive weight, and how many rows were left out."""
    if not len(known):
        raise NotComputable(Reason.NO_PERSONS)
    if known.duplicated([unit, time]).any():
        raise NotComputable(Reason.DOUBLE_ROWS)
    periods = frames.labels(known[time])
    seen = known.groupby(unit, observed=True)[time].transform("size")
    lost, known = int((seen < len(periods)).sum()), known[seen == len(periods)]
    if not len(known):
        raise NotComputable(Reason.UNBALANCED)
    units, n = frames.codes(known[unit])
    order = np.lexsort((frames.codes(known[time])[0], units))
    on, y = (known[column].to_numpy(float)[order].reshape(n, -1) for column in (treated, outcome))
    if (np.diff(on, axis=1) < 0).any():
        raise NotComputable(Reason.TREATMENT_STOPS)
    start = (on == 0).sum(axis=1)
    words = ["always", *map(reading.word, periods[1:]), "never"]
    groups = np.unique(start)
    found = [
        pair
        for early in groups
        for late in groups[groups > early]
        for pair in _two(y, start, int(early), int(late), words)
        if pair.weight > 0
    ]
    if not found:
        raise NotComputable(Reason.NO_STARTS)
    return found, lost


def _two(y: Matrix, start: Matrix, early: int, late: int, words: list[str]) -> list[_Pair]:
    """The earlier group against the later before it starts, and the later against the earlier since."""
    periods = y.shape[1]
    one, two = (y[start == group].mean(axis=0) for group in (early, late))
    n1, n2 = int((start == early).sum()), int((start == late).sum())
    share = n1 / (n1 + n2)
    d1, d2 = 1 - early / periods, 1 - late / periods
    scale, facts = (n1 + n2) ** 2 * share * (1 - share), (n1 + n2, min(n1, n2))
    found = []
    if early > 0:
        gap = (one - two)[:late]
        value = float(gap[early:].mean() - gap[:early].mean())
        kind = "treated vs untreated" if late == periods else "earlier vs later"
        weight = scale * (d1 - d2) * (1 - d1)
        found.append(_Pair(kind, f"{words[early]} vs {words[late]}", value, weight, facts))
    if late < periods:
        gap = (two - one)[early:]
        value = float(gap[late - early :].mean() - gap[: late - early].mean())
        kind = "later vs always" if early == 0 else "later vs earlier"
        weight = scale * d2 * (d1 - d2)
        found.append(_Pair(kind, f"{words[late]} vs {words[early]}", value, weight, facts))
    return found
