"""Tests of parallel lines: does a regressor tell as much at every cut-point of the outcome?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kansen_lib.stats.frames import design, is_category, labels
from kansen_lib.stats.ordinal.likelihood import Design, Family, expit, fit, highest, inverse
from kansen_lib.stats.ordinal.models import Model, category_numbers, fitted, known_rows, two_kinds
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Reason, Unit

BRANT, RATIO = "Brant", "likelihood ratio"


def parallel_lines(
    data: pd.DataFrame, *, outcome: str, regressors: Sequence[str], name: str = "parallel lines"
) -> Result:
    """Brant's test and likelihood-ratio tests of the proportional-odds assumption.

    Where the lines are not parallel, :func:`partial_proportional_odds` lets them go their own way, and
    ``gap_at_equal_score(..., parallel=False)`` reports the gap without the assumption.

    Args:
        data: a row a person, independent of each other; rows with a missing value take no part.
        outcome: column with the ordered category, three or more.
        regressors: columns of the model.
        name: name of the result.

    Returns:
        Estimates ``"Brant"`` and ``"likelihood ratio"``, with the chi-squared statistic as value, its
        degrees of freedom and p-value: group empty for all regressors together, else a regressor, or
        for Brant also one dummy ``column[label]``. A test that cannot be done has a reason.

    Estimand: none, a test of the null that the coefficients are the same at every cut-point.

    Formula: Brant: (D b)'(D V D')^-1 (D b) for the slopes b of the J-1 binary logits of Y > j, V their joint
        covariance and D the differences with the first. Likelihood ratio: 2 (l of the model with
        coefficients for each cut-point - l of the ordinal logit), also where the first is reached in the
        limit only, as when a regressor separates a category.

    Interval: none: a test has a p-value (chi-squared) and no interval.

    Source: Brant (1990), Biometrics 46; equals R brant::brant, car::poTest and ordinal::nominal_test, Stata
        brant; V is symmetric here, and not quite in poTest for all regressors together.
    """
    known, dropped = known_rows(data, outcome, regressors, None)
    rows = [*_brant_rows(known, outcome, regressors), *_ratio_rows(known, outcome, regressors)]
    return Result(name, tuple(rows), dropped)


def _row(name: str, group: str, statistic: float, df: int, n: int, method: Method) -> Estimate:
    p_value = float(stats.chi2.sf(statistic, df))
    return Estimate(
        name, group, float(statistic), Unit.CHI_SQUARED, n=n, method=method, df=float(df), p_value=p_value
    )


def _base(known: pd.DataFrame, outcome: str, regressors: Sequence[str]) -> Model:
    """The ordinal logit; refuses an outcome with no more than one cut-point."""
    model = fitted(known, outcome, regressors, method=Method.ORDERED)
    if len(model.categories) < 3:
        raise NotComputable(Reason.LITTLE_SPREAD)
    return model


def _ratio_rows(known: pd.DataFrame, outcome: str, regressors: Sequence[str]) -> list[Estimate]:
    """All regressors together and one by one."""
    return [
        _ratio(known, outcome, regressors, free, group)
        for group, free in [("", regressors), *((item, [item]) for item in regressors)]
    ]


def _ratio(
    known: pd.DataFrame, outcome: str, regressors: Sequence[str], free: Sequence[str], group: str
) -> Estimate:
    method = Method.PARALLEL_RATIO
    try:
        base = _base(known, outcome, regressors)
        _, _, both = two_kinds(known, regressors, free)
        top = highest(Family.CUMULATIVE, both, category_numbers(known[outcome], base.categories))
    except NotComputable as problem:
        return Estimate.not_computable(
            RATIO, problem.reason, group=group, unit=Unit.CHI_SQUARED, n=len(known), method=method
        )
    gain = 2 * (top - base.fit.log_likelihood)
    df = (both.varying.shape[1] - 1) * (len(base.categories) - 2)
    return _row(RATIO, group, max(gain, 0.0), df, len(known), method)


def _brant_rows(known: pd.DataFrame, outcome: str, regressors: Sequence[str]) -> list[Estimate]:
    """All columns of the design together, each alone, and the dummies of one factor together."""
    try:
        model = _base(known, outcome, regressors)
        slopes, covariance = _binary_logits(model, outcome, regressors)
    except NotComputable as problem:
        facts = {"unit": Unit.CHI_SQUARED, "n": len(known), "method": Method.BRANT}
        return [Estimate.not_computable(BRANT, problem.reason, **facts)]
    columns = list(model.parallel)
    sets = {"": columns} | {column: [column] for column in columns}
    for item in regressors:
        if is_category(known[item]) and len(labels(known[item])) > 2:
            sets[item] = [column for column in columns if column.startswith(f"{item}[")]
    places = {group: [columns.index(column) for column in chosen] for group, chosen in sets.items()}
    return [
        _row(BRANT, group, *_wald(slopes, covariance, chosen), len(known), Method.BRANT)
        for group, chosen in places.items()
    ]


def _binary_logits(model: Model, outcome: str, regressors: Sequence[str]) -> tuple[NDArray, NDArray]:
    """Slopes of the J - 1 binary logits, shape (J - 1, k), and covariances (J - 1, J - 1, k, k)."""
    x = design(model.known, regressors).to_numpy(float)
    place = category_numbers(model.known[outcome], model.categories)
    m, k = len(model.categories) - 1, x.shape[1]
    params = np.empty((m, k))
    for j in range(m):
        found = fit(Family.CUMULATIVE, Design(x[:, 1:], x[:, :1]), (place > j).astype(np.int64))
        params[j] = np.append(found.params[-1], found.params[:-1])
    above = expit(x @ params.T)
    bread = [inverse((x * (above[:, j] * (1 - above[:, j]))[:, None]).T @ x) for j in range(m)]
    covariance = np.empty((m, m, k - 1, k - 1))
    for j in range(m):
        for i in range(j + 1):
            shared = (x * (above[:, j] * (1 - above[:, i]))[:, None]).T @ x
            block = (bread[i] @ shared @ bread[j])[1:, 1:]
            covariance[i, j], covariance[j, i] = block, block.T
    return params[:, 1:], covariance


def _wald(slopes: NDArray, covariance: NDArray, chosen: Sequence[int]) -> tuple[float, int]:
    """Statistic and degrees of freedom of: the chosen slopes are the same in all binary logits."""
    m, size = len(slopes), len(chosen)
    every = covariance[:, :, chosen][:, :, :, chosen].transpose(0, 2, 1, 3).reshape(m * size, m * size)
    contrast = np.kron(np.hstack([-np.ones((m - 1, 1)), np.eye(m - 1)]), np.eye(size))
    gap = contrast @ slopes[:, chosen].ravel()
    return float(gap @ np.linalg.solve(contrast @ every @ contrast.T, gap)), len(gap)
