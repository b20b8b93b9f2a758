"""Scores of persons on a scale, and how each item fits in with the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kansen_lib.stats import frames
from kansen_lib.stats.gaps.levels import mean, share
from kansen_lib.stats.result import LEVEL, ROUNDING, Estimate, NotComputable, Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]


def answers(data: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """The items as floats with NaN where there is no answer, a row a person.

    Raises:
        ValueError: fewer than two items, one that is not there, is named twice or holds no numbers.
    """
    if isinstance(items, str) or len(set(items)) < 2 or len(set(items)) < len(items):
        raise ValueError(f"items are the names of two or more different columns; got {items!r}")
    frames.complete(data, items)  # that they are there
    try:
        return pd.DataFrame({name: data[name].astype("Float64") for name in items}).astype(float)
    except (TypeError, ValueError):
        raise ValueError(f"items {list(items)} must hold numbers, for each answer its place") from None


def scale_scores(data: pd.DataFrame, *, items: Sequence[str], at_least: int) -> pd.Series:
    """The score of each person on a scale: the mean of the items that the person answered.

    Estimand: none: it is a score of a person, in the unit of the items.

    Formula: sum of the answers / number of answers; missing with fewer than ``at_least`` answers.

    Interval: none: how far scores are to be trusted is in :func:`reliability`.

    Source: Schafer and Graham (2002), Psychological Methods 7(2), 157-158, on averaging what is there;
    equals R ``psych::scoreItems(impute = "none")``.

    Args:
        data: a row a person.
        items: columns of numbers, all with the high answer at the same end: turn the others first.
        at_least: the number of items that a person must have answered.

    Returns:
        The scores, with the index of ``data``.

    Raises:
        ValueError: as :func:`answers`, or an ``at_least`` that is not from 1 to the number of items.
    """
    given = answers(data, items)
    if not 1 <= at_least <= len(items):
        raise ValueError(f"at_least is a number of items from 1 to {len(items)}; it is {at_least}")
    return given.mean(axis=1).where(given.notna().sum(axis=1) >= at_least).rename("score")


def cronbach(covariance: Matrix) -> Matrix:
    """Cronbach's alpha of each covariance matrix, shape (..., k, k); NaN where the sum has no variance."""
    k = covariance.shape[-1]
    total = covariance.sum(axis=(-2, -1))
    apart = np.trace(covariance, axis1=-2, axis2=-1)
    known = total > ROUNDING * apart
    return np.where(known, k / (k - 1) * (1 - apart / np.where(known, total, 1.0)), np.nan)


def item_diagnostics(data: pd.DataFrame, *, items: Sequence[str], name: str = "items") -> Result:
    """How each item fits in with the others: an estimate of each kind an item, the item as its group.

    ``item-rest correlation`` and ``alpha if dropped`` are over the persons who answered every item,
    ``mean`` over those who answered this one, ``share missing`` over those who answered any. An item of
    which the correlation is below 0 was probably not turned round.

    Estimand: of the persons that these are a random draw from: the correlation of the item with the mean
    of the others, alpha of the others, the mean of the item, the share without an answer to it.

    Formula: Pearson correlation of x_j with the sum of the others; alpha = k/(k-1) (1 - trace S / sum S)
    over the k other items, S their covariance matrix.

    Interval: Fisher's z for the correlation; Feldt's F for alpha; t for the mean; Wilson for the share.
    All take persons for independent: those of one class are not, so that they are somewhat too narrow.

    Source: Nunnally and Bernstein (1994), Psychometric Theory, chapter 8; Feldt, Woodruff and Salih
    (1987); equals R ``psych::alpha`` (r.drop, alpha.drop), ``psych::alpha.ci`` and ``cor.test``.

    Args:
        data: a row a person.
        items: columns of numbers, all with the high answer at the same end.
        name: name of the result.
    """
    given = answers(data, items)
    whole = given.dropna()
    found = [
        estimate
        for item in items
        for estimate in (
            _item_rest(whole, item),
            _without(whole.drop(columns=item), item),
            mean(given[item].dropna(), name="mean", group=item),
            _missing(given, item),
        )
    ]
    return Result(name, tuple(found), dropped=(len(given) - len(whole), len(given)))


def _item_rest(whole: pd.DataFrame, item: str) -> Estimate:
    own, rest = whole[item].to_numpy(), whole.drop(columns=item).mean(axis=1).to_numpy()
    facts = {"group": item, "unit": Unit.CORRELATION, "n": len(whole), "method": Method.ITEM_REST}
    name = "item-rest correlation"
    if len(whole) < 4:
        return Estimate.not_computable(name, Reason.TOO_FEW if len(whole) else Reason.NO_PERSONS, **facts)
    if not all(values.std() > ROUNDING * (1 + np.abs(values).max()) for values in (own, rest)):
        return Estimate.not_computable(name, Reason.NO_SPREAD, **facts)
    value = float(np.corrcoef(own, rest)[0, 1])
    if abs(value) > 1 - ROUNDING:
        return Estimate.not_computable(name, Reason.NOT_IDENTIFIED, **facts)
    half = quantile() / np.sqrt(len(whole) - 3)
    lower, upper = (float(np.tanh(np.arctanh(value) + side * half)) for side in (-1, 1))
    return Estimate(name, value=value, lower=lower, upper=upper, interval=Interval.FISHER_Z, **facts)


def _without(rest: pd.DataFrame, item: str) -> Estimate:
    """Alpha of the items that are left."""
    facts = {"group": item, "unit": Unit.INDEX, "n": len(rest), "method": Method.ALPHA}
    name = "alpha if dropped"
    try:
        value = _alpha(rest)
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    df = len(rest) - 1, (len(rest) - 1) * (rest.shape[1] - 1)
    tail = (1 - LEVEL) / 2
    lower, upper = (1 - (1 - value) * float(stats.f.ppf(part, *df)) for part in (1 - tail, tail))
    return Estimate(name, value=value, lower=lower, upper=upper, interval=Interval.FELDT, **facts)


def _alpha(rows: pd.DataFrame) -> float:
    if rows.shape[1] < 2:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    if len(rows) < 2:
        raise NotComputable(Reason.TOO_FEW if len(rows) else Reason.NO_PERSONS)
    covariance = np.cov(rows.to_numpy(float), rowvar=False)
    if not np.diag(covariance).min() > ROUNDING:
        raise NotComputable(Reason.NO_SPREAD)
    value = float(cronbach(covariance))
    if not np.isfinite(value) or abs(value - 1) <= ROUNDING:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    return value


def _missing(given: pd.DataFrame, item: str) -> Estimate:
    asked = given[given.notna().any(axis=1)]
    return share(int(asked[item].isna().sum()), len(asked), name="share missing", group=item)
