"""The effect of each unit, shrunken, with its prediction error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import linalg

from kansen_lib.stats import frames
from kansen_lib.stats.linear import Matrix
from kansen_lib.stats.multilevel import fitting
from kansen_lib.stats.multilevel.fitting import MixedFit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def unit_effects(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    fixed: Sequence[str] = (),
    random: Sequence[str] = (),
    name: str = "unit effect",
) -> Result:
    """The effect of each unit on the outcome, pulled towards 0 as far as small numbers ask for it.

    Estimand: the random intercept of each unit: how much higher the outcome of its persons is than
    expected of persons with these regressors in the mean unit. Beside it the mean residual of its
    persons (``mean residual``), which is not shrunken. In the order of the labels: no ranking.

    Formula: the empirical best linear unbiased predictor of u_j in y = X beta + u_j + (random intercepts
    of ``random``) + e, REML; mean residual: mean of y - X beta over the persons of the unit.

    Interval: normal with the prediction error variance of u_j, which includes that of the fixed effects
    and takes the variances as known (comparative; lme4's ``condVar`` leaves the fixed effects out, which
    is shorter). Such intervals hold the truth 95% of the time over units, not for each unit. Of the mean
    residual: normal, given beta and u_j. There is no p-value: it would be of one unit out of many.

    Source: Henderson (1975), Biometrics 31(2), equation 4; Goldstein and Healy (1995), J. R. Stat. Soc. A
    158(1); Snijders and Bosker (2012), section 4.8. Values equal lme4's ``ranef``; errors the inverse of
    Henderson's equations.

    Args:
        data: one row a person.
        outcome: numeric column.
        unit: column of the unit.
        fixed: regressors.
        random: columns of further groupings with a random intercept, nested or crossed; labels do not
            repeat.
        name: name of the shrunken effects.

    Returns:
        Two estimates a unit, the shrunken effect and the mean residual. No value for any effect when the
        variance between units is estimated at 0: that is no proof that units are alike.
    """
    frames.distinct(outcome, [unit], fixed, random)
    known, dropped = frames.complete(data, [outcome, unit, *fixed, *random])
    try:
        fit = fitting.fit(known, outcome, fixed, {group: () for group in [unit, *random]})
        found = [*_shrunken(fit, unit, name), *_raw(fit, known, outcome, unit, fixed)]
    except NotComputable as problem:
        facts = {"unit": Unit.OUTCOME, "n": len(known), "method": Method.EMPIRICAL_BAYES}
        found = [Estimate.not_computable(name, problem.reason, **facts)]
    return Result(name, tuple(found), dropped=dropped)


def _shrunken(fit: MixedFit, unit: str, name: str) -> list[Estimate]:
    values, errors = unit_predictions(fit, unit)
    term = fit.term(unit)
    return [
        shrunken(name, value, error, str(label), int(size))
        for label, value, error, size in zip(term.labels, values, errors, np.bincount(term.code), strict=True)
    ]


def unit_predictions(fit: MixedFit, unit: str) -> tuple[Matrix, Matrix]:
    """Predictor of the random intercept of each unit, and the root of its prediction error variance.

    Raises:
        NotComputable: the variance between units is estimated at 0.
    """
    place = [term.group for term in fit.data.terms].index(unit)
    if fit.covariances(fit.point)[unit][0, 0] == 0:
        raise NotComputable(Reason.NO_VARIATION)
    return predictions(fit)[place]


def shrunken(
    name: str, value: float, error: float, group: str, n: int, method: Method = Method.EMPIRICAL_BAYES
) -> Estimate:
    """A shrunken effect with its normal interval; without p-value."""
    found = Estimate.from_standard_error(
        name,
        value,
        error,
        interval=Interval.PREDICTION_ERROR,
        group=group,
        unit=Unit.OUTCOME,
        n=n,
        method=method,
    )
    return replace(found, p_value=None)


def predictions(fit: MixedFit) -> list[tuple[Matrix, Matrix]]:
    """Predictor of the random intercepts of each term with the root of its prediction error variance.

    The terms stand in the order of ``fit.data.terms`` and have no slopes.
    """
    data, solved = fit.data, fit.solved
    corner = solved.factor[:-1, :-1]
    inverse = linalg.solve_triangular(corner, np.eye(len(corner)), lower=True)
    common = inverse.T @ solved.factor[-1, :-1]  # spherical effects of the other terms, then X
    q = len(data.rest)
    rest, fixed = solved.outer @ common[:q], common[q:]
    first = solved.spread @ (data.first_xy[:, -1] - data.link.T @ rest - data.first_xy[:, :-1] @ fixed)
    way = solved.spread @ np.hstack([(data.link.T @ solved.outer).toarray(), data.first_xy[:, :-1]])
    variance_first = solved.spread.diagonal() + ((inverse @ way.T) ** 2).sum(axis=0)
    outer = (inverse[:, :q] @ solved.outer.T) if q else inverse[:, :0]
    variance = np.concatenate([variance_first, (outer**2).sum(axis=0)])
    values = np.concatenate([first, rest])
    ends = np.cumsum([term.size for term in data.terms])[:-1]
    parts = zip(data.terms, np.split(values, ends), np.split(variance, ends), strict=True)
    return [
        (
            data.scale * term.back[0, 0] * effect,
            data.scale * abs(term.back[0, 0]) * fit.sigma * np.sqrt(spread),
        )
        for term, effect, spread in parts
    ]


def _raw(fit: MixedFit, known: pd.DataFrame, outcome: str, unit: str, fixed: Sequence[str]) -> list[Estimate]:
    """Mean of y - X beta over the persons of each unit, with the error that the other terms leave it."""
    residual = known[outcome].to_numpy(float) - frames.design(known, fixed).to_numpy(float) @ fit.coefficients
    term = fit.term(unit)
    size = np.bincount(term.code)
    mean = np.bincount(term.code, residual) / size
    variance = fit.residual_variance(fit.point) / size
    for group, matrix in fit.covariances(fit.point).items():
        if group != unit:
            cells = pd.Series(1.0, index=known.index).groupby([term.code, known[group].to_numpy()]).sum()
            squares = (cells**2).groupby(level=0).sum().to_numpy()
            variance = variance + matrix[0, 0] * squares / size**2
    facts = {"interval": Interval.NORMAL, "unit": Unit.OUTCOME, "method": Method.RAW_RESIDUAL}
    found = [
        Estimate.from_standard_error(
            "mean residual", value, float(np.sqrt(spread)), group=str(label), n=int(n), **facts
        )
        for value, spread, label, n in zip(mean, variance, term.labels, size, strict=True)
    ]
    return [replace(item, p_value=None) for item in found]
