"""Value added: what persons of a unit reach beyond persons elsewhere with the same start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.linear import RANK_TOLERANCE, Matrix
from kansen_lib.stats.multilevel import fitting, lmm
from kansen_lib.stats.multilevel.effects import shrunken, unit_predictions
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

METHODS = {"type A": Method.VALUE_ADDED_A, "type B": Method.VALUE_ADDED_B}


@dataclass(frozen=True)
class _Slopes:
    """Coefficients within units: names, values (k,), covariance (k, k)."""

    names: tuple[str, ...]
    values: Matrix
    covariance: Matrix


def value_added(
    data: pd.DataFrame,
    *,
    outcome: str,
    prior: str,
    unit: str,
    composition: Sequence[str] = (),
    fixed: Sequence[str] = (),
    random: Sequence[str] = (),
    reliability: float = 1.0,
    name: str = "value added",
) -> Result:
    """Effects of units on the outcome of persons with the same prior score, of type A and of type B.

    Estimand: ``type A``: how much more a person with a given prior score (and ``fixed``) reaches in this
    unit than in the mean one, by its practice and company alike. ``type B``: the same beyond what the mean
    prior score and ``composition`` of the unit predict. ``within coefficient``: of the prior score, within
    units. An association: persons are not drawn by lot.

    Formula: b = (S_xx - (n - J) E)^-1 S_xy with S the sums of squares and products within units and E the
    error variance of the prior score, (1 - reliability) times its variance over all persons; then
    y - x b = W_j c + u_j + e by REML, W_j = 1 for type A and 1 with the means of the unit for type B. Noise
    in a prior score makes b too small and flatters units with a strong intake: a reliability below 1 mends
    that, if the noise goes with no unit. Where units select on the noisy score itself, 1 is right.

    Interval: normal with the prediction error variance of u_j, with that of c and of b (cluster-robust, J /
    (J - 1)), the variances and the unit's means as known: it holds the truth 95% of the time over units.
    Of b: t with J - 1 degrees of freedom.

    Source: Raudenbush and Willms (1995), J. Educ. Behav. Stat. 20(4), section 2; Fuller (1987),
    Measurement Error Models, equation 2.2.12. b equals plm, with a reliability lavaan; effects lme4's ranef.

    Args:
        data: one row a person.
        outcome: numeric column.
        prior: numeric column of the prior score.
        unit: column of the unit.
        composition: columns whose means over the unit enter type B, beside that of the prior score.
        fixed: further regressors of persons.
        random: columns of further groupings with a random intercept, such as classes: without it the
            luck of a few classes counts as that of the unit; labels do not repeat over units.
        reliability: of the prior score over all persons, above 0 and at most 1.
        name: name of the result.

    Returns:
        ``within coefficient``, then ``type A`` and ``type B`` of each unit in the order of the labels. No
        value for an effect when the variance between units is estimated at 0.
    """
    if not 0 < reliability <= 1:
        raise ValueError(f"reliability is {reliability}; it lies above 0 and is at most 1")
    frames.distinct(outcome, [prior, unit], fixed, random)
    frames.distinct(outcome, composition)
    known, dropped = frames.complete(data, [outcome, prior, unit, *composition, *fixed, *random])
    known = known.assign(**{column: frames.numbers(known, column) for column in (outcome, prior)})
    company = {"type A": [], "type B": list(dict.fromkeys([prior, *composition]))}
    try:
        slopes = _within(known, outcome, [prior, *fixed], unit, reliability)
    except NotComputable as problem:
        none = [_none(part, problem, known) for part in ("within coefficient", *METHODS)]
        return Result(name, tuple(none), dropped=dropped)
    found = [_coefficient(slopes, len(known), known[unit].nunique(), reliability)]
    for part, columns in company.items():
        found += _type(known, outcome, [prior, *fixed], [unit, *random], columns, slopes, part)
    return Result(name, tuple(found), dropped=dropped)


def _none(part: str, problem: NotComputable, known: pd.DataFrame) -> Estimate:
    method = METHODS.get(part, Method.WITHIN)
    return Estimate.not_computable(part, problem.reason, unit=Unit.OUTCOME, n=len(known), method=method)


def _means(values: Matrix, code: NDArray[np.int64], units: int) -> Matrix:
    """Mean of each column over each unit, shape (J, k)."""
    size = np.bincount(code, minlength=units)
    sums = [np.bincount(code, column, units) for column in values.T]
    return np.column_stack(sums) / size[:, None]


def _within(
    known: pd.DataFrame, outcome: str, columns: Sequence[str], unit: str, reliability: float
) -> _Slopes:
    """Coefficients of persons compared within their unit, the first regressor measured with error."""
    code, units = frames.codes(known[unit])
    design = frames.design(known, columns, intercept=False)
    if len(known) == 0:
        raise NotComputable(Reason.NO_PERSONS)
    if units < lmm.FEWEST_GROUPS:
        raise NotComputable(Reason.FEW_GROUPS)
    both = np.column_stack([design.to_numpy(float), known[outcome].to_numpy(float)])
    centred = both - _means(both, code, units)[code]
    x, y = centred[:, :-1], centred[:, -1]
    noise = np.zeros((x.shape[1], x.shape[1]))
    noise[0, 0] = (1 - reliability) * both[:, 0].var(ddof=1)
    cross = x.T @ x - (len(x) - units) * noise
    _identified(cross, both[:, :-1])
    values = np.linalg.solve(cross, x.T @ y)
    scores = np.column_stack(
        [np.bincount(code, column, units) for column in (x * (y - x @ values)[:, None]).T]
    )
    scores += np.outer(np.bincount(code) - 1, noise @ values)
    half = np.linalg.solve(cross, scores.T)
    return _Slopes(tuple(design.columns), values, half @ half.T * units / (units - 1))


def _identified(cross: Matrix, x: Matrix) -> None:
    """What is left of the sums of squares within units must be positive definite."""
    scale = np.sqrt(len(x)) * x.std(axis=0)
    if not np.all(scale > RANK_TOLERANCE * np.abs(x).max(axis=0)):
        raise NotComputable(Reason.NOT_IDENTIFIED)
    if np.linalg.eigvalsh(cross / np.outer(scale, scale))[0] < RANK_TOLERANCE:
        raise NotComputable(Reason.NOT_IDENTIFIED)


def _coefficient(slopes: _Slopes, n: int, units: int, reliability: float) -> Estimate:
    return Estimate.from_standard_error(
        "within coefficient",
        float(slopes.values[0]),
        float(np.sqrt(slopes.covariance[0, 0])),
        df=units - 1,
        interval=Interval.T_CLUSTERED_IV,
        unit=Unit.OUTCOME,
        n=n,
        method=Method.WITHIN if reliability == 1 else Method.WITHIN_NOISE,
    )


def _type(
    known: pd.DataFrame,
    outcome: str,
    columns: Sequence[str],
    groups: Sequence[str],
    company: Sequence[str],
    slopes: _Slopes,
    part: str,
) -> list[Estimate]:
    """The effects of one type, or the reason why there are none."""
    x = frames.design(known, columns, intercept=False).to_numpy(float)
    left = known[outcome].to_numpy(float) - x @ slopes.values
    try:
        return _effects(known, left, x, groups, company, slopes, part)
    except NotComputable as problem:
        return [_none(part, problem, known)]


def _effects(
    known: pd.DataFrame,
    left: Matrix,
    x: Matrix,
    groups: Sequence[str],
    company: Sequence[str],
    slopes: _Slopes,
    part: str,
) -> list[Estimate]:
    """The shrunken effect of each label of the first group on ``left``, what x leaves within units."""
    code, units = frames.codes(known[groups[0]])
    means = _means(frames.design(known, company).to_numpy(float), code, units)
    if units < means.shape[1] + lmm.FEWEST_GROUPS - 1:
        raise NotComputable(Reason.FEW_GROUPS)
    design, random = pd.DataFrame(means[code]), {group: () for group in groups}
    fit = fitting.fit(known, left, design, random)
    values, errors = unit_predictions(fit, groups[0])
    at_same = [replace(fit, data=lmm.cross_products(known, column, design, random)) for column in x.T]
    pulled = np.column_stack([unit_predictions(one, groups[0])[0] for one in at_same])
    errors = np.sqrt(errors**2 + np.einsum("ij,jk,ik->i", pulled, slopes.covariance, pulled))
    term = fit.term(groups[0])
    return [
        shrunken(part, float(value), float(error), str(label), int(n), METHODS[part])
        for value, error, label, n in zip(values, errors, term.labels, np.bincount(term.code), strict=True)
    ]
