"""What persons would be expected to reach if their risks were at a favourable value: an association."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.linear import RANK_TOLERANCE, Covariance, Matrix, fit
from kansen_lib.stats.ordinal.measurement import check_reliability
from kansen_lib.stats.ordinal.spline import Spline
from kansen_lib.stats.result import ROUNDING, Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: The numbers of each group, in order.
NAMES = ("observed", "favourable", "favourable minus observed", "favourable minus predicted")
#: Intervals of these numbers: of all units, and of one.
OF_ALL = (Interval.T_JACKKNIFE,) * 4
OF_ONE = (Interval.T, Interval.T_JACKKNIFE, Interval.T, Interval.T_JACKKNIFE)
#: Fewest bends of a spline; with fewer different scores the score itself is the regressor.
FEWEST_BENDS = 3


def counterfactual(
    data: pd.DataFrame,
    *,
    outcome: str,
    risks: Mapping[str, object],
    cluster: str,
    group: str | None = None,
    score: str | None = None,
    reliability: float = 1.0,
    fixed: Sequence[str] = (),
    name: str = "counterfactual",
) -> Result:
    """How far groups are from what persons alike but for their risks reach, by a linear model of all.

    For everybody (group ``""``) and for each label of ``group`` four estimates: the mean ``observed``, the
    mean predicted at the favourable values (``favourable``), ``favourable minus observed`` (the unused
    potential), and ``favourable minus predicted``, the part of it that the risks account for; the
    rest is what the group misses (or wins) at equal risks. Both are the same over everybody, and for the
    labels of a ``group`` that is itself one of the risks. It is an association under a model, no effect:
    nobody's risks were changed.

    The risks add up: the coefficient of each is the same for everybody. True and False count as 1 and 0.
    Least squares and not a logit, so that predicted and observed means are the same over everybody, and
    each number is one sum of coefficients; predicted chances can therefore exceed 1.

    Estimand: mean over the persons of a group of E(outcome | risks favourable, score, fixed) minus the
    outcome, or minus E(outcome | own risks, score, fixed), each the linear projection in the population.

    Formula: mean of x_fav b - y, and of (x_fav - x) b, with b of least squares on all persons, x the
    regressors and x_fav the same with every risk at its favourable value. With a reliability below 1 the
    expected true score takes the place of the score s: m + r (s - m), m the projection of s on the risks
    and ``fixed``, r = 1 - (1 - reliability) var(s) / var(s - m). At 1 the error of the score leaves part of
    what goes with the score to the risks, and the potential is too large.

    Interval: cluster jackknife of the whole (bends and true scores as they are), t with G - 1 degrees of
    freedom. A number that is 0 because everybody in the group is at the favourable values has none.

    Source: Hernan and Robins (2020), Causal Inference: What If, section 13.3 (standardisation), without
    its causal claim; Cameron and Miller (2015), section II.C (jackknife); Carroll et al. (2006), chapter 4
    (true scores). Equals predictions of R ``lm`` at changed data, as in emmeans and marginaleffects
    ``avg_comparisons``.

    Args:
        data: a row a person, of all units; rows with a missing value take no part.
        outcome: column of numbers or True and False.
        risks: for each column with a risk its favourable value: a label, a number, True or False.
        cluster: column of the school.
        group: column of labels.
        score: column that enters as a natural cubic spline, with bends at four quantiles of the scores.
        reliability: share of the variance of the scores in ``data`` that is true; taken as known.
        fixed: columns that stay as they are.
        name: name of the result.
    """
    rows = _Rows.of(data, outcome, risks, cluster, group, score, reliability, fixed)
    try:
        found = _network(_Model.of(rows))
    except NotComputable as problem:
        found = _none(problem.reason, rows)
    return Result(name, tuple(found), dropped=rows.dropped)


def counterfactual_by_unit(
    data: pd.DataFrame,
    *,
    outcome: str,
    risks: Mapping[str, object],
    unit: str,
    group: str | None = None,
    score: str | None = None,
    reliability: float = 1.0,
    fixed: Sequence[str] = (),
    name: str = "counterfactual",
) -> dict[str, Result]:
    """The numbers of :func:`counterfactual` for the persons of each unit, by the same model of all units.

    Estimand: as :func:`counterfactual`, over the persons of a unit; the unit's own way of working is in what
    is observed, and in the coefficients only for its part in all persons. No ranking.

    Formula: as :func:`counterfactual`, with the means over the persons of the unit (and group).

    Interval: t. ``favourable`` and ``favourable minus predicted``: error of the coefficients only (cluster
    jackknife over units, G - 1 degrees of freedom); the persons of the unit are as they are.
    ``observed``: s / sqrt(n). ``favourable minus observed``: both variances added, degrees of freedom by
    Welch and Satterthwaite; that the unit is one of those behind the coefficients makes it slightly wide.

    Source: as :func:`counterfactual`.

    Args:
        data, outcome, risks, group, score, reliability, fixed, name: as in :func:`counterfactual`.
        unit: column of the unit, which is the cluster as well.

    Returns:
        By unit, in the order of the labels: the estimates of everybody in it and of each group that it has.
    """
    rows = _Rows.of(data, outcome, risks, unit, group, score, reliability, fixed)
    labels = [str(label) for label in frames.labels(rows.known[unit])]
    try:
        model = _Model.of(rows)
        found = [_of_unit(model, own) for own in frames.cluster_rows(rows.code)]
    except NotComputable as problem:
        found = [_none(problem.reason, rows)] * len(labels)
    return {label: Result(name, tuple(own)) for label, own in zip(labels, found, strict=True)}


@dataclass(frozen=True)
class _Rows:
    """The complete rows and the regressors of each person, as they are and as they would be.

    Attributes:
        known: the complete rows.
        dropped: rows that fell out, of how many.
        x, favourable: regressors, shape (n, k), and with every risk at its favourable value.
        y: outcome, shape (n,).
        code: unit (or cluster) of each person.
        groups: by label (``""`` first, for everybody) who is in it, shape (n,).
        safe: who has every risk at its favourable value, shape (n,).
        problem: why there is no model of these rows; empty where there may be one.
    """

    known: pd.DataFrame
    dropped: tuple[int, int]
    x: pd.DataFrame
    favourable: Matrix
    y: Matrix
    code: NDArray[np.int64]
    groups: dict[str, NDArray[np.bool_]]
    safe: NDArray[np.bool_]
    problem: str

    @classmethod
    def of(
        cls,
        data: pd.DataFrame,
        outcome: str,
        risks: Mapping[str, object],
        unit: str,
        group: str | None,
        score: str | None,
        reliability: float,
        fixed: Sequence[str],
    ) -> _Rows:
        check_reliability(reliability)
        scores = [] if score is None else [score]
        frames.distinct(outcome, list(risks), [unit], scores, fixed)
        if not risks:
            raise ValueError(
                "risks must name a column at least, with its favourable value: {'column': value}"
            )
        known, dropped = frames.complete(data, [outcome, *risks, unit, group, score, *fixed])
        for column, value in risks.items():
            frames.can_hold(known[column], value)
        absent = any(
            frames.is_category(known[column]) and value not in set(known[column])
            for column, value in risks.items()
        )
        problem: str = Reason.EMPTY_GROUP if absent else ""
        x = frames.design(known, [*risks, *fixed])
        if score is not None:
            try:
                x = pd.concat([x, _spline(score, _true_score(known, score, x, reliability))], axis=1)
            except NotComputable as why:
                problem = problem or why.reason
        groups = {"": np.ones(len(known), bool)}
        for label in [] if group is None else frames.labels(known[group]):
            groups[str(label)] = (known[group] == label).to_numpy(bool)
        y = frames.numbers(known, outcome)
        code = frames.codes(known[unit])[0]
        favourable = _favourable(x, known, risks)
        safe = (favourable == x.to_numpy(float)).all(axis=1)
        return cls(known, dropped, x, favourable, y, code, groups, safe, problem)


def _true_score(known: pd.DataFrame, score: str, others: pd.DataFrame, reliability: float) -> Matrix:
    """The expected true score of each person, shape (n,), given the score and the other regressors."""
    values = frames.numbers(known, score)
    if reliability == 1 or not len(values):
        return values
    apart = fit(others, values, kind=Covariance.CLASSICAL).residuals
    part = 1 - (1 - reliability) * values.var() / apart.var() if apart.any() else 0.0
    if part <= RANK_TOLERANCE:
        raise NotComputable(Reason.LOW_RELIABILITY)
    return values - (1 - part) * apart


def _spline(score: str, values: Matrix) -> pd.DataFrame:
    """The basis of the score, shape (n, columns); the score itself where it has few different values."""
    if len(values) < 2 or values.std() <= ROUNDING * (1 + np.abs(values).max()):
        return pd.DataFrame({score: values})
    spline = Spline.of(values)
    basis = spline(values) if len(spline.knots) >= FEWEST_BENDS else values[:, None]
    return pd.DataFrame(basis, columns=[f"{score} {i + 1}" for i in range(basis.shape[1])])


def _favourable(x: pd.DataFrame, known: pd.DataFrame, risks: Mapping[str, object]) -> Matrix:
    """The regressors with every risk at its favourable value."""
    changed = x.copy()
    for column, value in risks.items():
        if frames.is_category(known[column]):
            for label in frames.labels(known[column])[1:]:
                changed[f"{column}[{label}]"] = float(label == value)
        else:
            changed[column] = float(value)
    return changed.to_numpy(float)


@dataclass(frozen=True)
class _Model:
    """The coefficients in an orthonormal basis, of all units and without each unit in turn.

    Attributes:
        rows: whom it is about.
        x, favourable: regressors in that basis, shape (n, k).
        params: coefficients, shape (k,).
        without: the same without each unit, shape (G, k).
    """

    rows: _Rows
    x: Matrix
    favourable: Matrix
    params: Matrix
    without: Matrix

    @classmethod
    def of(cls, rows: _Rows) -> _Model:
        """Raises NotComputable where the model is not identified, with all units or without one."""
        if rows.known.empty:
            raise NotComputable(Reason.NO_PERSONS)
        if rows.problem:
            raise NotComputable(Reason(rows.problem))
        fit(rows.x, rows.y, kind=Covariance.CLASSICAL)  # that it is identified
        if np.ptp(rows.y) == 0:
            raise NotComputable(Reason.NO_SPREAD)
        scale = np.sqrt((rows.x.to_numpy(float) ** 2).sum(axis=0))
        basis, back = np.linalg.qr(rows.x.to_numpy(float) / scale)
        favourable = np.linalg.solve(back.T, (rows.favourable / scale).T).T
        parts = frames.cluster_rows(rows.code)
        if len(parts) < 2:
            raise NotComputable(Reason.FEW_CLUSTERS)
        square = np.eye(basis.shape[1]) - np.array([basis[own].T @ basis[own] for own in parts])
        if np.linalg.eigvalsh(square)[:, 0].min() <= RANK_TOLERANCE:
            raise NotComputable(Reason.FEW_CLUSTERS)  # one unit alone says what some coefficient is
        params = basis.T @ rows.y
        pull = np.array([params - basis[own].T @ rows.y[own] for own in parts])
        return cls(rows, basis, favourable, params, np.linalg.solve(square, pull[:, :, None])[:, :, 0])

    @property
    def factor(self) -> float:
        """Of the squared changes in a jackknife over units."""
        return 1 - 1 / len(self.without)

    def means(self, chosen: NDArray[np.bool_]) -> tuple[Matrix, Matrix, Matrix]:
        """Sums over the chosen persons of each unit: how many (G,), of y and regressors (G, 1 + 2k)."""
        units = len(self.without)
        held = np.column_stack([self.rows.y, self.favourable, self.x])[chosen]
        sums = np.zeros((units, held.shape[1]))
        np.add.at(sums, self.rows.code[chosen], held)
        return np.bincount(self.rows.code[chosen], minlength=units).astype(float), sums


def _numbers(held: Matrix, params: Matrix) -> Matrix:
    """The four numbers from means of y, x_fav and x (..., 1 + 2k) and coefficients (..., k)."""
    k = params.shape[-1]
    observed = held[..., 0]
    favourable = (held[..., 1 : k + 1] * params).sum(axis=-1)
    predicted = (held[..., k + 1 :] * params).sum(axis=-1)
    return np.stack([observed, favourable, favourable - observed, favourable - predicted], axis=-1)


def _network(model: _Model) -> list[Estimate]:
    """The estimates of all units together."""
    found, df = [], float(len(model.without) - 1)
    for label, chosen in model.rows.groups.items():
        size, sums = model.means(chosen)
        values = _numbers(sums.sum(axis=0) / size.sum(), model.params)
        rest = size.sum() - size
        if rest.min() == 0:  # all of the group are in one unit
            found += _none(Reason.FEW_CLUSTERS, model.rows, label)
            continue
        apart = _numbers((sums.sum(axis=0) - sums) / rest[:, None], model.without)
        errors = np.sqrt(model.factor * ((apart - values) ** 2).sum(axis=0))
        found += _four(model, label, chosen, values, errors, [df] * 4, OF_ALL)
    return found


def _of_unit(model: _Model, own: NDArray[np.int64]) -> list[Estimate]:
    """The estimates of the persons of one unit, at these positions."""
    spread = np.sqrt(model.factor) * (model.without - model.params)
    found, last = [], float(len(model.without) - 1)
    for label, group in model.rows.groups.items():
        chosen = own[group[own]]
        if not len(chosen):
            continue
        y, favourable, x = model.rows.y[chosen], model.favourable[chosen], model.x[chosen]
        held = np.concatenate([[y.mean()], favourable.mean(axis=0), x.mean(axis=0)])
        values = _numbers(held, model.params)
        ahead, change = (
            float(((spread @ by) ** 2).sum())
            for by in (favourable.mean(axis=0), (favourable - x).mean(axis=0))
        )
        own_y, own_gap = _variance(y), _variance(favourable @ model.params - y)
        errors = np.sqrt([own_y, ahead, ahead + own_gap, change])
        df = [len(chosen) - 1.0, last, _welch(ahead, last, own_gap, len(chosen) - 1.0), last]
        found += _four(model, label, chosen, values, errors, df, OF_ONE)
    return found


def _variance(values: Matrix) -> float:
    """Of the mean; infinite for one person."""
    return float(values.var(ddof=1) / len(values)) if len(values) > 1 else float("inf")


def _welch(one: float, df_one: float, other: float, df_other: float) -> float:
    """Degrees of freedom of a sum of two independent variances."""
    if not df_other > 0 or one + other == 0:
        return df_one
    return (one + other) ** 2 / (one**2 / df_one + other**2 / df_other)


def _four(
    model: _Model,
    label: str,
    chosen: NDArray,
    values: Matrix,
    errors: Matrix,
    df: Sequence[float],
    kinds: Sequence[Interval],
) -> list[Estimate]:
    """The estimates of one group from its four numbers, their errors and degrees of freedom."""
    rows = model.rows
    n = len(rows.y[chosen])
    facts = {"group": label, "unit": Unit.OUTCOME, "n": n, "method": Method.COUNTERFACTUAL}
    found = []
    for quantity, value, error, own, kind in zip(NAMES, values, errors, df, kinds, strict=True):
        if np.isinf(error):
            found.append(Estimate.not_computable(quantity, Reason.TOO_FEW, **facts))
        else:
            found.append(Estimate.from_standard_error(quantity, value, error, df=own, interval=kind, **facts))
    if rows.safe[chosen].all():
        found[2:] = [_nothing(item) for item in found[2:]]
    levels = [replace(item, p_value=None) for item in found[:2]]  # that a level is zero is no hypothesis
    return levels + found[2:]


def _nothing(item: Estimate) -> Estimate:
    """0 for what is 0 by construction, as nobody in the group has a risk."""
    if item.reason != Reason.NO_SPREAD:
        return item
    return replace(item, value=0.0, reason="")


def _none(reason: Reason, rows: _Rows, only: str | None = None) -> list[Estimate]:
    """The reason for every number of every group, or of one."""
    return [
        Estimate.not_computable(
            quantity, reason, group=label, unit=Unit.OUTCOME, n=int(who.sum()), method=Method.COUNTERFACTUAL
        )
        for label, who in rows.groups.items()
        if only in (None, label)
        for quantity in NAMES
    ]
