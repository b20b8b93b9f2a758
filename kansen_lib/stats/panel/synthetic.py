"""One treated unit against a weighted mean of others: synthetic control, after Abadie and others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from kansen_lib.stats import frames
from kansen_lib.stats.panel import reading
from kansen_lib.stats.panel.reading import Matrix
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Reason, Unit

#: Below this part of the spread a fit counts as exact and a tie as a tie.
ROUNDING = 1e-9


@dataclass(frozen=True)
class _Panel:
    """Balanced outcomes and predictors; the treated unit comes first.

    Attributes:
        units: labels, treated first.
        periods: labels.
        outcome: shape (units, periods).
        predictors: means before the start, shape (units, p); without any, p is 0.
        before: number of periods before the start.
    """

    units: list[object]
    periods: list[object]
    outcome: Matrix
    predictors: Matrix
    before: int

    def without(self, index: int) -> _Panel:
        """The panel without one unit."""
        kept = [i for i in range(len(self.units)) if i != index]
        return self.order(kept)

    def order(self, kept: list[int]) -> _Panel:
        """The panel of these units, the first of them treated."""
        units = [self.units[i] for i in kept]
        return _Panel(units, self.periods, self.outcome[kept], self.predictors[kept], self.before)


def synthetic_control(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_unit: object,
    first: object,
    predictors: Sequence[str] = (),
    name: str = "effect",
) -> Result:
    """One treated unit compared with the weighted mean of others that followed it before the start.

    Estimand: the effect on the treated unit in each period since the start ("t=...", before the start:
    how well the comparison follows it), and the average over the periods since ("average").

    Formula: weights of the other units, zero or larger with sum 1, that bring the comparison closest to
    the treated unit before the start: on the outcome in every period (least squares), or on the means
    of ``predictors`` before the start, each divided by its standard deviation over units and weighted
    so that the outcome before the start is followed best (nested; the better of Nelder-Mead from equal
    and from regression-based weights, which need not be the best of all).
    Effect: outcome minus comparison. "rmspe": root of the mean squared difference "before" and
    "after" the start, and their "ratio".

    Interval: none: there is one treated unit. The p-value of "ratio" is the share of all units, each in
    turn taken for the treated one among the untreated, whose ratio is at least as large (placebo in
    space; never below 1 over the number of units). "effect, without": the average when a unit with
    weight is left out.

    Source: Abadie, Diamond and Hainmueller (2010), sections 2.3 and 2.4, and (2015); equals pysyncon.

    Args:
        data: one row for each unit in each period. Other units that are not seen in every period are
            left out and counted in ``dropped``.
        treated_unit: label in column ``unit``.
        first: first treated period, a label in column ``time``.
        name: of the effects; weights are called "weight", with the unit as group.
    """
    frames.distinct(outcome, [unit, time])
    frames.distinct(unit, [time], predictors)
    known, dropped = frames.complete(data, [outcome, unit, time, *predictors])
    frames.can_hold(known[unit], treated_unit)
    frames.can_hold(known[time], first)
    for column in (outcome, *predictors):
        frames.numbers(known, column)
    try:
        panel, lost = _panel(known, outcome, unit, time, treated_unit, first, predictors)
        weight = _weights(panel)
    except NotComputable as error:
        refused = Estimate.not_computable(name, error.reason, group="average", method=Method.SYNTHETIC)
        return Result(name, (refused,), dropped)
    gap = panel.outcome[0] - weight @ panel.outcome[1:]
    found = [_number(name, "average", float(gap[panel.before :].mean()), panel)]
    found += [
        _number(name, f"t={reading.word(t)}", float(g), panel)
        for t, g in zip(panel.periods, gap, strict=True)
    ]
    found += [
        _number("weight", str(label), float(w), panel, Unit.SHARE, Method.SYNTHETIC_WEIGHT)
        for label, w in zip(panel.units[1:], weight, strict=True)
    ]
    found += _placebo(panel, gap)
    found += _without(name, panel, weight)
    return Result(name, tuple(found), (dropped[0] + lost, dropped[1]))


def _number(
    name: str,
    group: str,
    value: float,
    panel: _Panel,
    unit: Unit = Unit.SCORE,
    method: Method = Method.SYNTHETIC,
) -> Estimate:
    return Estimate(name, group, value, unit, n=len(panel.units), smallest=1, method=method)


def _panel(
    known: pd.DataFrame,
    outcome: str,
    unit: str,
    time: str,
    treated_unit: object,
    first: object,
    predictors: Sequence[str],
) -> tuple[_Panel, int]:
    """The units seen in every period, and how many rows of others were left out."""
    if not len(known):
        raise NotComputable(Reason.NO_PERSONS)
    if known.duplicated([unit, time]).any():
        raise NotComputable(Reason.DOUBLE_ROWS)
    periods = frames.labels(known[time])
    before = [period for period in periods if period < first]
    if first not in periods or not before:
        raise NotComputable(Reason.NO_STARTS)
    seen = known.groupby(unit, observed=True, sort=True)[time].size()
    units = [label for label in seen.index[seen == len(periods)] if label != treated_unit]
    if treated_unit not in seen.index:
        raise NotComputable(Reason.EMPTY_GROUP)
    if seen[treated_unit] < len(periods):
        raise NotComputable(Reason.UNBALANCED)
    if len(units) < 2:
        raise NotComputable(Reason.NO_DONORS)
    wide = known.assign(**{unit: known[unit].astype(object)}).set_index([unit, time])
    order = pd.MultiIndex.from_product([[treated_unit, *units], periods])
    values = wide.reindex(order)[list(dict.fromkeys([outcome, *predictors]))].astype(float)
    shape = (len(units) + 1, len(periods))
    means = [values[p].to_numpy().reshape(shape)[:, : len(before)].mean(axis=1) for p in predictors]
    covariates = np.column_stack(means) if means else np.zeros((shape[0], 0))
    panel = _Panel([treated_unit, *units], periods, values[outcome].to_numpy().reshape(shape), covariates,
                   len(before))  # fmt: skip
    return panel, len(known) - values.shape[0]


def _weights(panel: _Panel) -> Matrix:
    """Weights of the untreated units."""
    outcome = panel.outcome[:, : panel.before]
    if not panel.predictors.shape[1]:
        return _checked(outcome)
    scale = panel.predictors.std(axis=0, ddof=1)
    spread = scale > ROUNDING * np.abs(panel.predictors).max(axis=0)
    if not spread.any():
        raise NotComputable(Reason.NO_SPREAD)
    scaled = panel.predictors[:, spread] / scale[spread]
    importance = _importance(scaled, outcome)
    return _checked(scaled * np.sqrt(importance))


def _importance(scaled: Matrix, outcome: Matrix) -> Matrix:
    """Weights of the predictors under which the outcome before the start is followed best."""

    def shares(point: Matrix) -> Matrix:
        return np.abs(point) / np.abs(point).sum()

    def loss(point: Matrix) -> float:
        weight = _nearest(scaled * np.sqrt(shares(point)))
        return float(((outcome[0] - weight @ outcome[1:]) ** 2).mean())

    if scaled.shape[1] == 1:
        return np.ones(1)
    found = [
        optimize.minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10})
        for start in _starts(scaled, outcome)
    ]
    return shares(min(found, key=lambda one: one.fun).x)


def _starts(scaled: Matrix, outcome: Matrix) -> list[Matrix]:
    """Equal weights, and those with which the predictors predict the outcome before the start."""
    equal = np.full(scaled.shape[1], 1 / scaled.shape[1])
    x = np.column_stack([np.ones(len(scaled)), scaled])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return [equal]
    slopes = np.linalg.lstsq(x, outcome, rcond=None)[0][1:]
    size = (slopes**2).sum(axis=1)
    return [equal, size / size.sum()] if size.sum() > 0 else [equal]


def _nearest(points: Matrix) -> Matrix:
    """Convex weights of the rows after the first that come closest to the first row.

    Non-negative least squares with a row of ones (Lawson and Hanson, 1974, chapter 23, problem LDP).
    """
    away = (points[1:] - points[0]).T
    size = np.abs(away).max()
    rows = np.vstack([away / (size if size > 0 else 1.0), np.ones(away.shape[1])])
    found = optimize.nnls(rows, np.append(np.zeros(len(away)), 1.0))[0]
    return found / found.sum()


def _checked(points: Matrix) -> Matrix:
    """The nearest weights, if no others come as near."""
    weight = _nearest(points)
    away = (points[1:] - points[0]).T
    size = np.abs(away).max()
    if not size > 0:
        raise NotComputable(Reason.MANY_WEIGHTS)
    away = away / size
    rest = away @ weight
    tied = (weight > ROUNDING) | (rest @ away - rest @ rest < ROUNDING)
    corner = np.vstack([away[:, tied], np.ones(tied.sum())])
    if np.linalg.matrix_rank(corner, tol=ROUNDING) < tied.sum():
        raise NotComputable(Reason.MANY_WEIGHTS)
    return weight


def _rmspe(gap: Matrix, before: int) -> tuple[float, float]:
    return tuple(float(np.sqrt((part**2).mean())) for part in (gap[:before], gap[before:]))


def _ratio(before: float, after: float) -> float:
    return after / before if before > 0 else np.inf


def _placebo(panel: _Panel, gap: Matrix) -> list[Estimate]:
    """How well it fits before and after, and how often another unit does as badly after."""
    before, after = _rmspe(gap, panel.before)
    found = [
        _number("rmspe", "before", before, panel, method=Method.PLACEBO),
        _number("rmspe", "after", after, panel, method=Method.PLACEBO),
    ]
    untreated = list(range(1, len(panel.units)))
    if len(untreated) < 3 or before <= ROUNDING * np.abs(panel.outcome).max():
        reason = Reason.NO_DONORS if len(untreated) < 3 else Reason.NO_SPREAD
        return [*found, Estimate.not_computable("rmspe", reason, group="ratio", method=Method.PLACEBO)]
    own, larger = _ratio(before, after), 1
    for index in untreated:
        other = panel.order([index, *(i for i in untreated if i != index)])
        larger += _ratio(*_rmspe(_gap(other), panel.before)) >= own * (1 - ROUNDING)
    ratio = Estimate(
        "rmspe", "ratio", own, Unit.RATIO, n=len(panel.units), smallest=1, method=Method.PLACEBO,
        p_value=larger / len(panel.units),
    )  # fmt: skip
    return [*found, ratio]


def _gap(panel: _Panel) -> Matrix:
    """Outcome minus comparison; a unit that is followed exactly in many ways has no fit to speak of."""
    try:
        weight = _weights(panel)
    except NotComputable:
        weight = _nearest(panel.outcome[:, : panel.before])
    return panel.outcome[0] - weight @ panel.outcome[1:]


def _without(name: str, panel: _Panel, weight: Matrix) -> list[Estimate]:
    """The average effect without each unit that has weight."""
    found = []
    for index in np.flatnonzero(weight > ROUNDING):
        label, rest = str(panel.units[index + 1]), panel.without(int(index) + 1)
        facts = {"group": label, "method": Method.SYNTHETIC, "unit": Unit.SCORE}
        try:
            gap = panel.outcome[0] - _weights(rest) @ rest.outcome[1:]
        except NotComputable as error:
            found.append(Estimate.not_computable(f"{name}, without", error.reason, **facts))
            continue
        found.append(_number(f"{name}, without", label, float(gap[panel.before :].mean()), rest))
    return found
