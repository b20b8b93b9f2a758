"""The probability of being treated, given what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from kansen_lib.stats import arms, frames
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]

#: Column in which a row keeps its place.
ROW = "position of the row"

#: Newton steps of the logit, after which the groups are taken to be separated.
STEPS = 40


@dataclass(frozen=True)
class Propensity:
    """Propensity scores, with the model behind them.

    Attributes:
        scores: a score for each row of the data without missing values, by its index; None without a model.
        result: the coefficients, and the share of each group within the common support.
        reason: why there is no model; empty when there is one.
    """

    scores: pd.Series | None
    result: Result
    reason: str = ""


def propensity(
    data: pd.DataFrame, *, treated: str, covariates: Sequence[str], name: str = "propensity"
) -> Propensity:
    """Propensity scores from a logit, with its coefficients and the overlap of the groups.

    Estimand: the probability of being treated of persons with the same covariates; the share of each
    group whose score lies within the range of the other group.

    Formula: logit P(treated) = b'x, maximum likelihood by Newton's method. Within the common support: at
    least the largest of both minima and at most the smallest of both maxima.

    Interval: 95% normal, from the inverse information matrix, for the coefficients; none for the shares,
    which describe this sample.

    Source: Rosenbaum and Rubin (1983); equals R's ``glm(family = binomial)``.

    Args:
        data: one row a person; rows with a missing value take no part.
        treated: column with True for the treated.
        covariates: columns of numbers, booleans, text or categories.
        name: name of the result.

    Returns:
        Scores and coefficients; a reason when the covariates separate the groups.
    """
    frames.distinct(treated, covariates)
    known, dropped = frames.complete(with_rows(data), [treated, *covariates, ROW])
    facts = {"n": len(known), "method": Method.PROPENSITY}
    drawn = arms.indicator(known[treated])
    try:
        arms.require(drawn)
        design = frames.design(known, covariates)
        params, covariance = logit(design.to_numpy(), drawn)
    except NotComputable as reason:
        empty = Estimate.not_computable("coefficient", str(reason), unit=Unit.LOG_ODDS, **facts)
        return Propensity(None, Result(name, (empty,), dropped=dropped), str(reason))
    scores = expit(design.to_numpy() @ params)
    coefficients = [
        Estimate.from_standard_error(
            "coefficient",
            value,
            error,
            group=str(label),
            unit=Unit.LOG_ODDS,
            interval=Interval.NORMAL,
            smallest=arms.smallest(drawn),
            **facts,
        )
        for label, value, error in zip(design, params, np.sqrt(np.diag(covariance)), strict=True)
    ]
    result = Result(name, (*coefficients, *_overlap(scores, drawn)), dropped=dropped)
    index = data.index[known[ROW].to_numpy()]
    return Propensity(pd.Series(scores, index, name="propensity"), result)


def with_rows(data: pd.DataFrame) -> pd.DataFrame:
    """The data with the position of each row, so that scores find their way back."""
    return data.assign(**{ROW: np.arange(len(data))})


def _overlap(scores: Matrix, drawn: Matrix) -> tuple[Estimate, ...]:
    there, here = scores[drawn == 1], scores[drawn == 0]
    low, high = max(there.min(), here.min()), min(there.max(), here.max())
    found = []
    for label, part in (("treated", there), ("untreated", here)):
        count = int(((part >= low) & (part <= high)).sum())
        facts = {"unit": Unit.SHARE, "n": len(part), "count": count, "method": Method.PROPENSITY}
        found.append(Estimate("share within common support", label, count / len(part), **facts))
    return tuple(found)


def logit(design: Matrix, drawn: Matrix) -> tuple[Matrix, Matrix]:
    """Coefficients, shape (k,), and their covariance matrix, shape (k, k), of a logit.

    Raises:
        NotComputable: regressors that depend on each other, or that separate the groups.
    """
    n, k = design.shape
    scale = np.sqrt((design**2).mean(axis=0))
    if n <= k or not np.all(scale > 0) or np.linalg.matrix_rank(design / scale, tol=1e-9 * np.sqrt(n)) < k:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    x, params = design / scale, np.zeros(k)
    for _ in range(STEPS):
        chance = expit(x @ params)
        information = x.T @ (x * (chance * (1 - chance))[:, None])
        try:
            step = np.linalg.solve(information, x.T @ (drawn - chance))
        except np.linalg.LinAlgError:
            raise NotComputable(Reason.NO_OVERLAP) from None
        params = params + step
        if not np.all(np.isfinite(params)) or np.abs(x @ params).max() > 500:
            raise NotComputable(Reason.NO_OVERLAP)
        if np.abs(step).max() < 1e-10 * max(1.0, np.abs(params).max()):
            return params / scale, np.linalg.inv(information) / np.outer(scale, scale)
    raise NotComputable(Reason.NO_OVERLAP)
